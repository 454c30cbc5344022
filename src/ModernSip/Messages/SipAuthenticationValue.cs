using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>A scheme and its comma-separated parameters: the value of WWW-Authenticate, Authorization and their proxy forms (RFC 3261 §20.7, §20.44).</summary>
/// <remarks>Immutable. Authentication-Info is the same without a scheme.</remarks>
public sealed class SipAuthenticationValue : SipHeaderValue
{
    private readonly ushort _schemeLength;

    /// <summary>Makes a value.</summary>
    /// <param name="scheme">The scheme, for example "Digest"; empty for Authentication-Info.</param>
    /// <param name="parameters">Names, values, and whether the value is written in quotes.</param>
    /// <exception cref="ArgumentException">The scheme, a name or an unquoted value is no token, a value holds CR, LF or NUL, or all is longer than 65,535 octets.</exception>
    public SipAuthenticationValue(string scheme, IEnumerable<(string Name, string Value, bool IsQuoted)> parameters)
        : this(Write(scheme, parameters), System.Text.Encoding.UTF8.GetByteCount(scheme))
    {
    }

    private SipAuthenticationValue(Octets text, int schemeLength)
        : base(text) => _schemeLength = (ushort)schemeLength;

    /// <summary>The scheme, for example "Digest".</summary>
    public string Scheme => Text.Slice(0, _schemeLength).ToString();

    /// <summary>Whether the scheme is Digest (RFC 7616).</summary>
    public bool IsDigest => Grammar.EqualsIgnoreCase(Text.Span[.._schemeLength], "Digest"u8);

    /// <summary>The value of a parameter, unquoted; null where it is absent.</summary>
    /// <param name="name">The parameter's name.</param>
    public string? this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            var list = new ListScanner(Text.Span[_schemeLength..]);
            while (list.MoveNext())
            {
                var element = Text.Span.Slice(_schemeLength + list.Start, list.Length);
                var equals = element.IndexOf((byte)'=');
                if (equals > 0 && Grammar.EqualsIgnoreCase(Grammar.Trim(element[..equals]), name)) return Grammar.Unquote(Grammar.Trim(element[(equals + 1)..]));
            }

            return null;
        }
    }

    internal static bool TryParse(Octets text, [NotNullWhen(true)] out SipAuthenticationValue? value)
    {
        var span = text.Span;
        var length = span.IndexOfAny((byte)' ', (byte)'\t');
        if (length < 0) length = span.Length;
        value = null;
        if (text.Length > ushort.MaxValue || !Grammar.IsToken(span[..length])) return false;
        // Another scheme's credentials may be one opaque word (RFC 7235 §2.1): kept, and not looked into.
        if (Grammar.EqualsIgnoreCase(span[..length], "Digest"u8) && !AreListParameters(span[length..])) return false;
        value = new SipAuthenticationValue(text, length);
        return true;
    }

    internal static bool TryParseInfo(Octets text, [NotNullWhen(true)] out SipAuthenticationValue? value)
    {
        value = text.Length <= ushort.MaxValue && AreListParameters(text.Span) ? new SipAuthenticationValue(text, 0) : null;
        return value is not null;
    }

    private static bool AreListParameters(ReadOnlySpan<byte> text)
    {
        var list = new ListScanner(text);
        while (list.MoveNext())
        {
            var element = text.Slice(list.Start, list.Length);
            if (element.IsEmpty) continue; // some registrars end the list with a comma
            var equals = element.IndexOf((byte)'=');
            if (equals <= 0 || !Grammar.IsToken(Grammar.Trim(element[..equals]))) return false;
            var value = Grammar.Trim(element[(equals + 1)..]);
            if (!value.IsEmpty && value[0] == '"' && Grammar.EndOfQuoted(value, 0) != value.Length) return false;
        }

        return true;
    }

    private static Octets Write(string scheme, IEnumerable<(string Name, string Value, bool IsQuoted)> parameters)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        ArgumentNullException.ThrowIfNull(parameters);
        if (scheme.Length > 0 && !IsToken(scheme)) throw new ArgumentException($"'{scheme}' is no scheme.", nameof(scheme));
        var writer = new ValueWriter(stackalloc byte[512]);
        writer.Text(scheme);
        var separator = scheme.Length == 0 ? "" : " ";
        foreach (var (name, value, quoted) in parameters)
        {
            if (!IsToken(name)) throw new ArgumentException($"'{name}' is no parameter name.", nameof(parameters));
            if (!quoted && !IsToken(value)) throw new ArgumentException($"The value of {name} must be written in quotes.", nameof(parameters));
            writer.Text(separator);
            writer.Text(name);
            writer.Octet('=');
            if (quoted) writer.Quoted(value);
            else writer.Text(value);
            separator = ", ";
        }

        if (writer.Written.Length > ushort.MaxValue) throw new ArgumentException("The value is longer than 65,535 octets.", nameof(parameters));
        return writer.ToOctets();
    }

    private static bool IsToken(string text) => Grammar.IsToken(text.AsSpan());
}
