using System.Net;
using ModernSip.Sdp;
using ModernSip.Sessions.Conduct;
using static ModernSip.Sdp.SdpDirection;

namespace ModernSip.Tests.Sessions.Conduct;

/// <summary>RFC 3264 §8.4 as a table.</summary>
public sealed class HoldRulesTests
{
    [Theory]
    [InlineData(SendReceive, null, SendReceive)]      // this side offered
    [InlineData(SendOnly, null, SendOnly)]
    [InlineData(ReceiveOnly, SendOnly, SendReceive)]  // the peer called and held at once: that is not this side's wish
    [InlineData(Inactive, Inactive, SendReceive)]
    [InlineData(ReceiveOnly, SendReceive, ReceiveOnly)]
    public void Usual_OfWhatWasSaid_LeavesOutWhatThePeerForbade(SdpDirection local, SdpDirection? offered, SdpDirection usual) =>
        HoldRules.UsualOf(Session(local), offered is { } direction ? Session(direction) : null).Should().Equal(usual);

    [Theory]
    [InlineData(SendReceive, true, SendOnly)]
    [InlineData(SendReceive, false, SendReceive)]
    [InlineData(ReceiveOnly, true, Inactive)]
    [InlineData(ReceiveOnly, false, ReceiveOnly)]
    [InlineData(SendOnly, true, SendOnly)]
    public void Turn_HeldOrNot_SaysWhatIsUsualWithoutReceiving(SdpDirection usual, bool holds, SdpDirection said)
    {
        var turned = HoldRules.Turn(Session(Inactive), [usual], holds);
        turned.DirectionOf(turned.Media[0]).Should().Be(said);
    }

    [Theory]
    [InlineData(SendReceive, false)]
    [InlineData(ReceiveOnly, false)]
    [InlineData(SendOnly, true)]
    [InlineData(Inactive, true)]
    public void Holds_ByDirection(SdpDirection direction, bool holds) => HoldRules.Holds(Session(direction)).Should().Be(holds);

    [Fact]
    public void Holds_ByTheAddressOfOld() => HoldRules.Holds(Session(SendReceive) with { Connection = new SdpConnection(IPAddress.Any) }).Should().BeTrue();

    [Fact]
    public void Holds_WithoutStreams_IsFalse()
    {
        var session = Session(SendOnly);
        HoldRules.Holds(session with { Media = [session.Media[0].Reject()] }).Should().BeFalse();
        HoldRules.Holds(session with { Media = [] }).Should().BeFalse();
    }

    private static SdpSession Session(SdpDirection direction) => SdpSession.CreateAudioOffer(IPAddress.Parse("192.0.2.1"), 4_000, direction: direction, sessionId: 1);
}
