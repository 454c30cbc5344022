using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>The value of Retry-After: seconds to wait, a comment, and for how long the callee is there (RFC 3261 §20.33).</summary>
/// <remarks>Immutable.</remarks>
public sealed class SipRetryAfter : SipHeaderValue
{
    private readonly int _parametersStart;

    /// <summary>Makes a value.</summary>
    /// <param name="seconds">The seconds to wait.</param>
    public SipRetryAfter(uint seconds)
        : this(Octets.Of(seconds.ToString(System.Globalization.CultureInfo.InvariantCulture)), seconds, null, int.MaxValue)
    {
    }

    private SipRetryAfter(Octets text, uint seconds, string? comment, int parametersStart)
        : base(text)
    {
        Seconds = seconds;
        Comment = comment;
        _parametersStart = parametersStart;
    }

    /// <summary>The seconds to wait.</summary>
    public uint Seconds { get; }

    /// <summary>The comment, without its parentheses; null where there is none.</summary>
    public string? Comment { get; }

    /// <summary>The parameters, for example duration.</summary>
    public SipParameters Parameters => ParametersFrom(_parametersStart);

    internal static bool TryParse(Octets text, [NotNullWhen(true)] out SipRetryAfter? value)
    {
        value = null;
        var span = text.Span;
        var end = span.IndexOfAny((byte)' ', (byte)'(', (byte)';');
        if (end < 0) end = span.Length;
        if (!Grammar.TryParseSeconds(span[..end], out var seconds)) return false;
        var position = Grammar.SkipWhitespace(span, end);
        string? comment = null;
        if (position < span.Length && span[position] == '(')
        {
            var close = EndOfComment(span, position);
            if (close < 0) return false;
            comment = System.Text.Encoding.UTF8.GetString(span[(position + 1)..(close - 1)]);
            position = close;
        }

        if (!AreParameters(span, position)) return false;
        value = new SipRetryAfter(text, seconds, comment, Grammar.SkipWhitespace(span, position));
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
