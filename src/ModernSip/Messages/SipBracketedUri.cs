using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>A URI in angle brackets with parameters: Alert-Info, Call-Info, Error-Info (RFC 3261 §20.4, §20.9, §20.18), Geolocation (RFC 6442).</summary>
/// <remarks>Immutable.</remarks>
public sealed class SipBracketedUri : SipHeaderValue
{
    private readonly int _parametersStart;

    /// <summary>Makes a value without parameters.</summary>
    /// <param name="uri">The URI, of any scheme.</param>
    public SipBracketedUri(SipUri uri)
        : this(Write(uri), uri)
    {
    }

    private SipBracketedUri(Octets text, SipUri uri)
        : base(text)
    {
        Uri = uri;
        _parametersStart = text.Span.IndexOf((byte)'>') + 1;
    }

    /// <summary>The URI.</summary>
    public SipUri Uri { get; }

    /// <summary>The parameters behind the bracket, for example purpose.</summary>
    public SipParameters Parameters => ParametersFrom(_parametersStart);

    /// <summary>This value with a parameter set; one of that name is replaced.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">Its value; null for a parameter without one.</param>
    /// <exception cref="ArgumentException">The name is no token, or the value holds CR, LF or NUL.</exception>
    public SipBracketedUri WithParameter(string name, string? value = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SipBracketedUri(Rewrite(Text.Span, _parametersStart, name, value, remove: false), Uri);
    }

    internal static bool TryParse(Octets text, [NotNullWhen(true)] out SipBracketedUri? value)
    {
        value = null;
        var span = text.Span;
        if (span.IsEmpty || span[0] != '<') return false;
        var close = span.IndexOf((byte)'>');
        if (close < 0 || !SipUri.TryParse(Grammar.Trim(text.Slice(1, close - 1)), out var uri) || !AreParameters(span, close + 1)) return false;
        value = new SipBracketedUri(text, uri);
        return true;
    }

    private static Octets Write(SipUri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return Octets.Of([(byte)'<', .. uri.Text.Span, (byte)'>']);
    }
}
