namespace ModernSip.Messages.Parsing;

internal enum UriScheme : byte
{
    Other,
    Sip,
    Sips,
    Tel,
}

/// <summary>Where the parts of a URI stand in its text (RFC 3261 §25.1). Parts that are absent have length 0.</summary>
internal struct UriParts
{
    private static readonly System.Buffers.SearchValues<byte> NumberOctets = System.Buffers.SearchValues.Create("+0123456789abcdefABCDEF*#-.()"u8);

    public UriScheme Kind;

    public ushort SchemeLength;

    public ushort UserStart;

    public ushort UserLength;

    /// <summary>0 where there is no password; an empty password has a start.</summary>
    public ushort PasswordStart;

    public ushort PasswordLength;

    public ushort HostStart;

    public ushort HostLength;

    public ushort Port;

    /// <summary>Where the first parameter's semicolon stands, or the next part.</summary>
    public ushort ParametersStart;

    /// <summary>Where the question mark stands, or the end.</summary>
    public ushort HeadersStart;

    public static bool TryParse(ReadOnlySpan<byte> text, out UriParts parts)
    {
        var kind = KindOf(text, out var colon);
        parts = default;
        parts.Kind = kind;
        parts.SchemeLength = (ushort)Math.Max(0, colon);
        return kind switch
        {
            UriScheme.Sip or UriScheme.Sips => TryParseSip(text, colon + 1, ref parts),
            UriScheme.Tel => TryParseTel(text, ref parts),
            _ => colon > 0 && IsScheme(text[..colon]) && TryParseOther(text, ref parts),
        };
    }

    private static bool TryParseSip(ReadOnlySpan<byte> text, int position, ref UriParts parts)
    {
        parts.UserStart = (ushort)position;
        var at = text[position..].IndexOf((byte)'@');
        if (at >= 0 && !TryParseUser(text, position, position += at, ref parts)) return false;
        if (at >= 0) position++;
        parts.HostStart = (ushort)position;
        if (!TryScanHostPort(text, ref position, out var hostLength, out var port)) return false;
        parts.HostLength = (ushort)hostLength;
        parts.Port = (ushort)port;
        parts.ParametersStart = (ushort)position;
        if (position == text.Length)
        {
            parts.HeadersStart = (ushort)position;
            return true;
        }

        if (!TryScanParameters(text, ref position)) return false;
        parts.HeadersStart = (ushort)position;
        return position == text.Length || (text[position] == '?' && UriText.IsEscaped(text[(position + 1)..], OctetClass.Header));
    }

    private static bool TryParseUser(ReadOnlySpan<byte> text, int start, int at, ref UriParts parts)
    {
        var end = UriText.SkipEscaped(text, start, OctetClass.User);
        parts.UserLength = (ushort)(end - start);
        if (end < at && text[end] == ':')
        {
            start = end + 1;
            parts.PasswordStart = (ushort)start;
            end = UriText.SkipEscaped(text, start, OctetClass.Password);
            parts.PasswordLength = (ushort)(end - start);
        }

        return end == at && parts.UserLength > 0;
    }

    /// <summary>Reads host [ ":" port ] from a position on, and moves it behind.</summary>
    internal static bool TryScanHostPort(ReadOnlySpan<byte> text, ref int position, out int hostLength, out int port)
    {
        (hostLength, port) = (0, 0);
        var start = position;
        if (start >= text.Length) return false;
        if (text[start] == '[')
        {
            var close = text[start..].IndexOf((byte)']');
            if (close < 0 || !UriText.IsHost(text.Slice(start, close + 1))) return false;
            position = start + close + 1;
        }
        else
        {
            position = OctetClasses.Skip(text, start, OctetClass.Host);
            if (position == start) return false;
        }

        hostLength = position - start;
        if (position == text.Length || text[position] != ':') return true;
        var digits = ++position;
        while (position < text.Length && char.IsAsciiDigit((char)text[position])) position++;
        return Grammar.TryParsePort(text[digits..position], out port);
    }

    private static bool TryParseTel(ReadOnlySpan<byte> text, ref UriParts parts)
    {
        var semicolon = text.IndexOf((byte)';');
        var end = semicolon < 0 ? text.Length : semicolon;
        parts.ParametersStart = (ushort)end;
        parts.HeadersStart = (ushort)text.Length;
        var number = text[4..end];
        return number.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0
            && number.IndexOfAnyExcept(NumberOctets) < 0
            && TryScanParameters(text, ref end)
            && end == text.Length;
    }

    private static bool TryParseOther(ReadOnlySpan<byte> text, ref UriParts parts)
    {
        parts.ParametersStart = parts.HeadersStart = (ushort)text.Length;
        var opaque = text[(parts.SchemeLength + 1)..];
        return !opaque.IsEmpty && UriText.IsEscaped(opaque, OctetClass.Opaque);
    }

    /// <summary>Reads *( ";" pname [ "=" pvalue ] ) from a position on, and moves it behind.</summary>
    private static bool TryScanParameters(ReadOnlySpan<byte> text, ref int position)
    {
        while (position < text.Length && text[position] == ';')
        {
            var start = position + 1;
            position = UriText.SkipEscaped(text, start, OctetClass.Parameter);
            if (position == start) return false;
            if (position == text.Length || text[position] != '=') continue;
            start = position + 1;
            position = UriText.SkipEscaped(text, start, OctetClass.Parameter);
            if (position == start) return false;
        }

        return true;
    }

    private static bool IsScheme(ReadOnlySpan<byte> text)
    {
        if (!char.IsAsciiLetter((char)text[0])) return false;
        foreach (var octet in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)octet) && octet is not ((byte)'+' or (byte)'-' or (byte)'.')) return false;
        }

        return true;
    }

    private static UriScheme KindOf(ReadOnlySpan<byte> text, out int colon)
    {
        if (text.Length > 3 && text[3] == ':')
        {
            colon = 3;
            if (Grammar.EqualsIgnoreCase(text[..3], "sip"u8)) return UriScheme.Sip;
            return Grammar.EqualsIgnoreCase(text[..3], "tel"u8) ? UriScheme.Tel : UriScheme.Other;
        }

        colon = text.IndexOf((byte)':');
        return colon == 4 && Grammar.EqualsIgnoreCase(text[..4], "sips"u8) ? UriScheme.Sips : UriScheme.Other;
    }
}
