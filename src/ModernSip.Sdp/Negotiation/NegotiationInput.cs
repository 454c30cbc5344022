namespace ModernSip.Sdp.Negotiation;

internal enum NegotiationInput
{
    LocalOffer,
    RemoteOffer,
    LocalAnswer,
    RemoteAnswer,
    Rollback,
}
