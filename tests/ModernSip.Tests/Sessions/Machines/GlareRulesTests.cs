using ModernSip.Messages;
using ModernSip.Sdp.Negotiation;
using ModernSip.Sessions;

namespace ModernSip.Tests.Sessions.Machines;

/// <summary>Who waits when both sides, or one side twice, change the session at a time; and which answers end a dialog.</summary>
public sealed class GlareRulesTests
{
    [Theory]
    [InlineData(false, false, false, SdpVerdict.Accepted, "Accept")]
    [InlineData(true, false, false, SdpVerdict.Accepted, "Wait")] // RFC 3261 §14.2: 500 with Retry-After
    [InlineData(true, false, true, SdpVerdict.Glare, "Wait")]
    [InlineData(false, true, false, SdpVerdict.Accepted, "Pending")] // the ACK of the last one is missing
    [InlineData(false, false, true, SdpVerdict.Accepted, "Pending")] // RFC 3261 §14.2: 491
    [InlineData(false, false, false, SdpVerdict.Glare, "Pending")] // an UPDATE of this side
    [InlineData(false, false, false, SdpVerdict.OfferPending, "Wait")] // an UPDATE of the peer
    public void OnInvite_Situation_IsJudged(bool isUnanswered, bool isUnacknowledged, bool isOwn, SdpVerdict offer, string verdict) =>
        GlareRules.OnInvite(isUnanswered, isUnacknowledged, isOwn, offer).ToString().Should().Be(verdict);

    [Theory]
    [InlineData(false, SdpVerdict.Accepted, "Accept")]
    [InlineData(true, SdpVerdict.Accepted, "Wait")] // RFC 3311 §5.2
    [InlineData(true, SdpVerdict.Glare, "Wait")]
    [InlineData(false, SdpVerdict.Glare, "Pending")]
    [InlineData(false, SdpVerdict.OfferPending, "Wait")]
    public void OnUpdate_Situation_IsJudged(bool isUnanswered, SdpVerdict offer, string verdict) =>
        GlareRules.OnUpdate(isUnanswered, offer).ToString().Should().Be(verdict);

    [Theory]
    [InlineData(new[] { 404, 408, 410, 416, 481, 482, 483, 484, 485, 502, 604 }, true)]
    [InlineData(new[] { 200, 302, 400, 401, 403, 405, 407, 415, 420, 422, 480, 486, 487, 488, 491, 493, 500, 501, 503, 504, 600, 603, 606 }, false)]
    public void Ends_Status_AsRfc5057Says(int[] statuses, bool ends) => statuses.Should().OnlyContain(status => DialogFate.Ends(status, SipMethod.Info) == ends);

    [Theory]
    [InlineData("INVITE", true), InlineData("UPDATE", true), InlineData("PRACK", true), InlineData("OPTIONS", false), InlineData("MESSAGE", false), InlineData("REFER", false), InlineData("NOTIFY", false)]
    public void Ends_Silence_WhereTheRequestIsPartOfTheSession(string method, bool ends) => DialogFate.Ends(408, new SipMethod(method)).Should().Be(ends);
}
