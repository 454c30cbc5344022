using System.Buffers;

namespace ModernSip.Messages.Parsing;

/// <summary>Steps through <c>;name=value</c> parameters (generic-param, RFC 3261 §25.1) without allocating.</summary>
/// <param name="text">The text.</param>
/// <param name="position">Where the first semicolon stands.</param>
/// <param name="inUri">Whether these are the parameters of a URI that was checked: their names have more characters than a token, and may be escaped.</param>
internal ref struct ParameterScanner(ReadOnlySpan<byte> text, int position, bool inUri = false)
{
    // What ends a value: the next semicolon, or what may not stand there.
    private static readonly SearchValues<byte> ValueEnds =
        SearchValues.Create([.. Enumerable.Range(0, 33).Select(static octet => (byte)octet), 0x7F, .. ";\",<>"u8]);

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly bool _inUri = inUri;
    private int _position = position;

    public bool IsMalformed { get; private set; }

    /// <summary>Where the current parameter's semicolon stands.</summary>
    public int Start { get; private set; }

    public int NameStart { get; private set; }

    public int NameLength { get; private set; }

    /// <summary>Where the value begins; -1 for a parameter without one.</summary>
    public int ValueStart { get; private set; }

    public int ValueLength { get; private set; }

    public readonly int End => _position;

    public readonly bool HasValue => ValueStart >= 0;

    public readonly ReadOnlySpan<byte> Name => _text.Slice(NameStart, NameLength);

    /// <summary>The value as it stands, quotes included.</summary>
    public readonly ReadOnlySpan<byte> Value => ValueStart < 0 ? default : _text.Slice(ValueStart, ValueLength);

    /// <summary>Whether the parameter has this name: without case, and in a URI with its escapes undone (RFC 3261 §19.1.4).</summary>
    public readonly bool NameIs(ReadOnlySpan<byte> name) =>
        _inUri && Name.Contains((byte)'%') ? UriText.DecodesTo(Name, name) : Grammar.EqualsIgnoreCase(Name, name);

    public bool MoveNext()
    {
        var i = Grammar.SkipWhitespace(_text, _position);
        if (i >= _text.Length) return false;
        if (_text[i] != ';') return Malformed();
        Start = i;
        NameStart = Grammar.SkipWhitespace(_text, i + 1);
        ValueStart = -1;
        ValueLength = 0;
        var end = _inUri ? EndOfUriName() : EndOfName();
        if (end == _text.Length || _text[end] == ';')
        {
            _position = end;
            return NameLength > 0 || _inUri || Malformed();
        }

        return _text[end] == '=' && (NameLength > 0 || _inUri) ? ScanValue(Grammar.SkipWhitespace(_text, end + 1)) : Malformed();
    }

    private int EndOfName()
    {
        NameLength = Grammar.LengthOfToken(_text[NameStart..]);
        return Grammar.SkipWhitespace(_text, NameStart + NameLength);
    }

    private int EndOfUriName()
    {
        var length = _text[NameStart..].IndexOfAny((byte)'=', (byte)';', (byte)'"');
        var end = length < 0 ? _text.Length : NameStart + length;
        NameLength = Grammar.Trim(_text[NameStart..end]).Length;
        return end;
    }

    private bool ScanValue(int start)
    {
        ValueStart = start;
        int end;
        if (start < _text.Length && _text[start] == '"')
        {
            end = Grammar.EndOfQuoted(_text, start);
            if (end < 0) return Malformed();
            ValueLength = end - start;
        }
        else
        {
            var length = _text[start..].IndexOfAny(ValueEnds);
            ValueLength = length < 0 ? _text.Length - start : length;
            end = Grammar.SkipWhitespace(_text, start + ValueLength);
            if (ValueLength == 0 || (end < _text.Length && _text[end] != ';')) return Malformed();
        }

        _position = end;
        return true;
    }

    private bool Malformed()
    {
        IsMalformed = true;
        return false;
    }
}
