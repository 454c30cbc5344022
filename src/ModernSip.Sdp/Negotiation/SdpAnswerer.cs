namespace ModernSip.Sdp.Negotiation;

/// <summary>Makes the legal answer to an offer from what this side can do.</summary>
/// <remarks>
/// RFC 3264 §6. Streams keep their order; what cannot be taken is rejected with port 0. Where nothing is left,
/// <see cref="SdpSession.HasActiveMedia"/> is false, and SIP says 488. Within a session prefer
/// <see cref="SdpNegotiation.CreateAnswer"/>, which knows what was said before.
/// </remarks>
public static class SdpAnswerer
{
    /// <summary>Makes an answer.</summary>
    /// <param name="offer">The peer's offer.</param>
    /// <param name="capabilities">What this side can do.</param>
    /// <param name="previous">What this side said last in this session, or null.</param>
    public static SdpSession Answer(SdpSession offer, SdpCapabilities capabilities, SdpSession? previous = null)
    {
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(capabilities);
        return new AnswerBuilder(offer, capabilities, previous, PayloadHistory.Empty).Build();
    }
}
