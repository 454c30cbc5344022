using System.Text;

namespace ModernSip.Diagnostics;

/// <summary>What a ladder reads in the octets of a message, well-formed or not.</summary>
internal static class LadderLabel
{
    /// <summary>A short name for a message.</summary>
    public static string Of(ReadOnlySpan<byte> message)
    {
        var first = Printable(FirstLine(message));
        if (first.Trim().Length == 0) return message.Length == 0 ? "(empty)" : "(keep-alive)";
        if (first.StartsWith("SIP/2.0 ", StringComparison.OrdinalIgnoreCase))
            return CSeqMethod(message) is { } method ? $"{first[8..].Trim()} ({method})" : first[8..].Trim();
        var space = first.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && first.EndsWith(" SIP/2.0", StringComparison.OrdinalIgnoreCase) ? first[..space] : $"({message.Length} octets)";
    }

    /// <summary>The Call-ID; null where there is none.</summary>
    public static string? CallIdOf(ReadOnlySpan<byte> message) => Field(message, "Call-ID", "i");

    /// <summary>Text of a peer's: it must not steer the terminal that it is printed on.</summary>
    public static string Printable(string text) => text.AsSpan().ContainsAnyInRange('\0', '\x1f') || text.AsSpan().ContainsAnyInRange('\x7f', '\x9f')
        ? string.Concat(text.Select(static character => char.IsControl(character) && character != '\t' ? '?' : character))
        : text;

    private static string Printable(ReadOnlySpan<byte> octets) => Printable(Encoding.UTF8.GetString(octets));

    private static string? CSeqMethod(ReadOnlySpan<byte> message) =>
        Field(message, "CSeq", "CSeq")?.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [_, var method, ..] ? method : null;

    private static string? Field(ReadOnlySpan<byte> message, string name, string compact)
    {
        while (!message.IsEmpty)
        {
            var end = message.IndexOf((byte)'\n');
            message = end < 0 ? default : message[(end + 1)..];
            var line = FirstLine(message);
            if (line.IsEmpty) return null; // the end of the header section
            var colon = line.IndexOf((byte)':');
            if (colon < 0) continue;
            var found = line[..colon].Trim(" \t"u8);
            if (Ascii.EqualsIgnoreCase(found, name) || Ascii.EqualsIgnoreCase(found, compact)) return Printable(line[(colon + 1)..]).Trim();
        }

        return null;
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> octets)
    {
        var end = octets.IndexOf((byte)'\n');
        return (end < 0 ? octets : octets[..end]).TrimEnd((byte)'\r');
    }
}
