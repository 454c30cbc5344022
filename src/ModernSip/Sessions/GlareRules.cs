using ModernSip.Sdp.Negotiation;

namespace ModernSip.Sessions;

/// <summary>What becomes of a request of the peer that would change the session, while another such change is under way. Pure.</summary>
/// <remarks>RFC 3261 §14.2, RFC 3311 §5.2, RFC 6337 §4.</remarks>
internal static class GlareRules
{
    /// <summary>An INVITE in the dialog arrives.</summary>
    /// <param name="isPeersUnanswered">An INVITE of the peer has no final response yet.</param>
    /// <param name="isPeersUnacknowledged">The 2xx to an INVITE of the peer has no ACK yet.</param>
    /// <param name="isOwnUnderWay">An INVITE of this side is under way.</param>
    /// <param name="offer">What an offer would meet.</param>
    public static GlareVerdict OnInvite(bool isPeersUnanswered, bool isPeersUnacknowledged, bool isOwnUnderWay, SdpVerdict offer) => true switch
    {
        _ when isPeersUnanswered => GlareVerdict.Wait,
        _ when isOwnUnderWay || isPeersUnacknowledged => GlareVerdict.Pending,
        _ => Of(offer), // an UPDATE's
    };

    /// <summary>An UPDATE in the dialog arrives.</summary>
    /// <param name="isPeersUnanswered">An UPDATE of the peer has no final response yet.</param>
    /// <param name="offer">What its offer meets; Accepted where it holds none.</param>
    public static GlareVerdict OnUpdate(bool isPeersUnanswered, SdpVerdict offer) => isPeersUnanswered ? GlareVerdict.Wait : Of(offer);

    private static GlareVerdict Of(SdpVerdict offer) => offer switch
    {
        SdpVerdict.Accepted => GlareVerdict.Accept,
        SdpVerdict.OfferPending => GlareVerdict.Wait,
        _ => GlareVerdict.Pending,
    };
}

internal enum GlareVerdict : byte
{
    Accept,

    /// <summary>500 with Retry-After: the peer sends a second before the first is through.</summary>
    Wait,

    /// <summary>491: both sides want something at the same time.</summary>
    Pending,
}
