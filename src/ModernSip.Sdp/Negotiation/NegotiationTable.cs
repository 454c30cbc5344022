namespace ModernSip.Sdp.Negotiation;

/// <summary>Who may speak when: RFC 3264 §4 as a table.</summary>
internal static class NegotiationTable
{
    public static (SdpNegotiationState Next, SdpVerdict Verdict) Step(SdpNegotiationState state, NegotiationInput input) => (state, input) switch
    {
        (SdpNegotiationState.Stable, NegotiationInput.LocalOffer) => (SdpNegotiationState.LocalOffer, SdpVerdict.Accepted),
        (SdpNegotiationState.Stable, NegotiationInput.RemoteOffer) => (SdpNegotiationState.RemoteOffer, SdpVerdict.Accepted),
        (SdpNegotiationState.Stable, _) => (state, SdpVerdict.NoOffer),

        (SdpNegotiationState.LocalOffer, NegotiationInput.RemoteAnswer) => (SdpNegotiationState.Stable, SdpVerdict.Accepted),
        (SdpNegotiationState.LocalOffer, NegotiationInput.Rollback) => (SdpNegotiationState.Stable, SdpVerdict.Accepted),
        (SdpNegotiationState.LocalOffer, NegotiationInput.LocalOffer) => (state, SdpVerdict.OfferPending),
        (SdpNegotiationState.LocalOffer, NegotiationInput.RemoteOffer) => (state, SdpVerdict.Glare),
        (SdpNegotiationState.LocalOffer, NegotiationInput.LocalAnswer) => (state, SdpVerdict.OwnOffer),

        (SdpNegotiationState.RemoteOffer, NegotiationInput.LocalAnswer) => (SdpNegotiationState.Stable, SdpVerdict.Accepted),
        (SdpNegotiationState.RemoteOffer, NegotiationInput.Rollback) => (SdpNegotiationState.Stable, SdpVerdict.Accepted),
        (SdpNegotiationState.RemoteOffer, NegotiationInput.RemoteOffer) => (state, SdpVerdict.OfferPending),
        (SdpNegotiationState.RemoteOffer, NegotiationInput.LocalOffer) => (state, SdpVerdict.AnswerDue),
        (SdpNegotiationState.RemoteOffer, NegotiationInput.RemoteAnswer) => (state, SdpVerdict.OwnOffer),

        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a state."),
    };
}
