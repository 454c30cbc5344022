using System.Net;
using ModernSip.Sdp;
using ModernSip.Sdp.Negotiation;
using static ModernSip.Tests.Sdp.Negotiation.Descriptions;

namespace ModernSip.Tests.Sdp.Negotiation;

public sealed class SdpAnswererTests
{
    private static readonly SdpMediaCapability s_audio = new("audio", 6000, [SdpCodec.Pcma, SdpCodec.Pcmu, SdpCodec.TelephoneEvent]);

    private static readonly SdpCapabilities s_phone = new(
        new SdpOrigin(9, 1, IPAddress.Parse("192.0.2.9")), new SdpConnection(IPAddress.Parse("192.0.2.9")), [s_audio]);

    [Fact]
    public void Answer_OrdinaryCall_TakesTheOffersOrderAndNumbers() =>
        SdpAnswerer.Answer(Bob(1, "m=audio 5000 RTP/AVP 18 0 8 96  a=rtpmap:96 Telephone-Event/8000  a=fmtp:96 0-11"), s_phone).ToString().Should().Be(
            "v=0\r\no=- 9 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n" +
            "m=audio 6000 RTP/AVP 0 8 96\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n" +
            "a=rtpmap:96 Telephone-Event/8000\r\na=fmtp:96 0-15\r\na=sendrecv\r\n");

    [Theory]
    [InlineData(SdpPreference.Offerer, false, "0 8 101")]
    [InlineData(SdpPreference.Answerer, false, "8 0 101")]
    [InlineData(SdpPreference.Offerer, true, "0 101")]
    [InlineData(SdpPreference.Answerer, true, "8 101")]
    public void Answer_Preference_OrdersAndCutsTheCodecs(SdpPreference preference, bool single, string formats) =>
        SdpAnswerer.Answer(
                Bob(1, "m=audio 5000 RTP/AVP 0 8 101  a=rtpmap:101 telephone-event/8000"), s_phone with { Preference = preference, SingleCodec = single })
            .Media[0].Formats.ToString().Should().Be(formats);

    [Theory]
    [InlineData("m=video 5000 RTP/AVP 31", "another kind")]
    [InlineData("m=audio 5000 RTP/SAVP 0", "another transport")]
    [InlineData("m=audio 5000 RTP/AVP 18", "another codec")]
    [InlineData("m=audio 0 RTP/AVP 0", "offered without a port")]
    [InlineData("m=audio 0 RTP/AVP 0  a=bundle-only", "no bundle is made")]
    [InlineData("m=audio 5000 RTP/AVP 18 101  a=rtpmap:101 telephone-event/8000", "tones alone are no voice")]
    [InlineData("m=audio 5000 RTP/AVP 4294967296", "no payload type")]
    public void Answer_NothingInCommon_RejectsTheStream(string offered, string because)
    {
        var answer = SdpAnswerer.Answer(Bob(1, offered), s_phone);

        answer.Media.Should().ContainSingle().Which.IsRejected.Should().BeTrue(because);
        answer.HasActiveMedia.Should().BeFalse();
    }

    [Fact]
    public void Answer_StreamWithoutAddress_RejectsIt() =>
        SdpAnswerer.Answer(Bob(1) with { Connection = null }, s_phone).HasActiveMedia.Should().BeFalse();

    [Fact]
    public void Answer_TonesOnTheirOwnStream_AreTaken() =>
        SdpAnswerer.Answer(Bob(1, "m=audio 5000 RTP/AVP 98  a=rtpmap:98 telephone-event/8000  a=sendonly"), s_phone)
            .Media[0].Attributes.Direction.Should().Be(SdpDirection.ReceiveOnly);

    [Fact]
    public void Answer_MoreStreamsThanPorts_RejectsTheRestInPlace() =>
        SdpAnswerer.Answer(Bob(1, "m=video 5000 RTP/AVP 31  m=audio 5002 RTP/AVP 0  m=audio 5004 RTP/AVP 0"), s_phone)
            .Media.Select(media => (media.Kind, media.Port)).Should().Equal(("video", 0), ("audio", 6000), ("audio", 0));

    [Theory]
    [InlineData("sendrecv", SdpDirection.SendReceive, SdpDirection.SendReceive)]
    [InlineData("sendonly", SdpDirection.SendReceive, SdpDirection.ReceiveOnly)]
    [InlineData("recvonly", SdpDirection.SendReceive, SdpDirection.SendOnly)]
    [InlineData("inactive", SdpDirection.SendReceive, SdpDirection.Inactive)]
    [InlineData("sendrecv", SdpDirection.ReceiveOnly, SdpDirection.ReceiveOnly)]
    [InlineData("recvonly", SdpDirection.ReceiveOnly, SdpDirection.Inactive)]
    public void Answer_Directions_MeetInTheMiddle(string offered, SdpDirection own, SdpDirection expected) =>
        SdpAnswerer.Answer(Bob(1, Audio + "  a=" + offered), s_phone with { Media = [s_audio with { Direction = own }] })
            .Media[0].Attributes.Direction.Should().Be(expected);

    [Fact]
    public void Answer_ReofferInAnotherOrder_KeepsPortsWithTheirStreams()
    {
        var second = new SdpMediaCapability("audio", 6002, [SdpCodec.Pcmu]);
        var previous = SdpAnswerer.Answer(Bob(1, "m=audio 5000 RTP/AVP 8  m=audio 5002 RTP/AVP 0"), s_phone with { Media = [s_audio, second] });

        var answer = SdpAnswerer.Answer(Bob(2, "m=audio 5000 RTP/AVP 0  m=audio 5002 RTP/AVP 0"), s_phone with { Media = [second, s_audio] }, previous);

        answer.Media.Select(media => media.Port).Should().Equal(6000, 6002);
    }

    [Fact]
    public void Answer_UnchangedReoffer_KeepsItsVersionAndAChangedOneCountsOn()
    {
        var first = SdpAnswerer.Answer(Bob(1), s_phone);

        SdpAnswerer.Answer(Bob(1), s_phone, first).Should().Be(first);
        SdpAnswerer.Answer(Bob(2, Audio + "  a=sendonly"), s_phone, first).Origin.SessionVersion.Should().Be(2);
    }

    [Fact]
    public void CreateAnswer_NumberThatMeantAnotherCodec_TakesAFreeOne()
    {
        var capabilities = s_phone with { Media = [new("audio", 6000, [new(0, "iLBC", 8_000), new(0, "opus", 48_000, 2)])] };
        var first = SdpNegotiation.Initial.Offer(SdpSide.Remote, Bob(1, "m=audio 5000 RTP/AVP 97  a=rtpmap:97 iLBC/8000"));
        var agreed = first.Answer(SdpSide.Local, first.CreateAnswer(capabilities));

        var again = agreed.Offer(SdpSide.Remote, Bob(2, "m=audio 5000 RTP/AVP 97  a=rtpmap:97 opus/48000/2"));
        var answer = again.CreateAnswer(capabilities);

        answer.Media[0].ReadCodecs().Should().Equal(new SdpCodec(96, "opus", 48_000, 2));
        again.TryAnswer(SdpSide.Local, answer, out var step).Should().BeTrue(step.Reason);
    }

    [Fact]
    public void Answer_OfferWithMidMuxAndSetup_AnswersThem()
    {
        var capabilities = s_phone with
        {
            Media = [s_audio with { RtcpMux = true, Protocols = ["UDP/TLS/RTP/SAVP"], Attributes = [new("fingerprint", "sha-256 AB:CD"), new("setup", "passive")] }],
        };

        var answer = SdpAnswerer.Answer(Bob(1, "m=audio 5000 UDP/TLS/RTP/SAVP 0  a=mid:a1  a=rtcp-mux  a=setup:actpass"), capabilities);

        answer.Media[0].Attributes.ToString().Should().Be("rtpmap:0 PCMU/8000 fingerprint:sha-256 AB:CD mid:a1 rtcp-mux setup:active sendrecv");
    }

    [Fact]
    public void Answer_AgreeDecides_OnParametersAndRefusal()
    {
        var h264 = new SdpCodec(96, "H264", 90_000, parameters: "packetization-mode=1");
        var capabilities = s_phone with
        {
            Media = [new("video", 6004, [h264]) { Agree = (theirs, mine) => theirs.Parameters?.Contains("mode=1", StringComparison.Ordinal) == true ? theirs : null }],
        };

        var answer = SdpAnswerer.Answer(
            Bob(1, "m=video 1 RTP/AVP 97 98  a=rtpmap:97 H264/90000  a=rtpmap:98 H264/90000  a=fmtp:98 packetization-mode=1;max-br=5"), capabilities);

        answer.Media[0].ReadCodecs().Should().Equal(new SdpCodec(98, "H264", 90_000, parameters: "packetization-mode=1;max-br=5"));
    }

    [Fact]
    public void Answer_MulticastStream_IsTakenAsItIs()
    {
        var answer = SdpAnswerer.Answer(Bob(1, "m=audio 5000 RTP/AVP 0  c=IN IP4 233.252.0.1/127  a=recvonly"), s_phone);

        answer.Media[0].Port.Should().Be(5000);
        answer.ConnectionOf(answer.Media[0])!.ToString().Should().Be("IN IP4 233.252.0.1/127");
        answer.DirectionOf(answer.Media[0]).Should().Be(SdpDirection.ReceiveOnly);
    }

    [Fact]
    public void Answer_StreamOutsideRtp_ComparesFormatsAsWords()
    {
        var capabilities = s_phone with { Media = [new("image", 6006, []) { Protocols = ["udptl"], Formats = ["t38"] }] };

        SdpAnswerer.Answer(Bob(1, "m=image 5000 udptl t38"), capabilities).Media[0].ToString().Should().Be("image 6006 udptl t38");
    }
}
