using System.Diagnostics.CodeAnalysis;
using System.Text;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>A word with parameters: the shape of Event, Subscription-State, Content-Disposition and many extension header fields.</summary>
/// <remarks>Immutable. Equality compares the octets; <see cref="Is"/> compares the word without case.</remarks>
public sealed class SipTokenValue : SipHeaderValue, IEquatable<SipTokenValue>
{
    private readonly ushort _tokenLength;

    /// <summary>Makes a value without parameters.</summary>
    /// <param name="token">The word, a token.</param>
    /// <exception cref="ArgumentException">The word is no token, or longer than 65,535 octets.</exception>
    public SipTokenValue(string token)
        : this(Checked(token), Encoding.UTF8.GetByteCount(token))
    {
    }

    private SipTokenValue(Octets text, int tokenLength)
        : base(text) => _tokenLength = (ushort)tokenLength;

    /// <summary>The word: the event package, the subscription's state …</summary>
    public string Token => Grammar.Unquote(Text.Span[.._tokenLength]);

    /// <summary>The parameters.</summary>
    public SipParameters Parameters => ParametersFrom(_tokenLength);

    /// <summary>This value with a parameter set; one of that name is replaced.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">Its value; null for a parameter without one.</param>
    /// <exception cref="ArgumentException">The name is no token, or the value holds CR, LF or NUL.</exception>
    public SipTokenValue WithParameter(string name, string? value = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SipTokenValue(Rewrite(Text.Span, _tokenLength, name, value, remove: false), _tokenLength);
    }

    /// <summary>This value with one parameter more, which is written in quotes.</summary>
    internal SipTokenValue WithQuotedParameter(string name, string value)
    {
        var writer = new ValueWriter(stackalloc byte[512]);
        writer.Raw(Text.Span);
        writer.Octet(';');
        writer.Text(name);
        writer.Octet('=');
        writer.Quoted(value);
        return new SipTokenValue(writer.ToOctets(), _tokenLength);
    }

    internal SipTokenValue WithoutParameter(string name) => Parameters.Contains(name) ? new(Rewrite(Text.Span, _tokenLength, name, null, remove: true), _tokenLength) : this;

    /// <summary>Whether the word is <paramref name="token"/>, without regard to case.</summary>
    /// <param name="token">The word to compare with.</param>
    public bool Is(string token) => Grammar.EqualsIgnoreCase(Text.Span[.._tokenLength], token);

    /// <inheritdoc/>
    public bool Equals(SipTokenValue? other) => other is not null && Text.Span.SequenceEqual(other.Text.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SipTokenValue);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Text.Span);
        return hash.ToHashCode();
    }

    internal static bool TryParse(Octets text, [NotNullWhen(true)] out SipTokenValue? value)
    {
        value = null;
        if (text.Length > ushort.MaxValue) return false;
        var span = text.Span;
        var semicolon = span.IndexOf((byte)';');
        var token = Grammar.Trim(semicolon < 0 ? span : span[..semicolon]);
        if (!Grammar.IsToken(token) || !AreParameters(span, semicolon < 0 ? span.Length : semicolon)) return false;
        value = new SipTokenValue(text, token.Length);
        return true;
    }

    /// <summary>A word that may also be a quoted string: P-Visited-Network-ID, User-to-User.</summary>
    internal static bool TryParseQuotable(Octets text, [NotNullWhen(true)] out SipTokenValue? value)
    {
        var span = text.Span;
        if (span.IsEmpty || span[0] != '"') return TryParse(text, out value);
        var end = Grammar.EndOfQuoted(span, 0);
        value = end > 0 && text.Length <= ushort.MaxValue && AreParameters(span, end) ? new SipTokenValue(text, end) : null;
        return value is not null;
    }

    /// <summary>An asterisk with parameters: Accept-Contact, Reject-Contact (RFC 3841 §10).</summary>
    internal static bool TryParseAsterisk(Octets text, [NotNullWhen(true)] out SipTokenValue? value)
    {
        if (TryParse(text, out value) && value.Is("*")) return true;
        value = null;
        return false;
    }

    private static Octets Checked(string token)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        var text = Octets.Of(token);
        return Grammar.IsToken(text.Span) && text.Length <= ushort.MaxValue ? text : throw new ArgumentException($"'{token}' is no token.", nameof(token));
    }
}
