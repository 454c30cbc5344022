using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>A media type with parameters: Content-Type and Accept (RFC 3261 §20.1, §20.15).</summary>
/// <remarks>Immutable. Equality compares type and subtype without case, and not the parameters.</remarks>
public sealed class SipMediaType : SipHeaderValue, IEquatable<SipMediaType>
{
    private readonly ushort _typeLength;

    private SipMediaType(Octets text, int typeLength)
        : base(text) => _typeLength = (ushort)typeLength;

    /// <summary>application/sdp (RFC 8866).</summary>
    public static SipMediaType Sdp { get; } = Parse("application/sdp");

    /// <summary>text/plain in UTF-8.</summary>
    public static SipMediaType PlainText { get; } = Parse("text/plain;charset=UTF-8");

    /// <summary>Type and subtype, for example "application/sdp".</summary>
    public string Type => Text.Slice(0, _typeLength).ToString();

    /// <summary>The parameters, for example charset.</summary>
    public SipParameters Parameters => ParametersFrom(_typeLength);

    /// <summary>Reads a media type, see <see cref="Parse"/>.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator SipMediaType(string text) => FromString(text);

    /// <summary>Reads a media type, see <see cref="Parse"/>.</summary>
    /// <param name="text">The text.</param>
    public static SipMediaType FromString(string text) => Parse(text);

    /// <summary>Reads a media type from text.</summary>
    /// <param name="text">For example "text/plain;charset=UTF-8".</param>
    /// <exception cref="FormatException">The text is no media type.</exception>
    public static SipMediaType Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return !Grammar.BreaksLine(text) && TryParse(Grammar.Trim(Octets.Of(text)), out var value) ? value : throw new FormatException($"'{text}' is not a media type.");
    }

    /// <summary>This type with a parameter set; one of that name is replaced.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">Its value; null for a parameter without one.</param>
    /// <exception cref="ArgumentException">The name is no token, or the value holds CR, LF or NUL.</exception>
    public SipMediaType WithParameter(string name, string? value = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new SipMediaType(Rewrite(Text.Span, _typeLength, name, value, remove: false), _typeLength);
    }

    /// <summary>Whether type and subtype are those of <paramref name="other"/>.</summary>
    /// <param name="other">The type to compare with.</param>
    public bool Equals(SipMediaType? other) =>
        other is not null && Grammar.EqualsIgnoreCase(Text.Span[.._typeLength], other.Text.Span[..other._typeLength]);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SipMediaType);

    /// <inheritdoc/>
    public override int GetHashCode() => UriText.HashHost(Text.Span[.._typeLength]);

    internal static bool TryParse(Octets text, [NotNullWhen(true)] out SipMediaType? value)
    {
        value = null;
        if (text.Length > ushort.MaxValue) return false;
        var span = text.Span;
        var semicolon = span.IndexOf((byte)';');
        var type = Grammar.Trim(semicolon < 0 ? span : span[..semicolon]);
        var slash = type.IndexOf((byte)'/');
        if (slash < 0) return false;
        var main = Grammar.Trim(type[..slash]);
        var sub = Grammar.Trim(type[(slash + 1)..]);
        if (!Grammar.IsToken(main) || !Grammar.IsToken(sub) || !AreParameters(span, semicolon < 0 ? span.Length : semicolon)) return false;
        if (main.Length + 1 + sub.Length < type.Length) text = Octets.Of([.. main, (byte)'/', .. sub, .. span[type.Length..]]); // blanks around the slash mean nothing
        value = new SipMediaType(text, main.Length + 1 + sub.Length);
        return true;
    }
}
