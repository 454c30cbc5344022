using System.Buffers;
using System.Text;

namespace ModernSip.Messages.Parsing;

/// <summary>The escaped text of URIs: character classes, decoding, encoding, comparison (RFC 3261 §19.1.2, §19.1.4).</summary>
internal static class UriText
{
    private const string Unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()";

    // "#" is not legal unescaped, but feature codes of real phones carry it.
    private static readonly SearchValues<byte> UserOctets = SearchValues.Create(Encoding.ASCII.GetBytes(Unreserved + "&=+$,;?/#%"));
    private static readonly SearchValues<byte> PasswordOctets = SearchValues.Create(Encoding.ASCII.GetBytes(Unreserved + "&=+$,%"));
    private static readonly SearchValues<byte> ParameterOctets = SearchValues.Create(Encoding.ASCII.GetBytes(Unreserved + "[]/:&+$%"));
    private static readonly SearchValues<byte> HeaderOctets = SearchValues.Create(Encoding.ASCII.GetBytes(Unreserved + "[]/?:+$%&="));
    private static readonly SearchValues<byte> HostOctets = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"u8);
    private static readonly SearchValues<byte> OpaqueOctets = SearchValues.Create(Encoding.ASCII.GetBytes(Unreserved + ";/?:@&=+$,#%[]"));
    private static readonly SearchValues<char> PlainUserCharacters = SearchValues.Create(Unreserved + "&=+$,;?/");
    private static readonly SearchValues<char> PlainParameterCharacters = SearchValues.Create(Unreserved + "[]/:&+$");

    public static bool IsUser(ReadOnlySpan<byte> text) => !text.IsEmpty && IsEscaped(text, UserOctets);

    public static bool IsPassword(ReadOnlySpan<byte> text) => IsEscaped(text, PasswordOctets);

    public static bool IsParameter(ReadOnlySpan<byte> text) => !text.IsEmpty && IsEscaped(text, ParameterOctets);

    public static bool IsHeaders(ReadOnlySpan<byte> text) => IsEscaped(text, HeaderOctets);

    public static bool IsOpaque(ReadOnlySpan<byte> text) => !text.IsEmpty && IsEscaped(text, OpaqueOctets);

    /// <summary>A host name, an IPv4 address, or an IPv6 reference in brackets.</summary>
    public static bool IsHost(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return false;
        if (text[0] != '[') return text.IndexOfAnyExcept(HostOctets) < 0;
        return text.Length > 2 && text[^1] == ']' && TryParseAddress(text, out _);
    }

    /// <summary>Reads an address, with or without brackets; an old grammar's third colon is read as two (RFC 5118 §4.10).</summary>
    public static bool TryParseAddress(ReadOnlySpan<byte> text, out System.Net.IPAddress? address)
    {
        address = null;
        if (text.Length > 2 && text[0] == '[' && text[^1] == ']') text = text[1..^1];
        if (text.Length > 64) return false;
        Span<char> characters = stackalloc char[64];
        var length = Encoding.ASCII.GetChars(text, characters);
        var candidate = characters[..length];
        if (candidate.Contains('%')) return false; // RFC 5118: a zone means nothing to the peer
        if (candidate.Contains(':'))
        {
            var third = candidate.IndexOf(":::");
            if (third < 0) return System.Net.IPAddress.TryParse(candidate, out address);
            var repaired = string.Concat(candidate[..third], candidate[(third + 1)..]);
            return System.Net.IPAddress.TryParse(repaired, out address);
        }

        // Four numbers, or a name: IPAddress would also take "1" or "0x7f.1".
        return candidate.Count('.') == 3 && candidate.IndexOfAnyExceptInRange('.', '9') < 0 && System.Net.IPAddress.TryParse(candidate, out address);
    }

    /// <summary>Undoes escapes once. Octets that are no UTF-8 become replacement characters.</summary>
    public static string Decode(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'%')) return Encoding.UTF8.GetString(text);
        var plain = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && Hex(text[i + 1]) is >= 0 and var high && Hex(text[i + 2]) is >= 0 and var low)
            {
                plain[length++] = (byte)((high << 4) | low);
                i += 2;
            }
            else
            {
                plain[length++] = text[i];
            }
        }

        return Encoding.UTF8.GetString(plain, 0, length);
    }

    public static void WriteUser(ref ValueWriter writer, ReadOnlySpan<char> user) => Escape(ref writer, user, PlainUserCharacters);

    public static void WriteParameter(ref ValueWriter writer, ReadOnlySpan<char> value) => Escape(ref writer, value, PlainParameterCharacters);

    /// <summary>Compares two escaped texts: an escape equals the unreserved character it stands for (RFC 3261 §19.1.4).</summary>
    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, bool ignoreCase)
    {
        var i = 0;
        var j = 0;
        while (i < left.Length && j < right.Length)
        {
            var a = Next(left, ref i, out var escapedA);
            var b = Next(right, ref j, out var escapedB);
            if (ignoreCase && a is >= 'A' and <= 'Z') a += 32;
            if (ignoreCase && b is >= 'A' and <= 'Z') b += 32;
            if (a != b) return false;
            if (escapedA != escapedB && !Unreserved.Contains((char)a)) return false;
        }

        return i == left.Length && j == right.Length;
    }

    private static int Next(ReadOnlySpan<byte> text, ref int position, out bool escaped)
    {
        escaped = text[position] == '%' && position + 2 < text.Length;
        if (!escaped) return text[position++];
        var octet = (Hex(text[position + 1]) << 4) | Hex(text[position + 2]);
        position += 3;
        return octet;
    }

    private static void Escape(ref ValueWriter writer, ReadOnlySpan<char> text, SearchValues<char> plain)
    {
        if (text.IndexOfAnyExcept(plain) < 0)
        {
            writer.Text(text);
            return;
        }

        Span<byte> octets = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && plain.Contains((char)rune.Value))
            {
                writer.Octet((char)rune.Value);
                continue;
            }

            foreach (var octet in octets[..rune.EncodeToUtf8(octets)])
            {
                writer.Octet('%');
                writer.Octet("0123456789ABCDEF"[octet >> 4]);
                writer.Octet("0123456789ABCDEF"[octet & 15]);
            }
        }
    }

    private static bool IsEscaped(ReadOnlySpan<byte> text, SearchValues<byte> allowed)
    {
        if (text.IndexOfAnyExcept(allowed) >= 0) return false;
        for (var percent = text.IndexOf((byte)'%'); percent >= 0; percent = text.IndexOf((byte)'%'))
        {
            if (percent + 2 >= text.Length || Hex(text[percent + 1]) < 0 || Hex(text[percent + 2]) < 0) return false;
            text = text[(percent + 3)..];
        }

        return true;
    }

    private static int Hex(byte octet) => octet switch
    {
        >= (byte)'0' and <= (byte)'9' => octet - '0',
        >= (byte)'a' and <= (byte)'f' => octet - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => octet - 'A' + 10,
        _ => -1,
    };
}
