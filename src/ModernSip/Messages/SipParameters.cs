using System.Collections;
using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>The parameters of a header value or URI, in their order. Names compare without case (RFC 3261 §7.3.1).</summary>
/// <remarks>A view on the value's octets: looking up scans them, and text is made when asked for.</remarks>
public readonly struct SipParameters : IEnumerable<KeyValuePair<string, string?>>, IEquatable<SipParameters>
{
    private readonly Octets _text;
    private readonly bool _inUri;

    internal SipParameters(Octets text, bool inUri = false)
    {
        _text = text;
        _inUri = inUri;
    }

    /// <summary>The value of a parameter, unquoted or unescaped; null when it is absent or has no value.</summary>
    /// <param name="name">The parameter's name.</param>
    public string? this[string name] => TryGetValue(name, out var value) ? value : null;

    /// <summary>Compares the octets.</summary>
    public static bool operator ==(SipParameters left, SipParameters right) => left.Equals(right);

    /// <summary>Compares the octets.</summary>
    public static bool operator !=(SipParameters left, SipParameters right) => !left.Equals(right);

    /// <summary>Whether a parameter is present, with or without a value.</summary>
    /// <param name="name">The parameter's name.</param>
    public bool Contains(string name) => TryGetValue(name, out _);

    /// <summary>Finds a parameter.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="value">Its value; null when the parameter has none.</param>
    /// <returns>Whether the parameter is present.</returns>
    public bool TryGetValue(string name, out string? value)
    {
        ArgumentNullException.ThrowIfNull(name);
        value = null;
        if (_text.Length == 0) return false;
        Span<byte> room = stackalloc byte[64];
        var wanted = System.Text.Encoding.UTF8.TryGetBytes(name, room, out var length) ? room[..length] : System.Text.Encoding.UTF8.GetBytes(name);
        var scanner = new ParameterScanner(_text.Span, 0, _inUri);
        while (scanner.MoveNext())
        {
            if (!scanner.NameIs(wanted)) continue;
            value = scanner.HasValue ? Decode(scanner.Value) : null;
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string?>> GetEnumerator() => ToList().GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(SipParameters other) => _text.Length == other._text.Length && (_text.Length == 0 || _text.Span.SequenceEqual(other._text.Span));

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is SipParameters other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.Length;

    /// <summary>The parameters as they stand on the wire, each with its semicolon.</summary>
    public override string ToString() => _text.Length == 0 ? "" : _text.ToString();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal bool TryGetOctets(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (_text.Length == 0) return false;
        var scanner = new ParameterScanner(_text.Span, 0, _inUri);
        while (scanner.MoveNext())
        {
            if (!scanner.NameIs(name)) continue;
            value = scanner.Value;
            return true;
        }

        return false;
    }

    private List<KeyValuePair<string, string?>> ToList()
    {
        var list = new List<KeyValuePair<string, string?>>();
        if (_text.Length == 0) return list;
        var scanner = new ParameterScanner(_text.Span, 0, _inUri);
        while (scanner.MoveNext())
        {
            list.Add(new(_inUri ? UriText.Decode(scanner.Name) : System.Text.Encoding.UTF8.GetString(scanner.Name), scanner.HasValue ? Decode(scanner.Value) : null));
        }

        return list;
    }

    private string Decode(ReadOnlySpan<byte> value) => _inUri ? UriText.Decode(value) : Grammar.Unquote(value);
}
