using ModernSip.Sdp;
using ModernSip.Sdp.Negotiation;
using static ModernSip.Tests.Sdp.Negotiation.Descriptions;

namespace ModernSip.Tests.Sdp.Negotiation;

public sealed class SdpNegotiationTests
{
    private static readonly SdpNegotiation s_agreed =
        SdpNegotiation.Initial.Offer(SdpSide.Local, Alice(1, "m=audio 4000 RTP/AVP 97  a=rtpmap:97 iLBC/8000  m=video 4002 RTP/AVP 31"))
            .Answer(SdpSide.Remote, Bob(1, "m=audio 5000 RTP/AVP 99  a=rtpmap:99 ILBC/8000  m=video 0 RTP/AVP 31"));

    [Fact]
    public void TryAnswer_LegalAnswer_IsTheAgreement()
    {
        s_agreed.State.Should().Be(SdpNegotiationState.Stable);
        s_agreed.Local!.Origin.Username.Should().Be("alice");
        s_agreed.Remote!.Origin.Username.Should().Be("bob");
        var stream = s_agreed.Streams.Should().ContainSingle("the video stream was rejected").Which;
        stream.Index.Should().Be(0);
        stream.Direction.Should().Be(SdpDirection.SendReceive);
        stream.SendCodecs.Select(codec => codec.PayloadType).Should().Equal([99], "the peer's number is sent");
        stream.ReceiveCodecs.Select(codec => codec.PayloadType).Should().Equal([97], "our number is received");
        stream.RemoteConnection!.Address.Should().Be("192.0.2.2");
    }

    [Fact]
    public void TryRollback_AfterAnAgreement_KeepsIt()
    {
        var offered = s_agreed.Offer(SdpSide.Local, Alice(2, "m=audio 4000 RTP/AVP 97  a=rtpmap:97 iLBC/8000  a=sendonly  m=video 0 RTP/AVP 31"));

        offered.TryRollback(out var step).Should().BeTrue();

        step.Next.State.Should().Be(SdpNegotiationState.Stable);
        step.Next.Local.Should().Be(s_agreed.Local);
        step.Next.Streams.Should().Equal(s_agreed.Streams);
    }

    [Fact]
    public void TryOffer_AfterRollback_CountsTheVersionOn()
    {
        s_agreed.Offer(SdpSide.Local, s_agreed.CreateNextOffer()!.Hold() with { Origin = s_agreed.CreateNextOffer()!.Origin }).TryRollback(out var step);

        step.Next.CreateNextOffer()!.Origin.SessionVersion.Should().Be(3);
        step.Next.TryOffer(SdpSide.Local, step.Next.CreateNextOffer()!, out _).Should().BeTrue();
        step.Next.TryOffer(SdpSide.Local, s_agreed.CreateNextOffer()!, out var refused).Should().BeFalse("version 2 was something else");
        refused.Rules().Should().Equal(SdpRule.Version);
    }

    [Fact]
    public void CreateNextOffer_BeforeAnyAgreement_IsNull() => SdpNegotiation.Initial.CreateNextOffer().Should().BeNull();

    public static TheoryData<string, int, string, SdpRule> IllegalOffers => new()
    {
        { "fewer streams", 2, "m=audio 4000 RTP/AVP 97  a=rtpmap:97 iLBC/8000", SdpRule.MediaCount },
        { "version skipped", 3, "m=audio 4000 RTP/AVP 97  a=rtpmap:97 iLBC/8000  m=video 0 RTP/AVP 31", SdpRule.Version },
        { "version back", 0, "m=audio 4000 RTP/AVP 97  a=rtpmap:97 iLBC/8000  m=video 0 RTP/AVP 31", SdpRule.Version },
        { "changed, same version", 1, "m=audio 4001 RTP/AVP 97  a=rtpmap:97 iLBC/8000  m=video 4002 RTP/AVP 31", SdpRule.Version },
        { "97 is another codec now", 2, "m=audio 4000 RTP/AVP 97  a=rtpmap:97 speex/8000  m=video 0 RTP/AVP 31", SdpRule.PayloadRemapped },
        { "98 means nothing", 2, "m=audio 4000 RTP/AVP 97 98  a=rtpmap:97 iLBC/8000  m=video 0 RTP/AVP 31", SdpRule.PayloadType },
        { "300 is no payload type", 2, "m=audio 4000 RTP/AVP 0 300  m=video 0 RTP/AVP 31", SdpRule.PayloadType },
    };

    [Theory, Trait("Req", "D12")]
    [MemberData(nameof(IllegalOffers))]
    public void TryOffer_IllegalLocalOffer_IsRefusedWithTheRule(string because, int version, string media, SdpRule rule)
    {
        s_agreed.TryOffer(SdpSide.Local, Alice(version, media), out var step).Should().BeFalse(because);

        step.Verdict.Should().Be(SdpVerdict.Illegal);
        step.Rules().Should().Equal(rule);
        step.Next.Should().BeSameAs(s_agreed);
        step.Reason.Should().Be(step.Violations[0].ToString());
    }

    [Fact]
    public void TryOffer_AnotherSessionsOrigin_IsRefused()
    {
        s_agreed.TryOffer(SdpSide.Local, Bob(2, "m=audio 4000 RTP/AVP 0  m=video 0 RTP/AVP 31"), out var step).Should().BeFalse();

        step.Rules().Should().Equal(SdpRule.Origin);
    }

    [Fact]
    public void TryOffer_StreamWithoutAddress_IsRefused()
    {
        SdpNegotiation.Initial.TryOffer(SdpSide.Local, Alice(1) with { Connection = null }, out var step).Should().BeFalse();

        step.Rules().Should().Equal(SdpRule.Connection);
    }

    [Fact]
    public void TryOffer_SamePlaceAfterTheStreamEnded_MayTakeAnotherCodec()
    {
        var ended = s_agreed
            .Offer(SdpSide.Local, Alice(2, "m=audio 0 RTP/AVP 97  m=video 0 RTP/AVP 31"))
            .Answer(SdpSide.Remote, Bob(2, "m=audio 0 RTP/AVP 97  m=video 0 RTP/AVP 31"));

        ended.TryOffer(SdpSide.Local, Alice(3, "m=video 4000 RTP/AVP 97  a=rtpmap:97 H264/90000  m=video 0 RTP/AVP 31"), out _).Should().BeTrue();
    }

    [Fact]
    public void TryOffer_PayloadTypeUnusedForAWhile_KeepsItsMeaning()
    {
        var without = s_agreed
            .Offer(SdpSide.Local, Alice(2, "m=audio 4000 RTP/AVP 0  m=video 0 RTP/AVP 31"))
            .Answer(SdpSide.Remote, Bob(2, "m=audio 5000 RTP/AVP 0  m=video 0 RTP/AVP 31"));

        without.TryOffer(SdpSide.Local, Alice(3, "m=audio 4000 RTP/AVP 97  a=rtpmap:97 speex/8000  m=video 0 RTP/AVP 31"), out var step).Should().BeFalse();

        step.Rules().Should().Equal(SdpRule.PayloadRemapped);
    }

    [Fact]
    public void TryOffer_FaultyRemoteOffer_IsTakenAndReported()
    {
        s_agreed.TryOffer(SdpSide.Remote, Bob(7, "m=audio 5000 RTP/AVP 0"), out var step).Should().BeTrue();

        step.Rules().Should().BeEquivalentTo([SdpRule.Version, SdpRule.MediaCount]);
    }

    [Theory]
    [InlineData("m=audio 5000 RTP/AVP 0", SdpRule.MediaCount)]
    [InlineData("m=audio 5000 RTP/AVP 0  m=video 0 RTP/AVP 31  m=video 0 RTP/AVP 31", SdpRule.MediaCount)]
    [InlineData("m=video 5000 RTP/AVP 0  m=video 0 RTP/AVP 31", SdpRule.MediaKind)]
    [InlineData("m=audio 5000 RTP/SAVP 0  m=video 0 RTP/AVP 31", SdpRule.Transport)]
    [InlineData("m=audio 5000 RTP/AVP 8  m=video 0 RTP/AVP 31", SdpRule.NoCommonFormat)]
    [InlineData("m=audio 5000 RTP/AVP 0  m=video 5002 RTP/AVP 31", SdpRule.RejectedStream)]
    public void TryAnswer_RemoteAnswerAboutOtherStreams_IsRefused(string media, SdpRule rule)
    {
        var offered = SdpNegotiation.Initial.Offer(SdpSide.Local, Alice(1, "m=audio 4000 RTP/AVP 0  m=video 0 RTP/AVP 31"));

        offered.TryAnswer(SdpSide.Remote, Bob(1, media), out var step).Should().BeFalse();

        step.Verdict.Should().Be(SdpVerdict.Illegal);
        step.Rules().Should().Contain(rule);
        step.Next.State.Should().Be(SdpNegotiationState.LocalOffer);
    }

    [Fact]
    public void TryAnswer_RemoteAnswerWithAWrongDirection_IsTakenReportedAndCutToWhatIsLegal()
    {
        var offered = SdpNegotiation.Initial.Offer(SdpSide.Local, Alice(1, "m=audio 4000 RTP/AVP 0  a=sendonly"));

        offered.TryAnswer(SdpSide.Remote, Bob(1), out var step).Should().BeTrue();

        step.Rules().Should().Equal(SdpRule.Direction);
        step.Next.Streams[0].Direction.Should().Be(SdpDirection.SendOnly);
    }

    [Fact]
    public void TryAnswer_LocalAnswerWithAWrongDirection_IsRefused()
    {
        var offered = SdpNegotiation.Initial.Offer(SdpSide.Remote, Bob(1, "m=audio 4000 RTP/AVP 0  a=sendonly"));

        offered.TryAnswer(SdpSide.Local, Alice(1), out var step).Should().BeFalse();

        step.Rules().Should().Equal(SdpRule.Direction);
    }

    [Theory]
    [InlineData("0.0.0.0", "", SdpDirection.ReceiveOnly)]
    [InlineData("0.0.0.0", "  a=ice-ufrag:8hhY", SdpDirection.SendReceive)]
    [InlineData("192.0.2.2", "", SdpDirection.SendReceive)]
    public void Streams_PeerAtNoAddress_IsNotSentTo(string address, string attribute, SdpDirection expected) =>
        SdpNegotiation.Initial.Offer(SdpSide.Remote, Session("bob", address, 1, Audio + attribute)).Answer(SdpSide.Local, Alice(1))
            .Streams[0].Direction.Should().Be(expected);

    [Fact]
    public void CreateAnswer_WithoutARemoteOffer_Throws() =>
        FluentActions.Invoking(() => s_agreed.CreateAnswer(new SdpCapabilities(s_agreed.Local!.Origin, s_agreed.Local.Connection!, [])))
            .Should().Throw<InvalidOperationException>();

    [Fact]
    public void TryOffer_NoSide_Throws() =>
        FluentActions.Invoking(() => SdpNegotiation.Initial.TryOffer((SdpSide)7, Alice(1), out _)).Should().Throw<ArgumentOutOfRangeException>();
}
