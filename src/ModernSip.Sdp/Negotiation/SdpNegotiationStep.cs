namespace ModernSip.Sdp.Negotiation;

/// <summary>The outcome of one offer, answer or rollback.</summary>
public sealed record SdpNegotiationStep
{
    internal SdpNegotiationStep(SdpNegotiation next, SdpVerdict verdict, SdpList<SdpViolation> violations)
    {
        Next = next;
        Verdict = verdict;
        Violations = violations;
    }

    /// <summary>The negotiation from here on; the same as before where nothing took effect.</summary>
    public SdpNegotiation Next { get; }

    /// <summary>What became of it.</summary>
    public SdpVerdict Verdict { get; }

    /// <summary>The rules broken. A peer's description may be accepted in spite of some.</summary>
    public SdpList<SdpViolation> Violations { get; }

    /// <summary>Whether it took effect.</summary>
    public bool IsAccepted => Verdict == SdpVerdict.Accepted;

    /// <summary>Verdict and violations in one line.</summary>
    public string Reason => Verdict switch
    {
        SdpVerdict.Accepted => "Accepted.",
        SdpVerdict.Glare => "The peer offers while an offer of this side is open.",
        SdpVerdict.OfferPending => "The same side has an offer open already.",
        SdpVerdict.AnswerDue => "The peer's offer is to be answered first.",
        SdpVerdict.NoOffer => "No offer is open.",
        SdpVerdict.OwnOffer => "A side cannot answer its own offer.",
        _ => Violations.ToString(),
    };
}
