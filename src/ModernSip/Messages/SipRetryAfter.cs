using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>The value of Retry-After: seconds to wait, a comment, and for how long the callee is there (RFC 3261 §20.33).</summary>
/// <remarks>Immutable.</remarks>
public sealed class SipRetryAfter : SipHeaderValue
{
    private readonly int _commentStart;
    private readonly int _commentLength;
    private readonly int _parametersStart;

    /// <summary>Makes a value.</summary>
    /// <param name="seconds">The seconds to wait.</param>
    public SipRetryAfter(uint seconds)
        : this(Octets.Of(seconds.ToString(System.Globalization.CultureInfo.InvariantCulture)), seconds, 0, 0, int.MaxValue)
    {
    }

    private SipRetryAfter(Octets text, uint seconds, int commentStart, int commentLength, int parametersStart)
        : base(text)
    {
        Seconds = seconds;
        _commentStart = commentStart;
        _commentLength = commentLength;
        _parametersStart = parametersStart;
    }

    /// <summary>The seconds to wait; a number beyond 32 bits is cut to the largest one.</summary>
    public uint Seconds { get; }

    /// <summary>The comment as it stands, without its parentheses; null where there is none.</summary>
    public string? Comment => _commentStart == 0 ? null : Text.Slice(_commentStart, _commentLength).ToString();

    /// <summary>The parameters, for example duration.</summary>
    public SipParameters Parameters => ParametersFrom(_parametersStart);

    internal static bool TryParse(Octets text, [NotNullWhen(true)] out SipRetryAfter? value)
    {
        value = null;
        var span = text.Span;
        var end = span.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (end < 0) end = span.Length;
        if (!Grammar.TryParseSeconds(span[..end], out var seconds)) return false;
        var position = Grammar.SkipWhitespace(span, end);
        var (commentStart, commentLength) = (0, 0);
        if (position < span.Length && span[position] == '(')
        {
            var close = EndOfComment(span, position);
            if (close < 0) return false;
            (commentStart, commentLength) = (position + 1, close - position - 2);
            position = close;
        }

        if (!AreParameters(span, position)) return false;
        value = new SipRetryAfter(text, seconds, commentStart, commentLength, position);
        return true;
    }

    /// <summary>Comments nest; the depth is counted, so no input makes it recurse.</summary>
    private static int EndOfComment(ReadOnlySpan<byte> text, int position)
    {
        for (var depth = 0; position < text.Length; position++)
        {
            if (text[position] == '\\') position++;
            else if (text[position] == '(') depth++;
            else if (text[position] == ')' && --depth == 0) return position + 1;
        }

        return -1;
    }
}
