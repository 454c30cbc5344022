using System.Text;

namespace ModernSip.Messages.Parsing;

/// <summary>A slice of an array that never changes again: the text of a value, as received or as written.</summary>
internal readonly struct Octets(byte[] source, int start, int length)
{
    public int Length => length;

    /// <summary>Whether the array holds nothing else.</summary>
    public bool IsWhole => source.Length == length;

    public ReadOnlySpan<byte> Span => source.AsSpan(start, length);

    public static Octets Of(ReadOnlySpan<byte> text) => new(text.ToArray(), 0, text.Length);

    public static Octets Of(string text)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        return new Octets(octets, 0, octets.Length);
    }

    public Octets Slice(int offset, int count) => new(source, start + offset, count);

    /// <summary>The same text in an array of its own, so that keeping it does not keep a whole message.</summary>
    public Octets Detach() => IsWhole ? this : Of(Span);

    // ASCII needs no decoding, only wider characters: half the time.
    public override string ToString() => Ascii.IsValid(Span) ? Encoding.Latin1.GetString(Span) : Encoding.UTF8.GetString(Span);
}
