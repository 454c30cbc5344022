using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>A display name, a URI and parameters: the value of From, To, Contact, Route, Record-Route, Refer-To and their like (RFC 3261 §20.10).</summary>
/// <remarks>Immutable. The methods that begin with "With" give a changed copy.</remarks>
public sealed class SipNameAddress : SipHeaderValue
{
    private readonly Layout _layout;
    private SipUri? _uri;

    /// <summary>Makes a value from a URI.</summary>
    /// <param name="uri">The URI.</param>
    /// <param name="displayName">The display name, unquoted; null for none.</param>
    /// <exception cref="ArgumentException">The display name holds CR, LF or NUL.</exception>
    public SipNameAddress(SipUri uri, string? displayName = null)
        : this(Write(uri, displayName, out var layout), layout, uri)
    {
    }

    private SipNameAddress(Octets text, in Layout layout, SipUri? uri)
        : base(text) => (_layout, _uri) = (layout, uri);

    // The layout is noted in its place: a copy of what was just written piece by piece makes the processor wait.
    private SipNameAddress(Octets text, out bool isValid)
        : base(text) => isValid = TryLayOut(text.Span, out _layout);

    /// <summary>The display name, unquoted; null where there is none.</summary>
    public string? DisplayName => _layout.DisplayLength == 0 ? null : Grammar.Unquote(Text.Span[.._layout.DisplayLength]);

    /// <summary>The URI.</summary>
    public SipUri Uri => _uri ??= SipUri.TryParse(Text.Slice(_layout.UriStart, _layout.UriLength), out var uri) ? uri : throw new InvalidOperationException("The value was checked when it was read.");

    /// <summary>The tag parameter of From and To; null where there is none.</summary>
    public string? Tag => _layout.TagLength == 0 ? null : TagText.ToString();

    /// <summary>The header parameters (not those of the URI).</summary>
    public SipParameters Parameters => ParametersFrom(_layout.ParametersStart);

    internal Octets TagText => Text.Slice(_layout.TagStart, _layout.TagLength);

    internal ReadOnlySpan<byte> TagOctets => Text.Span.Slice(_layout.TagStart, _layout.TagLength);

    /// <summary>Reads a value from text.</summary>
    /// <param name="text">For example <c>"Alice" &lt;sip:alice@example.com&gt;;tag=1</c>.</param>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static SipNameAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var value) ? value : throw new FormatException($"'{text}' is not an address.");
    }

    /// <summary>Reads a value from text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The value; null when the text is none.</param>
    /// <returns>Whether the text is an address.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SipNameAddress? value)
    {
        value = null;
        return text is not null && !Grammar.BreaksLine(text) && TryParse(Grammar.Trim(Octets.Of(text)), out value);
    }

    /// <summary>Makes a value from a URI, see the constructor.</summary>
    /// <param name="uri">The URI.</param>
    public static implicit operator SipNameAddress(SipUri uri) => FromUri(uri);

    /// <summary>Reads a value from text, see <see cref="Parse"/>.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is not an address.</exception>
    public static implicit operator SipNameAddress(string text) => FromString(text);

    /// <summary>Makes a value from a URI, see the constructor.</summary>
    /// <param name="uri">The URI.</param>
    public static SipNameAddress FromUri(SipUri uri) => new(uri);

    /// <summary>Reads a value from text, see <see cref="Parse"/>.</summary>
    /// <param name="text">The text.</param>
    public static SipNameAddress FromString(string text) => Parse(text);

    /// <summary>This value with a header parameter set; one of that name is replaced.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">Its value, unquoted; null for a parameter without one.</param>
    /// <exception cref="ArgumentException">The name is no token, or the value holds CR, LF or NUL.</exception>
    public SipNameAddress WithParameter(string name, string? value = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Rebuilt(Rewrite(Bracketed(out var parametersStart), parametersStart, name, value, remove: false));
    }

    /// <summary>This value without a header parameter.</summary>
    /// <param name="name">The parameter's name.</param>
    public SipNameAddress WithoutParameter(string name) =>
        Parameters.Contains(name) ? Rebuilt(Rewrite(Text.Span, _layout.ParametersStart, name, null, remove: true)) : this;

    /// <summary>This value with another tag; null takes the tag away.</summary>
    /// <param name="tag">The tag.</param>
    public SipNameAddress WithTag(string? tag) => tag is null ? WithoutParameter("tag") : WithParameter("tag", tag);

    /// <summary>Whether a value has no tag.</summary>
    /// <param name="text">The value.</param>
    /// <param name="isBracketed">Whether a parameter can be put behind it as it stands.</param>
    internal static bool LacksTag(Octets text, out bool isBracketed)
    {
        isBracketed = false;
        if (text.Length is 0 or > ushort.MaxValue || !TryLayOut(text.Span, out var layout) || layout.TagLength > 0) return false;
        isBracketed = text.Span[layout.ParametersStart - 1] == '>';
        return true;
    }

    internal static bool TryParse(Octets text, [NotNullWhen(true)] out SipNameAddress? value)
    {
        value = null;
        if (text.Length is 0 or > ushort.MaxValue) return false;
        var read = new SipNameAddress(text, out var isValid);
        if (isValid) value = read;
        return isValid;
    }

    /// <summary>Whether a text is an address, without making one.</summary>
    internal static bool IsWellFormed(Octets text) => text.Length is > 0 and <= ushort.MaxValue && TryLayOut(text.Span, out _);

    /// <summary>The same value in an array of its own, so that keeping it does not keep a whole message.</summary>
    internal SipNameAddress Detach() => Text.IsWhole && _uri is null ? this : Rebuilt(Text.Detach());

    /// <summary>The same value whose text stands there, too.</summary>
    internal SipNameAddress At(Octets text) => new(text, _layout, null);

    private static SipNameAddress Rebuilt(Octets text) =>
        TryParse(text, out var value) ? value : throw new ArgumentException($"'{text}' is not an address.", nameof(text));

    private static bool TryLayOut(ReadOnlySpan<byte> text, out Layout layout)
    {
        layout = default;
        var open = 0;
        if (text[0] == '"')
        {
            var end = Grammar.EndOfQuoted(text, 0);
            if (end < 0) return false;
            layout.DisplayLength = (ushort)end;
            open = Grammar.SkipWhitespace(text, end);
            if (open >= text.Length || text[open] != '<') return false;
        }
        else if (text[0] != '<')
        {
            open = text.IndexOfAny((byte)'<', (byte)'"', (byte)';');
            if (open >= 0 && text[open] == '"') return false;
            if (open < 0 || text[open] == ';') return TryLayOutBare(text, open < 0 ? text.Length : open, ref layout);
            layout.DisplayLength = (ushort)Grammar.Trim(text[..open]).Length;
            if (!AreTokens(text[..layout.DisplayLength])) return false;
        }

        var start = Grammar.SkipWhitespace(text, open + 1);
        var length = text[start..].IndexOf((byte)'>');
        if (length < 0) return false;
        layout.UriStart = (ushort)start;
        layout.ParametersStart = (ushort)(start + length + 1);
        var uri = Grammar.Trim(text.Slice(start, length));
        layout.UriLength = (ushort)uri.Length;
        return UriParts.TryParse(uri, out _) && TryFindTag(text, ref layout);
    }

    /// <summary>addr-spec without angle brackets: everything behind the first semicolon belongs to the header field (RFC 3261 §20.10).</summary>
    private static bool TryLayOutBare(ReadOnlySpan<byte> text, int end, ref Layout layout)
    {
        var uri = Grammar.Trim(text[..end]);
        layout.UriLength = (ushort)uri.Length;
        layout.ParametersStart = (ushort)end;
        // A comma would end the value in a list; with one, brackets are a must (RFC 3261 §20.10).
        return !uri.Contains((byte)',') && UriParts.TryParse(uri, out _) && TryFindTag(text, ref layout);
    }

    private static bool TryFindTag(ReadOnlySpan<byte> text, ref Layout layout)
    {
        if (layout.ParametersStart == text.Length) return true;
        var scanner = new ParameterScanner(text, layout.ParametersStart);
        while (scanner.MoveNext())
        {
            if (!scanner.NameIs("tag"u8)) continue;
            if (scanner.HasValue && !Grammar.IsToken(scanner.Value)) return false;
            if (layout.TagLength > 0) continue;
            layout.TagStart = (ushort)Math.Max(0, scanner.ValueStart);
            layout.TagLength = (ushort)scanner.ValueLength;
        }

        return !scanner.IsMalformed;
    }

    private static bool AreTokens(ReadOnlySpan<byte> text)
    {
        foreach (var octet in text)
        {
            // Unquoted names beyond ASCII are not legal, but common.
            if (octet < 0x80 && !Grammar.IsWhitespace(octet) && !Grammar.IsToken([octet])) return false;
        }

        return true;
    }

    private static Octets Write(SipUri uri, string? displayName, out Layout layout)
    {
        ArgumentNullException.ThrowIfNull(uri);
        layout = default;
        var writer = new ValueWriter(stackalloc byte[512]);
        if (!string.IsNullOrEmpty(displayName))
        {
            writer.Quoted(displayName);
            layout.DisplayLength = (ushort)writer.Written.Length;
            writer.Octet(' ');
        }

        writer.Octet('<');
        layout.UriStart = (ushort)writer.Written.Length;
        layout.UriLength = (ushort)uri.Text.Length;
        writer.Raw(uri.Text.Span);
        writer.Octet('>');
        layout.ParametersStart = (ushort)writer.Written.Length;
        if (writer.Written.Length > ushort.MaxValue) throw new ArgumentException("The address is longer than 65,535 octets.", nameof(displayName));
        return writer.ToOctets();
    }

    /// <summary>The octets with the URI in brackets: behind a bare URI, parameters added later could be read as the URI's own.</summary>
    private ReadOnlySpan<byte> Bracketed(out int parametersStart)
    {
        parametersStart = _layout.ParametersStart;
        if (Text.Span[_layout.ParametersStart - 1] == '>') return Text.Span;
        var writer = new ValueWriter(stackalloc byte[512]);
        writer.Octet('<');
        writer.Raw(Text.Span.Slice(_layout.UriStart, _layout.UriLength));
        writer.Octet('>');
        parametersStart = writer.Written.Length;
        writer.Raw(Text.Span[_layout.ParametersStart..]);
        return writer.ToOctets().Span;
    }

    private struct Layout
    {
        public ushort DisplayLength;
        public ushort UriStart;
        public ushort UriLength;
        public ushort ParametersStart;
        public ushort TagStart;
        public ushort TagLength;
    }
}
