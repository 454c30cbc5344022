using System.Globalization;

namespace ModernSip.Messages.Parsing;

/// <summary>The end of every written header section: the length of the body, and the empty line.</summary>
internal static class MessageWriter
{
    private static ReadOnlySpan<byte> Prefix => "Content-Length: "u8;

    private static ReadOnlySpan<byte> End => "\r\n\r\n"u8;

    public static int ContentLengthSize(int length) => Prefix.Length + CountDigits(length) + End.Length;

    public static int WriteContentLength(Span<byte> destination, int length)
    {
        Prefix.CopyTo(destination);
        length.TryFormat(destination[Prefix.Length..], out var digits, default, CultureInfo.InvariantCulture);
        End.CopyTo(destination[(Prefix.Length + digits)..]);
        return Prefix.Length + digits + End.Length;
    }

    private static int CountDigits(int number)
    {
        var digits = 1;
        while ((number /= 10) > 0) digits++;
        return digits;
    }
}
