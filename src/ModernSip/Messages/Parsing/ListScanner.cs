namespace ModernSip.Messages.Parsing;

/// <summary>Steps through the elements of a comma list; commas in quoted strings and in angle brackets do not separate.</summary>
/// <param name="text">The list.</param>
/// <param name="ofWords">Whether its elements are words, in which quotes and brackets are characters like others (RFC 3261 §25.1).</param>
internal ref struct ListScanner(ReadOnlySpan<byte> text, bool ofWords = false)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private readonly bool _ofWords = ofWords;
    private int _position;

    public int Start { get; private set; }

    public int Length { get; private set; }

    public bool MoveNext()
    {
        if (_position > _text.Length) return false;
        var start = _position;
        var end = EndOfElement(start);
        _position = end + 1;
        while (start < end && Grammar.IsWhitespace(_text[start])) start++;
        while (end > start && Grammar.IsWhitespace(_text[end - 1])) end--;
        Start = start;
        Length = end - start;
        return true;
    }

    private readonly int EndOfElement(int position)
    {
        if (_ofWords)
        {
            var comma = _text[position..].IndexOf((byte)',');
            return comma < 0 ? _text.Length : position + comma;
        }

        while (position < _text.Length)
        {
            var step = _text[position..].IndexOfAny((byte)',', (byte)'"', (byte)'<');
            if (step < 0) return _text.Length;
            position += step;
            switch (_text[position])
            {
                case (byte)',':
                    return position;
                case (byte)'"':
                    position = Grammar.EndOfQuoted(_text, position);
                    if (position < 0) return _text.Length;
                    break;
                default:
                    var close = _text[position..].IndexOf((byte)'>');
                    if (close < 0) return _text.Length;
                    position += close + 1;
                    break;
            }
        }

        return _text.Length;
    }
}
