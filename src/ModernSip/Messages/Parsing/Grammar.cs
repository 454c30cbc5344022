using System.Buffers;
using System.Globalization;
using System.Text;

namespace ModernSip.Messages.Parsing;

/// <summary>The character classes and small productions of RFC 3261 §25.1.</summary>
internal static class Grammar
{
    private static readonly SearchValues<byte> WordOctets = SearchValues.Create(Encoding.ASCII.GetBytes(OctetClasses.Alphanumeric + "-.!%*_+`'~()<>:\\\"/[]?{}"));
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private static readonly SearchValues<byte> LineBreakers = SearchValues.Create("\r\n\0"u8);
    private static readonly SearchValues<char> LineBreakerCharacters = SearchValues.Create("\r\n\0");

    /// <summary>token = 1*(alphanum / "-" / "." / …).</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && LengthOfToken(text) == text.Length;

    /// <inheritdoc cref="IsToken(ReadOnlySpan{byte})"/>
    public static bool IsToken(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAscii(character) || !OctetClasses.Is((byte)character, OctetClass.Token)) return false;
        }

        return !text.IsEmpty;
    }

    /// <summary>How many octets at the beginning of a text belong to a token.</summary>
    public static int LengthOfToken(ReadOnlySpan<byte> text) => OctetClasses.Skip(text, 0, OctetClass.Token);

    /// <summary>callid = word [ "@" word ].</summary>
    public static bool IsCallId(ReadOnlySpan<byte> text)
    {
        var at = text.IndexOf((byte)'@');
        return at < 0 ? IsWord(text) : IsWord(text[..at]) && IsWord(text[(at + 1)..]);
    }

    /// <summary>1*HEXDIG.</summary>
    public static bool IsHex(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAnyExcept(HexDigits) < 0;

    /// <summary>A message identifier in angle brackets (RFC 5322 §3.6.4): what is inside is not looked into, but it is one word.</summary>
    public static bool IsContentId(ReadOnlySpan<byte> text) =>
        text.Length > 2 && text[0] == '<' && text.IndexOf((byte)'>') == text.Length - 1 && text.IndexOfAny((byte)' ', (byte)'\t') < 0;

    /// <summary>A date of the one form that SIP has (RFC 3261 §20.17).</summary>
    public static bool TryParseDate(ReadOnlySpan<byte> text, out DateTimeOffset date)
    {
        date = default;
        Span<char> characters = stackalloc char["Sat, 13 Nov 2010 23:29:00 GMT".Length];
        if (text.Length != characters.Length || Ascii.ToUtf16(text, characters, out _) != OperationStatus.Done) return false;
        return DateTimeOffset.TryParseExact(characters, "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
    }

    /// <summary>Whether a text would end the line it stands on, and so become a header field of its own.</summary>
    public static bool BreaksLine(ReadOnlySpan<byte> text) => text.IndexOfAny(LineBreakers) >= 0;

    /// <inheritdoc cref="BreaksLine(ReadOnlySpan{byte})"/>
    public static bool BreaksLine(ReadOnlySpan<char> text) => text.IndexOfAny(LineBreakerCharacters) >= 0;

    public static bool IsWhitespace(byte octet) => octet is (byte)' ' or (byte)'\t';

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && IsWhitespace(text[0])) text = text[1..];
        while (!text.IsEmpty && IsWhitespace(text[^1])) text = text[..^1];
        return text;
    }

    public static Octets Trim(Octets text)
    {
        var span = text.Span;
        var start = 0;
        var end = span.Length;
        while (start < end && IsWhitespace(span[start])) start++;
        while (end > start && IsWhitespace(span[end - 1])) end--;
        return text.Slice(start, end - start);
    }

    public static int SkipWhitespace(ReadOnlySpan<byte> text, int position)
    {
        while (position < text.Length && IsWhitespace(text[position])) position++;
        return position;
    }

    // Nearly everything comes in its usual spelling: that is tried first, since it costs least.
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.Length == right.Length && (left.SequenceEqual(right) || Ascii.EqualsIgnoreCase(left, right));

    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> left, string right) => Ascii.EqualsIgnoreCase(left, right);

    /// <summary>1*DIGIT that fits into 32 bits; no sign, no blank.</summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> text, out uint number)
    {
        number = 0;
        ulong sum = 0;
        foreach (var octet in text)
        {
            var digit = (uint)(octet - '0');
            if (digit > 9) return false;
            sum = (sum * 10) + digit;
            if (sum > uint.MaxValue) return false;
        }

        number = (uint)sum;
        return !text.IsEmpty;
    }

    /// <summary>delta-seconds: 1*DIGIT; a value beyond 32 bits means "very long" and is cut to the largest one (RFC 3261 §20.19).</summary>
    public static bool TryParseSeconds(ReadOnlySpan<byte> text, out uint seconds)
    {
        if (TryParseNumber(text, out seconds)) return true;
        seconds = uint.MaxValue;
        return !text.IsEmpty && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    /// <summary>A port number: 1 to 65535.</summary>
    public static bool TryParsePort(ReadOnlySpan<byte> text, out int port)
    {
        var valid = TryParseNumber(text, out var number) && number is >= 1 and <= 65535 && text.Length <= 5;
        port = valid ? (int)number : 0;
        return valid;
    }

    /// <summary>The position behind the closing quote of the quoted string that begins at <paramref name="position"/>; -1 when it never closes.</summary>
    public static int EndOfQuoted(ReadOnlySpan<byte> text, int position)
    {
        for (var i = position + 1; i < text.Length; i += 2)
        {
            var step = text[i..].IndexOfAny((byte)'"', (byte)'\\');
            if (step < 0) return -1;
            i += step;
            if (text[i] == '"') return i + 1;
        }

        return -1;
    }

    /// <summary>The text of a quoted string or of a token: without quotes and with its escapes undone.</summary>
    public static string Unquote(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"') return Encoding.UTF8.GetString(text);
        text = text[1..^1];
        if (!text.Contains((byte)'\\')) return Encoding.UTF8.GetString(text);
        var plain = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length) i++;
            plain[length++] = text[i];
        }

        return Encoding.UTF8.GetString(plain, 0, length);
    }

    /// <summary>Replaces each line fold by one space (RFC 3261 §7.3.1).</summary>
    public static Octets Unfold(ReadOnlySpan<byte> text)
    {
        var plain = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ((byte)'\r' or (byte)'\n'))
            {
                plain[length++] = text[i];
                continue;
            }

            while (length > 0 && IsWhitespace(plain[length - 1])) length--;
            while (i + 1 < text.Length && text[i + 1] is (byte)'\r' or (byte)'\n' or (byte)' ' or (byte)'\t') i++;
            plain[length++] = (byte)' ';
        }

        return Trim(new Octets(plain, 0, length));
    }

    private static bool IsWord(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAnyExcept(WordOctets) < 0;
}
