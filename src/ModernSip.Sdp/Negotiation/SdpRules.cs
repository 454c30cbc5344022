namespace ModernSip.Sdp.Negotiation;

/// <summary>The rules of offer and answer, for those who keep no <see cref="SdpNegotiation"/>.</summary>
/// <remarks>RFC 3264. <see cref="SdpNegotiation"/> applies the same rules, and knows the history besides.</remarks>
public static class SdpRules
{
    /// <summary>Checks an offer by itself, and against what the same side said before.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="previous">What the same side said last, or null.</param>
    /// <returns>The rules broken; empty for a legal offer.</returns>
    public static SdpList<SdpViolation> CheckOffer(SdpSession offer, SdpSession? previous = null)
    {
        ArgumentNullException.ThrowIfNull(offer);
        return CheckOffer(offer, previous, previous?.Media.Count ?? 0, PayloadHistory.Empty);
    }

    /// <summary>Checks an answer against its offer.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="previous">What the answering side said last, or null.</param>
    /// <returns>The rules broken; empty for a legal answer.</returns>
    public static SdpList<SdpViolation> CheckAnswer(SdpSession offer, SdpSession answer, SdpSession? previous = null)
    {
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(answer);
        return CheckAnswer(offer, answer, previous, PayloadHistory.Empty);
    }

    internal static SdpList<SdpViolation> CheckOffer(SdpSession offer, SdpSession? previous, int agreedStreams, PayloadHistory history)
    {
        var violations = new List<SdpViolation>();
        ActiveStreamRules.CheckOrigin(offer, previous, violations);
        if (offer.Media.Count < agreedStreams)
        {
            violations.Add(new(SdpRule.MediaCount, null, "Streams are ended with port 0, never left out."));
        }

        ActiveStreamRules.CheckStreams(offer, history, violations);
        return [.. violations];
    }

    internal static SdpList<SdpViolation> CheckAnswer(SdpSession offer, SdpSession answer, SdpSession? previous, PayloadHistory history)
    {
        var violations = new List<SdpViolation>();
        ActiveStreamRules.CheckOrigin(answer, previous, violations);
        AnswerRules.Check(offer, answer, violations);
        ActiveStreamRules.CheckStreams(answer, history, violations);
        return [.. violations];
    }
}
