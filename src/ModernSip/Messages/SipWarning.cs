using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>The value of Warning: a code, who warns, and words for people (RFC 3261 §20.43).</summary>
/// <remarks>Immutable.</remarks>
public sealed class SipWarning : SipHeaderValue
{
    private static readonly SearchValues<byte> NotInAgent = SearchValues.Create([.. Enumerable.Range(0, 33).Select(static octet => (byte)octet), 0x7F, .. "\",<>"u8]);

    private readonly int _agentLength;
    private readonly int _explanationStart;

    /// <summary>Makes a value.</summary>
    /// <param name="code">The code, 100 to 999; 399 is the miscellaneous warning.</param>
    /// <param name="agent">Host and port, or a pseudonym, of the one that warns.</param>
    /// <param name="explanation">Words for people.</param>
    /// <exception cref="ArgumentException">The agent is none, or a text holds CR, LF or NUL.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The code does not have three digits.</exception>
    public SipWarning(int code, string agent, string explanation)
        : this(Write(code, agent, explanation), Encoding.UTF8.GetByteCount(agent), 5 + Encoding.UTF8.GetByteCount(agent))
    {
    }

    private SipWarning(Octets text, int agentLength, int explanationStart)
        : base(text) => (_agentLength, _explanationStart) = (agentLength, explanationStart);

    /// <summary>The code, 100 to 999.</summary>
    public int Code => (int)(Grammar.TryParseNumber(Text.Span[..3], out var code) ? code : 0);

    /// <summary>Host and port, or a pseudonym, of the one that warns.</summary>
    public string Agent => Text.Slice(4, _agentLength).ToString();

    /// <summary>Words for people, unquoted.</summary>
    public string Explanation => Grammar.Unquote(Text.Span[_explanationStart..]);

    internal static bool TryParse(Octets text, [NotNullWhen(true)] out SipWarning? value)
    {
        value = null;
        var span = text.Span;
        if (span.Length < 4 || !Grammar.TryParseNumber(span[..3], out var code) || code < 100 || span[3] != ' ') return false;
        var agentLength = span[4..].IndexOf((byte)' ');
        if (agentLength < 0 || !IsAgent(span.Slice(4, agentLength))) return false;
        var quote = Grammar.SkipWhitespace(span, 4 + agentLength);
        if (quote >= span.Length || span[quote] != '"' || Grammar.EndOfQuoted(span, quote) != span.Length) return false;
        value = new SipWarning(text, agentLength, quote);
        return true;
    }

    private static bool IsAgent(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAny(NotInAgent) < 0;

    private static Octets Write(int code, string agent, string explanation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(code, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code, 999);
        ArgumentException.ThrowIfNullOrEmpty(agent);
        ArgumentNullException.ThrowIfNull(explanation);
        if (!IsAgent(Encoding.UTF8.GetBytes(agent))) throw new ArgumentException("The text is no host and no pseudonym.", nameof(agent));
        var writer = new ValueWriter(stackalloc byte[256]);
        writer.Number(code);
        writer.Octet(' ');
        writer.Text(agent);
        writer.Octet(' ');
        writer.Quoted(explanation);
        return writer.ToOctets();
    }
}
