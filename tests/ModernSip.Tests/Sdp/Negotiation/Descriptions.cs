using ModernSip.Sdp;
using ModernSip.Sdp.Negotiation;

namespace ModernSip.Tests.Sdp.Negotiation;

/// <summary>Short ways to write descriptions, and to walk a negotiation that is expected to go well.</summary>
internal static class Descriptions
{
    public const string Audio = "m=audio 49170 RTP/AVP 0";

    /// <summary>Alice is the local side.</summary>
    public static SdpSession Alice(int version, string media = Audio) => Session("alice", "192.0.2.1", version, media);

    public static SdpSession Bob(int version, string media = Audio) => Session("bob", "192.0.2.2", version, media);

    /// <summary>Media lines are separated by LF, or by two blanks.</summary>
    public static SdpSession Session(string user, string address, int version, string media) => SdpSession.Parse(
        $"v=0\no={user} 1 {version} IN IP4 {address}\ns=-\nc=IN IP4 {address}\nt=0 0\n{media.Replace("  ", "\n", StringComparison.Ordinal)}\n");

    public static SdpNegotiation Offer(this SdpNegotiation negotiation, SdpSide side, SdpSession offer)
    {
        negotiation.TryOffer(side, offer, out var step).Should().BeTrue(step.Reason);
        return step.Next;
    }

    public static SdpNegotiation Answer(this SdpNegotiation negotiation, SdpSide side, SdpSession answer)
    {
        negotiation.TryAnswer(side, answer, out var step).Should().BeTrue(step.Reason);
        return step.Next;
    }

    public static IEnumerable<SdpRule> Rules(this SdpNegotiationStep step) => step.Violations.Select(violation => violation.Rule);
}
