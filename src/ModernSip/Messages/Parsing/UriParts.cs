namespace ModernSip.Messages.Parsing;

internal enum UriScheme : byte
{
    Other,
    Sip,
    Sips,
    Tel,
}

/// <summary>Where the parts of a URI stand in its text (RFC 3261 §25.1). Parts that are absent have length 0.</summary>
internal readonly record struct UriParts
{
    private static readonly System.Buffers.SearchValues<byte> NumberOctets = System.Buffers.SearchValues.Create("+0123456789abcdefABCDEF*#-.()"u8);

    public UriScheme Kind { get; private init; }

    public ushort SchemeLength { get; private init; }

    public ushort UserStart { get; private init; }

    public ushort UserLength { get; private init; }

    /// <summary>0 where there is no password; an empty password has a start.</summary>
    public ushort PasswordStart { get; private init; }

    public ushort PasswordLength { get; private init; }

    public ushort HostStart { get; private init; }

    public ushort HostLength { get; private init; }

    public ushort Port { get; private init; }

    /// <summary>Where the first parameter's semicolon stands, or the next part.</summary>
    public ushort ParametersStart { get; private init; }

    /// <summary>Where the question mark stands, or the end.</summary>
    public ushort HeadersStart { get; private init; }

    public static bool TryParse(ReadOnlySpan<byte> text, out UriParts parts)
    {
        parts = default;
        var colon = text.IndexOf((byte)':');
        if (colon <= 0) return false;
        var kind = KindOf(text[..colon]);
        return kind switch
        {
            UriScheme.Sip or UriScheme.Sips => TryParseSip(text, colon, kind, out parts),
            UriScheme.Tel => TryParseTel(text, out parts),
            _ => IsScheme(text[..colon]) && TryParseOther(text, colon, out parts),
        };
    }

    private static bool TryParseSip(ReadOnlySpan<byte> text, int colon, UriScheme kind, out UriParts parts)
    {
        parts = default;
        var user = default(ReadOnlySpan<byte>);
        var password = default(ReadOnlySpan<byte>);
        var passwordStart = 0;
        var hostStart = colon + 1;
        var at = text[hostStart..].IndexOf((byte)'@');
        if (at >= 0)
        {
            user = text.Slice(hostStart, at);
            var split = user.IndexOf((byte)':');
            if (split >= 0)
            {
                password = user[(split + 1)..];
                passwordStart = hostStart + split + 1;
                user = user[..split];
                if (!UriText.IsPassword(password)) return false;
            }

            if (!UriText.IsUser(user)) return false;
            hostStart += at + 1;
        }

        var rest = text[hostStart..];
        var headers = rest.IndexOf((byte)'?');
        var headersStart = headers < 0 ? text.Length : hostStart + headers;
        rest = text[hostStart..headersStart];
        var parameters = rest.IndexOf((byte)';');
        var parametersStart = parameters < 0 ? headersStart : hostStart + parameters;
        if (!TryParseHostPort(text[hostStart..parametersStart], out var hostLength, out var port)) return false;
        if (!AreParameters(text[parametersStart..headersStart])) return false;
        if (headers >= 0 && !UriText.IsHeaders(text[(headersStart + 1)..])) return false;
        parts = new UriParts
        {
            Kind = kind,
            SchemeLength = (ushort)colon,
            UserStart = (ushort)(colon + 1),
            UserLength = (ushort)user.Length,
            PasswordStart = (ushort)passwordStart,
            PasswordLength = (ushort)password.Length,
            HostStart = (ushort)hostStart,
            HostLength = (ushort)hostLength,
            Port = (ushort)port,
            ParametersStart = (ushort)parametersStart,
            HeadersStart = (ushort)headersStart,
        };
        return true;
    }

    internal static bool TryParseHostPort(ReadOnlySpan<byte> text, out int hostLength, out int port)
    {
        port = 0;
        hostLength = text.Length;
        if (text.IsEmpty) return false;
        var afterHost = 0;
        if (text[0] == '[')
        {
            afterHost = text.IndexOf((byte)']') + 1;
            if (afterHost == 0) return false;
        }

        var colon = text[afterHost..].IndexOf((byte)':');
        if (colon >= 0)
        {
            hostLength = afterHost + colon;
            if (!Grammar.TryParsePort(text[(hostLength + 1)..], out port)) return false;
        }

        return UriText.IsHost(text[..hostLength]);
    }

    private static bool TryParseTel(ReadOnlySpan<byte> text, out UriParts parts)
    {
        var semicolon = text.IndexOf((byte)';');
        var end = semicolon < 0 ? text.Length : semicolon;
        parts = new UriParts
        {
            Kind = UriScheme.Tel,
            SchemeLength = 3,
            ParametersStart = (ushort)end,
            HeadersStart = (ushort)text.Length,
        };
        var number = text[4..end];
        return number.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0
            && number.IndexOfAnyExcept(NumberOctets) < 0
            && AreParameters(text[end..]);
    }

    private static bool TryParseOther(ReadOnlySpan<byte> text, int colon, out UriParts parts)
    {
        parts = new UriParts
        {
            Kind = UriScheme.Other,
            SchemeLength = (ushort)colon,
            ParametersStart = (ushort)text.Length,
            HeadersStart = (ushort)text.Length,
        };
        return UriText.IsOpaque(text[(colon + 1)..]);
    }

    private static bool AreParameters(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            text = text[1..];
            var end = text.IndexOf((byte)';');
            var parameter = end < 0 ? text : text[..end];
            var equals = parameter.IndexOf((byte)'=');
            var name = equals < 0 ? parameter : parameter[..equals];
            if (!UriText.IsParameter(name) || (equals >= 0 && !UriText.IsParameter(parameter[(equals + 1)..]))) return false;
            text = end < 0 ? default : text[end..];
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

    private static UriScheme KindOf(ReadOnlySpan<byte> scheme) => scheme.Length switch
    {
        3 when Grammar.EqualsIgnoreCase(scheme, "sip"u8) => UriScheme.Sip,
        4 when Grammar.EqualsIgnoreCase(scheme, "sips"u8) => UriScheme.Sips,
        3 when Grammar.EqualsIgnoreCase(scheme, "tel"u8) => UriScheme.Tel,
        _ => UriScheme.Other,
    };
}
