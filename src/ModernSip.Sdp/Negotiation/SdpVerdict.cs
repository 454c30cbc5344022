namespace ModernSip.Sdp.Negotiation;

/// <summary>What became of an offer, an answer or a rollback.</summary>
public enum SdpVerdict
{
    /// <summary>It took effect.</summary>
    Accepted,

    /// <summary>The peer offers while this side's offer is open. In SIP: answer 491 (RFC 3261 §14.2, RFC 3311 §5.2).</summary>
    Glare,

    /// <summary>The same side offers again before its offer was answered. In SIP, from a peer: answer 500 with Retry-After (RFC 3261 §14.2).</summary>
    OfferPending,

    /// <summary>This side offers while the peer's offer waits for an answer: answer it first (RFC 3264 §4).</summary>
    AnswerDue,

    /// <summary>An answer or a rollback, but no offer is open. In SIP a repeated answer is passed over (RFC 3261 §13.2.1).</summary>
    NoOffer,

    /// <summary>A side answers its own offer.</summary>
    OwnOffer,

    /// <summary>The description breaks a rule; <see cref="SdpNegotiationStep.Violations"/> say which.</summary>
    Illegal,
}
