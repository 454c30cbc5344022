namespace ModernSip.Sdp.Negotiation;

/// <summary>Whose offer waits for an answer.</summary>
/// <remarks>
/// <code>
///              local offer                  remote offer
/// LocalOffer &lt;------------- Stable -------------&gt; RemoteOffer
///            -------------&gt;        &lt;-------------
///        remote answer, rollback     local answer, rollback
/// </code>
/// </remarks>
public enum SdpNegotiationState
{
    /// <summary>No offer is open; either side may make one.</summary>
    Stable,

    /// <summary>This side has offered; the peer is to answer.</summary>
    LocalOffer,

    /// <summary>The peer has offered; this side is to answer.</summary>
    RemoteOffer,
}
