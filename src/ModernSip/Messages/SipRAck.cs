using ModernSip.Messages.Parsing;

namespace ModernSip.Messages;

/// <summary>The value of RAck: which reliable provisional response a PRACK acknowledges (RFC 3262 §7.2).</summary>
/// <param name="ResponseNumber">The RSeq of the response.</param>
/// <param name="CSeq">The CSeq of the response: number and method of the request it answers.</param>
public readonly record struct SipRAck(uint ResponseNumber, SipCSeq CSeq)
{
    /// <inheritdoc/>
    public override string ToString() => $"{ResponseNumber} {CSeq}";

    internal static bool TryParse(Octets text, out SipRAck value)
    {
        value = default;
        var span = text.Span;
        var blank = span.IndexOfAny((byte)' ', (byte)'\t');
        if (blank <= 0 || !Grammar.TryParseNumber(span[..blank], out var number)) return false;
        if (!SipCSeq.TryParse(Grammar.Trim(span[blank..]), out var cseq)) return false;
        value = new SipRAck(number, cseq);
        return true;
    }
}
