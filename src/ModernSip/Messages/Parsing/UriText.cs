using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;

namespace ModernSip.Messages.Parsing;

/// <summary>The escaped text of URIs: character classes, decoding, encoding, comparison (RFC 3261 §19.1.2, §19.1.4).</summary>
internal static class UriText
{
    private const string Unreserved = OctetClasses.Unreserved;

    private static readonly SearchValues<byte> AddressOctets = SearchValues.Create("0123456789abcdefABCDEF:."u8);
    private static readonly SearchValues<char> PlainUserCharacters = SearchValues.Create(Unreserved + "&=+$,;?/");
    private static readonly SearchValues<char> PlainParameterCharacters = SearchValues.Create(Unreserved + "[]/:&+$");
    private static readonly SearchValues<char> PlainHeaderCharacters = SearchValues.Create(Unreserved + "[]/?:+$");

    /// <summary>Whether a text holds nothing but octets of a class, and whole escapes.</summary>
    public static bool IsEscaped(ReadOnlySpan<byte> text, OctetClass plain) => SkipEscaped(text, 0, plain) == text.Length;

    /// <summary>The position of the first octet from <paramref name="position"/> on that is neither of a class nor part of a whole escape.</summary>
    public static int SkipEscaped(ReadOnlySpan<byte> text, int position, OctetClass plain)
    {
        for (; position < text.Length; position++)
        {
            if (OctetClasses.Is(text[position], plain)) continue;
            if (text[position] != '%' || position + 2 >= text.Length || Hex(text[position + 1]) < 0 || Hex(text[position + 2]) < 0) break;
            position += 2;
        }

        return position;
    }

    /// <summary>A host name, an IPv4 address, or an IPv6 reference in brackets.</summary>
    public static bool IsHost(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return false;
        if (text[0] != '[') return OctetClasses.Skip(text, 0, OctetClass.Host) == text.Length;
        return text.Length > 2 && text[^1] == ']' && TryParseAddress(text, out _);
    }

    /// <summary>Reads an address, with or without brackets; an old grammar's third colon is read as two (RFC 5118 §4.10).</summary>
    public static bool TryParseAddress(ReadOnlySpan<byte> text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        var isBracketed = text.Length > 2 && text[0] == '[' && text[^1] == ']';
        if (isBracketed) text = text[1..^1];
        // IPAddress would also take zones, prefixes, ports and inner brackets: none of them is an address in SIP.
        if (text.Length > 64 || text.IndexOfAnyExcept(AddressOctets) >= 0) return false;
        if (!text.Contains((byte)':')) return !isBracketed && TryParseIPv4(text, out address);
        Span<char> characters = stackalloc char[64];
        var candidate = characters[..Encoding.ASCII.GetChars(text, characters)];
        var third = candidate.IndexOf(":::");
        return third < 0
            ? IPAddress.TryParse(candidate, out address)
            : IPAddress.TryParse(string.Concat(candidate[..third], candidate[(third + 1)..]), out address);
    }

    /// <summary>Whether two hosts are the same: addresses by value (RFC 5954 §4.2), names without case.</summary>
    public static bool AreSameHost(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (Grammar.EqualsIgnoreCase(left, right)) return true;
        return IsReference(left) && IsReference(right) && TryParseAddress(left, out var a) && TryParseAddress(right, out var b) && a.Equals(b);
    }

    /// <summary>A hash that agrees with <see cref="AreSameHost"/>.</summary>
    public static int HashHost(ReadOnlySpan<byte> host)
    {
        if (IsReference(host) && TryParseAddress(host, out var address)) return address.GetHashCode();
        var hash = default(HashCode);
        foreach (var octet in host) hash.Add(octet is >= (byte)'A' and <= (byte)'Z' ? octet | 32 : octet);
        return hash.ToHashCode();
    }

    private static bool IsReference(ReadOnlySpan<byte> host) => !host.IsEmpty && host[0] == '[';

    /// <summary>Four decimal numbers. IPAddress would also take "1" and "0x7f.1", and read "010" as eight.</summary>
    private static bool TryParseIPv4(ReadOnlySpan<byte> text, out IPAddress? address)
    {
        address = null;
        Span<byte> octets = stackalloc byte[4];
        for (var i = 0; i < 4; i++)
        {
            var dot = text.IndexOf((byte)'.');
            if (dot < 0 != (i == 3)) return false;
            var part = dot < 0 ? text : text[..dot];
            if (part.Length > 3 || (part.Length > 1 && part[0] == '0') || !Grammar.TryParseNumber(part, out var number) || number > 255) return false;
            octets[i] = (byte)number;
            text = dot < 0 ? default : text[(dot + 1)..];
        }

        address = new IPAddress(octets);
        return true;
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

    /// <summary>Writes a host as it stands in URIs and Via: an IPv6 address gets its brackets.</summary>
    /// <exception cref="ArgumentException">The text is no host.</exception>
    public static void WriteHost(ref ValueWriter writer, string host)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        var isBare = host.Contains(':', StringComparison.Ordinal) && host[0] != '[';
        var start = writer.Written.Length;
        if (isBare) writer.Octet('[');
        writer.Text(host);
        if (isBare) writer.Octet(']');
        if (!IsHost(writer.Written[start..])) throw new ArgumentException($"'{host}' is no host name or address.", nameof(host));
    }

    public static void WriteUser(ref ValueWriter writer, ReadOnlySpan<char> user) => Escape(ref writer, user, PlainUserCharacters);

    public static void WriteParameter(ref ValueWriter writer, ReadOnlySpan<char> value) => Escape(ref writer, value, PlainParameterCharacters);

    public static void WriteHeader(ref ValueWriter writer, ReadOnlySpan<char> text) => Escape(ref writer, text, PlainHeaderCharacters);

    /// <summary>The names and values of a header part, which begins with its question mark, or is empty. A part without a name is left out.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ReadHeaders(ReadOnlySpan<byte> headers)
    {
        if (headers.Length < 2) return [];
        headers = headers[1..];
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var range in headers.Split((byte)'&'))
        {
            var part = headers[range];
            var equals = part.IndexOf((byte)'=');
            if (equals != 0 && !part.IsEmpty) fields.Add(new(Decode(equals < 0 ? part : part[..equals]), equals < 0 ? "" : Decode(part[(equals + 1)..])));
        }

        return fields;
    }

    /// <summary>Whether an escaped text, its escapes undone, is <paramref name="plain"/> without regard to case.</summary>
    public static bool DecodesTo(ReadOnlySpan<byte> escaped, ReadOnlySpan<byte> plain)
    {
        var i = 0;
        foreach (var octet in plain)
        {
            if (i == escaped.Length || ToLower(Next(escaped, ref i, out _)) != ToLower(octet)) return false;
        }

        return i == escaped.Length;
    }

    /// <summary>The one spelling of all texts that <see cref="AreEqual"/> holds for equal, for sorting and look-up.</summary>
    public static string Normalize(ReadOnlySpan<byte> text, bool ignoreCase)
    {
        var writer = new ValueWriter(stackalloc byte[256]);
        for (var i = 0; i < text.Length;)
        {
            var octet = Next(text, ref i, out var escaped);
            if (ignoreCase) octet = ToLower(octet);
            if (escaped && !Unreserved.Contains((char)octet)) writer.Escape((byte)octet);
            else writer.Octet((char)octet);
        }

        var normal = Encoding.UTF8.GetString(writer.Written);
        writer.Dispose();
        return normal;
    }

    /// <summary>Compares two escaped texts: an escape equals the unreserved character it stands for (RFC 3261 §19.1.4).</summary>
    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, bool ignoreCase)
    {
        var i = 0;
        var j = 0;
        while (i < left.Length && j < right.Length)
        {
            var a = Next(left, ref i, out var escapedA);
            var b = Next(right, ref j, out var escapedB);
            if (ignoreCase ? ToLower(a) != ToLower(b) : a != b) return false;
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

    private static int ToLower(int octet) => octet is >= 'A' and <= 'Z' ? octet | 32 : octet;

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

            foreach (var octet in octets[..rune.EncodeToUtf8(octets)]) writer.Escape(octet);
        }
    }

    private static int Hex(byte octet) => octet switch
    {
        >= (byte)'0' and <= (byte)'9' => octet - '0',
        >= (byte)'a' and <= (byte)'f' => octet - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => octet - 'A' + 10,
        _ => -1,
    };
}
