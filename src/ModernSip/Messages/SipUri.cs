using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>A URI: sip and sips with their parts (RFC 3261 §19.1), tel with its number (RFC 3966), every other scheme as opaque text.</summary>
/// <remarks>Immutable. Equality is that of RFC 3261 §19.1.4, not of the text.</remarks>
public sealed class SipUri : IEquatable<SipUri>
{
    private readonly Octets _text;
    private readonly UriParts _parts;

    private SipUri(Octets text, UriParts parts)
    {
        _text = text;
        _parts = parts;
    }

    // The parts are noted in their place: a copy of what was just written piece by piece makes the processor wait.
    private SipUri(Octets text, out bool isValid)
    {
        _text = text;
        isValid = UriParts.TryParse(text.Span, out _parts);
    }

    /// <summary>The scheme in lower case, for example "sip".</summary>
    public string Scheme => _parts.Kind switch
    {
        UriScheme.Sip => "sip",
        UriScheme.Sips => "sips",
        UriScheme.Tel => "tel",
        _ => Slice(0, _parts.SchemeLength).ToString().ToLowerInvariant(),
    };

    /// <summary>Whether this is a sip or sips URI.</summary>
    public bool IsSip => _parts.Kind is UriScheme.Sip or UriScheme.Sips;

    /// <summary>Whether this is a sips URI: every hop must be secured.</summary>
    public bool IsSecure => _parts.Kind is UriScheme.Sips;

    /// <summary>The user part with its escapes undone, without the password; null where there is none.</summary>
    public string? User => _parts.UserLength == 0 ? null : UriText.Decode(UserOctets);

    /// <summary>The password with its escapes undone; null where there is none.</summary>
    public string? Password => _parts.PasswordStart == 0 ? null : UriText.Decode(Span.Slice(_parts.PasswordStart, _parts.PasswordLength));

    /// <summary>The host: a name, an IPv4 address, or an IPv6 address in brackets; empty where the scheme has none.</summary>
    public string Host => Slice(_parts.HostStart, _parts.HostLength).ToString();

    /// <summary>The port; null where the URI names none.</summary>
    public int? Port => _parts.Port == 0 ? null : _parts.Port;

    /// <summary>The telephone number of a tel URI, or the user of a sip URI with <c>user=phone</c>, without visual separators; else null.</summary>
    public string? Number => _parts.Kind switch
    {
        UriScheme.Tel => WithoutSeparators(Slice(4, _parts.ParametersStart - 4).ToString()),
        UriScheme.Sip or UriScheme.Sips when string.Equals(Parameters["user"], "phone", StringComparison.OrdinalIgnoreCase) => User is { } user ? WithoutSeparators(user.Split(';')[0]) : null,
        _ => null,
    };

    /// <summary>The URI parameters.</summary>
    public SipParameters Parameters =>
        new(Slice(_parts.ParametersStart, _parts.HeadersStart - _parts.ParametersStart), inUri: true);

    /// <summary>The transport parameter, or null.</summary>
    public string? Transport => Parameters["transport"];

    /// <summary>Whether the lr parameter is there: the element routes loosely (RFC 3261 §19.1.1).</summary>
    public bool IsLooseRouter => Parameters.TryGetOctets("lr"u8, out _);

    /// <summary>The header part as it stands, without the question mark; null where there is none.</summary>
    public string? Headers => _parts.HeadersStart == _text.Length ? null : Slice(_parts.HeadersStart + 1, _text.Length - _parts.HeadersStart - 1).ToString();

    /// <summary>The header fields of the header part, their escapes undone: what a request to this URI shall carry (RFC 3261 §19.1.1). Whoever made the URI chose them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> HeaderFields => UriText.ReadHeaders(HeadersSpan);

    internal Octets Text => _text;

    internal ReadOnlySpan<byte> UserOctets => Span.Slice(_parts.UserStart, _parts.UserLength);

    internal ReadOnlySpan<byte> HostOctets => Span.Slice(_parts.HostStart, _parts.HostLength);

    private ReadOnlySpan<byte> Span => _text.Span;

    /// <summary>Reads a URI from text.</summary>
    /// <param name="text">For example "sip:alice@example.com;transport=tcp".</param>
    /// <exception cref="FormatException">The text is no URI.</exception>
    public static SipUri Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var uri) ? uri : throw new FormatException($"'{text}' is not a URI.");
    }

    /// <summary>Reads a URI from text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="uri">The URI; null when the text is none.</param>
    /// <returns>Whether the text is a URI.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SipUri? uri)
    {
        uri = null;
        return text is not null && TryParse(Octets.Of(text), out uri);
    }

    /// <summary>Makes a sip or sips URI.</summary>
    /// <param name="host">A host name or address; an IPv6 address with or without brackets.</param>
    /// <param name="user">The user part, unescaped; null for none.</param>
    /// <param name="port">The port, 1 to 65535; null for none.</param>
    /// <param name="isSecure">Whether to make a sips URI.</param>
    /// <exception cref="ArgumentException">The host or the port is not valid.</exception>
    public static SipUri Create(string host, string? user = null, int? port = null, bool isSecure = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        var writer = new ValueWriter(stackalloc byte[256]);
        writer.Raw(isSecure ? "sips:"u8 : "sip:"u8);
        if (!string.IsNullOrEmpty(user))
        {
            UriText.WriteUser(ref writer, user);
            writer.Octet('@');
        }

        UriText.WriteHost(ref writer, host);
        if (port is not null)
        {
            if (port is < 1 or > 65535) throw new ArgumentOutOfRangeException(nameof(port), port, "A port is 1 to 65535.");
            writer.Octet(':');
            writer.Number(port.Value);
        }

        return Rebuilt(writer.ToOctets());
    }

    /// <summary>Reads a URI, see <see cref="Parse"/>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is no URI.</exception>
    [return: NotNullIfNotNull(nameof(text))]
    public static implicit operator SipUri?(string? text) => FromString(text);

    /// <summary>Compares by RFC 3261 §19.1.4.</summary>
    public static bool operator ==(SipUri? left, SipUri? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Compares by RFC 3261 §19.1.4.</summary>
    public static bool operator !=(SipUri? left, SipUri? right) => !(left == right);

    /// <summary>Reads a URI, see <see cref="Parse"/>; null stays null.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is no URI.</exception>
    [return: NotNullIfNotNull(nameof(text))]
    public static SipUri? FromString(string? text) => text is null ? null : Parse(text);

    /// <summary>This URI with a parameter set; a parameter of that name is replaced.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">Its value, unescaped; null for a parameter without one.</param>
    /// <exception cref="ArgumentException">The name or the value is empty, or the URI would be longer than 65,535 octets.</exception>
    /// <exception cref="InvalidOperationException">This is no sip, sips or tel URI.</exception>
    public SipUri WithParameter(string name, string? value = null) => Rewrite(name, value, remove: false, HeadersSpan);

    /// <summary>This URI without a parameter.</summary>
    /// <param name="name">The parameter's name.</param>
    public SipUri WithoutParameter(string name) => Parameters.Contains(name) ? Rewrite(name, null, remove: true, HeadersSpan) : this;

    /// <summary>This URI without its header part, as a Request-URI must be (RFC 3261 §19.1.5).</summary>
    public SipUri WithoutHeaders() =>
        _parts.HeadersStart == _text.Length ? this : Rebuilt(Octets.Of(Span[.._parts.HeadersStart]));

    /// <summary>This URI with one more header field in its header part, as a Refer-To names what the INVITE shall carry.</summary>
    /// <param name="name">The header field's name.</param>
    /// <param name="value">Its value, unescaped.</param>
    /// <exception cref="ArgumentException">The name is empty, or the URI would be longer than 65,535 octets.</exception>
    /// <exception cref="InvalidOperationException">This is no sip or sips URI.</exception>
    public SipUri WithHeader(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        if (!IsSip) throw new InvalidOperationException($"A {Scheme} URI has no header part.");
        var writer = new ValueWriter(stackalloc byte[512]);
        writer.Raw(Span);
        writer.Octet(HeadersSpan.IsEmpty ? '?' : '&');
        UriText.WriteHeader(ref writer, name);
        writer.Octet('=');
        UriText.WriteHeader(ref writer, value);
        return Rebuilt(writer.ToOctets());
    }

    /// <summary>This URI with another host and port; everything else stays.</summary>
    /// <param name="host">A host name or address; an IPv6 address with or without brackets.</param>
    /// <param name="port">The port; null for none.</param>
    /// <exception cref="ArgumentException">The host is not valid.</exception>
    /// <exception cref="InvalidOperationException">This is no sip or sips URI.</exception>
    public SipUri WithHost(string host, int? port = null)
    {
        if (!IsSip) throw new InvalidOperationException($"A {Scheme} URI has no host.");
        var writer = new ValueWriter(stackalloc byte[256]);
        writer.Raw(Span[.._parts.HostStart]);
        UriText.WriteHost(ref writer, host);
        if (port is not null)
        {
            writer.Octet(':');
            writer.Number(port.Value);
        }

        writer.Raw(Span[_parts.ParametersStart..]);
        return Rebuilt(writer.ToOctets());
    }

    /// <summary>Compares by RFC 3261 §19.1.4: parts that matter, escapes undone, parameters by their rules.</summary>
    /// <param name="other">The other URI.</param>
    public bool Equals(SipUri? other)
    {
        if (other is null) return false;
        if (ReferenceEquals(this, other)) return true;
        if (_parts.Kind != other._parts.Kind) return false;
        return _parts.Kind switch
        {
            UriScheme.Tel => UriComparison.AreSameNumber(this, other),
            UriScheme.Other => UriComparison.AreSameOpaque(this, other),
            _ => UriComparison.AreEqual(this, other),
        };
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SipUri);

    /// <inheritdoc/>
    public override int GetHashCode() => _parts.Kind switch
    {
        UriScheme.Tel => HashCode.Combine(_parts.Kind, Number?.ToUpperInvariant()),
        UriScheme.Other => HashCode.Combine(Scheme, UriText.Decode(OpaqueOctets)),
        _ => HashCode.Combine(_parts.Kind, User, UriText.HashHost(HostOctets), _parts.Port),
    };

    /// <summary>The URI as it stands on the wire.</summary>
    public override string ToString() => _text.ToString();

    internal static bool TryParse(Octets text, [NotNullWhen(true)] out SipUri? uri)
    {
        uri = null;
        if (text.Length > ushort.MaxValue) return false;
        var read = new SipUri(text, out var isValid);
        if (isValid) uri = read;
        return isValid;
    }

    /// <summary>The same URI in an array of its own, so that keeping it does not keep a whole message.</summary>
    internal SipUri Detach() => new(_text.Detach(), _parts);

    /// <summary>The same URI whose text stands there, too.</summary>
    internal SipUri At(Octets text) => new(text, _parts);

    internal bool HasPassword => _parts.PasswordStart != 0;

    internal ReadOnlySpan<byte> PasswordOctets => Span.Slice(_parts.PasswordStart, _parts.PasswordLength);

    /// <summary>What stands behind the scheme's colon.</summary>
    internal ReadOnlySpan<byte> OpaqueOctets => Span[(_parts.SchemeLength + 1)..];

    internal ReadOnlySpan<byte> ParameterOctets => Span[_parts.ParametersStart.._parts.HeadersStart];

    internal ReadOnlySpan<byte> HeadersSpan => Span[_parts.HeadersStart..];

    private static SipUri Rebuilt(Octets text) =>
        TryParse(text, out var uri) ? uri : throw new ArgumentException($"'{text}' is not a URI.", nameof(text));

    private static string WithoutSeparators(string number) =>
        string.Concat(number.Where(static character => character is not ('-' or '.' or '(' or ')' or ' ')));

    private SipUri Rewrite(string name, string? value, bool remove, ReadOnlySpan<byte> headers)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (_parts.Kind is UriScheme.Other) throw new InvalidOperationException($"The parameters of a {Scheme} URI are not known.");
        var octets = System.Text.Encoding.UTF8.GetBytes(name);
        var writer = new ValueWriter(stackalloc byte[512]);
        writer.Raw(Span[.._parts.ParametersStart]);
        var parameters = Span[_parts.ParametersStart.._parts.HeadersStart];
        var scanner = new ParameterScanner(parameters, 0, inUri: true);
        var end = 0;
        while (scanner.MoveNext())
        {
            var parameter = parameters[end..scanner.End];
            end = scanner.End;
            if (!scanner.NameIs(octets)) writer.Raw(parameter);
        }

        if (!remove)
        {
            writer.Octet(';');
            UriText.WriteParameter(ref writer, name);
            if (value is not null)
            {
                writer.Octet('=');
                UriText.WriteParameter(ref writer, value);
            }
        }

        writer.Raw(headers);
        return Rebuilt(writer.ToOctets());
    }

    private Octets Slice(int start, int length) => _text.Slice(start, length);
}
