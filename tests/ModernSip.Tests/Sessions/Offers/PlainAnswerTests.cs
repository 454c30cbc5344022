using System.Text;
using ModernSip.Sdp;
using ModernSip.Sdp.Negotiation;
using ModernSip.Sessions.Offers;

namespace ModernSip.Tests.Sessions.Offers;

/// <summary>The short way may only say yes where the rules do: whatever one changes in offer or answer.</summary>
public sealed class PlainAnswerTests
{
    private const string Session = "v=0\r\no=alice 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";

    [Theory]
    [InlineData("m=audio 6000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n", "m=audio 7000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n")]
    [InlineData("m=audio 6000 RTP/AVP 0 8\r\n", "m=audio 7000 RTP/AVP 8\r\na=sendrecv\r\n")]
    [InlineData("m=audio 6000 RTP/AVP 96 0\r\na=rtpmap:96 opus/48000\r\na=ptime:20\r\n", "m=audio 7000 RTP/AVP 96\r\na=rtpmap:96 opus/48000\r\n")]
    [InlineData("m=audio 6000 RTP/AVP 0\r\nm=video 6002 RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\n", "m=audio 1 RTP/AVP 0\r\nm=video 3 RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\n")]
    [InlineData("m=audio 6000 RTP/AVP 0\r\n", "m=audio 0 RTP/AVP 0\r\n")]
    [InlineData("m=audio 6000 RTP/AVP 0\r\na=sendonly\r\n", "m=audio 7000 RTP/AVP 0\r\na=recvonly\r\n")]
    [InlineData("m=audio 6000 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\n", "m=audio 7000 RTP/AVP 111\r\na=rtpmap:111 OPUS/48000/2\r\n")]
    [InlineData("m=audio 6000 RTP/SAVP 18\r\nc=IN IP6 2001:db8::1\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n", "m=audio 7000 RTP/SAVP 18\r\na=fmtp:18 annexb=no\r\n")]
    [InlineData("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=setup:actpass\r\na=mid:0\r\n", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=setup:active\r\na=mid:0\r\n")]
    public void IsLegal_UsualAnswers_TakeTheShortWay(string offer, string answer)
    {
        PlainAnswer.IsLegal(Encoding.ASCII.GetBytes(Session + offer), Encoding.ASCII.GetBytes(Session + answer)).Should().BeTrue();
        IsLegalByTheRules(Encoding.ASCII.GetBytes(Session + offer), Encoding.ASCII.GetBytes(Session + answer)).Should().BeTrue();
    }

    [Theory]
    [InlineData("m=audio 6000 RTP/AVP 0\r\n", "m=audio 7000 RTP/AVP 8\r\n")]
    [InlineData("m=audio 6000 RTP/AVP 0\r\n", "m=audio 7000 RTP/AVP 0\r\nm=audio 7000 RTP/AVP 0\r\n")]
    [InlineData("m=audio 6000 RTP/AVP 0\r\na=sendonly\r\n", "m=audio 7000 RTP/AVP 0\r\n")]
    [InlineData("m=audio 6000 RTP/AVP 96\r\na=rtpmap:96 opus/48000\r\n", "m=audio 7000 RTP/AVP 96\r\na=rtpmap:96 L16/48000\r\n")]
    [InlineData("m=audio 6000 RTP/AVP 0\r\n", "m=audio 7000 RTP/AVP 0\r\na=rtcp-mux\r\n")]
    [InlineData("m=audio 6000 RTP/AVP 0\r\na=setup:active\r\n", "m=audio 7000 RTP/AVP 0\r\na=setup:active\r\n")]
    [InlineData("m=audio 6000 RTP/AVP 0\r\na=mid:a\r\n", "m=audio 7000 RTP/AVP 0\r\na=mid:b\r\n")]
    [InlineData("m=audio 0 RTP/AVP 0\r\n", "m=audio 7000 RTP/AVP 0\r\n")]
    [InlineData("m=audio 6000 rtp/avp 0\r\n", "m=audio 7000 rtp/avp 0\r\n")]
    public void IsLegal_AnythingElse_IsLeftToTheRules(string offer, string answer) =>
        PlainAnswer.IsLegal(Encoding.ASCII.GetBytes(Session + offer), Encoding.ASCII.GetBytes(Session + answer)).Should().BeFalse();

    [Theory]
    [MemberData(nameof(UsualCalls))]
    public void CheckLocalAnswer_OfPhonesAndBrowsers_LeavesNoGarbage(string offer, string answer)
    {
        PlainAnswer.IsLegal(Encoding.ASCII.GetBytes(offer), Encoding.ASCII.GetBytes(answer)).Should().BeTrue();
        PlainAnswer.IsLegalOffer(Encoding.ASCII.GetBytes(offer)).Should().BeTrue();
        IsLegalByTheRules(Encoding.ASCII.GetBytes(offer), Encoding.ASCII.GetBytes(answer)).Should().BeTrue();
        var (offered, answered) = (Encoding.ASCII.GetBytes(offer), Encoding.ASCII.GetBytes(answer));
        long allocated = 0;
        for (var round = 0; round < 200; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            SessionDescriptions.None.CheckLocalOffer(offered);
            SessionDescriptions.None.RemoteOffers(offered, isKept: true).CheckLocalAnswer(answered);
            if (round >= 100) allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        (allocated / 100).Should().BeLessThan(512);
    }

    [Fact]
    public void TryAnswer_ByTheRules_ReadsTheCodecsOfAStreamOnce()
    {
        var offer = Encoding.ASCII.GetBytes(DescriptionSamples.PhoneOffer);
        var answer = Encoding.ASCII.GetBytes(DescriptionSamples.PhoneAnswer);
        long allocated = 0;
        for (var round = 0; round < 200; round++)
        {
            SdpSession.TryParse(offer, out var asked, out _).Should().BeTrue();
            SdpSession.TryParse(answer, out var said, out _).Should().BeTrue();
            var before = GC.GetAllocatedBytesForCurrentThread();
            SdpNegotiation.Initial.TryOffer(SdpSide.Remote, asked!, out var step).Should().BeTrue();
            var isLegal = step.Next.TryAnswer(SdpSide.Local, said!, out _);
            if (round >= 100) allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            isLegal.Should().BeTrue();
        }

        (allocated / 100).Should().BeLessThan(8_192);
    }

    public static TheoryData<string, string> UsualCalls => new()
    {
        { DescriptionSamples.PhoneOffer, DescriptionSamples.PhoneAnswer },
        { DescriptionSamples.BrowserOffer, DescriptionSamples.BrowserAnswer },
    };

    [Theory]
    [MemberData(nameof(UsualCalls))]
    public void IsLegal_MutatedCallsOfPhonesAndBrowsers_NeverSaysMoreThanTheRules(string offer, string answer)
    {
        var random = new Random(11);
        var plain = 0;
        for (var round = 0; round < 6_000; round++)
        {
            var (offered, answered) = (Mutate(offer, random), Mutate(answer, random));
            if (PlainAnswer.IsLegalOffer(offered)) IsLegalOfferByTheRules(offered).Should().BeTrue($"round {round}: {Encoding.ASCII.GetString(offered)}");
            if (!PlainAnswer.IsLegal(offered, answered)) continue;
            plain++;
            IsLegalByTheRules(offered, answered).Should().BeTrue($"round {round}: {Encoding.ASCII.GetString(offered)} / {Encoding.ASCII.GetString(answered)}");
        }

        plain.Should().BeGreaterThan(100);
    }

    [Fact]
    public void IsLegal_MutatedDescriptions_NeverSaysMoreThanTheRules()
    {
        const string Media = "m=audio 6000 RTP/AVP 96 0\r\na=rtpmap:96 opus/48000\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\na=sendrecv\r\n";
        var random = new Random(7);
        var plain = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var (offer, answer) = (Mutate(Session + Media, random), Mutate(Session + Media, random));
            if (!PlainAnswer.IsLegal(offer, answer)) continue;
            plain++;
            IsLegalByTheRules(offer, answer).Should().BeTrue($"round {round}: {Encoding.ASCII.GetString(offer)} / {Encoding.ASCII.GetString(answer)}");
        }

        plain.Should().BeGreaterThan(100);
    }

    private static byte[] Mutate(string text, Random random)
    {
        var octets = Encoding.ASCII.GetBytes(text).ToList();
        for (var change = random.Next(3); change > 0; change--)
        {
            var at = random.Next(octets.Count);
            var octet = (byte)"0123456789 ./:=-amv\r\nz"[random.Next(22)];
            if (random.Next(3) == 0) octets.RemoveAt(at);
            else if (random.Next(2) == 0) octets.Insert(at, octet);
            else octets[at] = octet;
        }

        return [.. octets];
    }

    private static bool IsLegalOfferByTheRules(byte[] offer) =>
        SdpSession.TryParse(offer, out var said, out _) && SdpNegotiation.Initial.TryOffer(SdpSide.Local, said, out _);

    private static bool IsLegalByTheRules(byte[] offer, byte[] answer) =>
        SdpSession.TryParse(answer, out var said, out _)
        && (!SdpSession.TryParse(offer, out var asked, out _)
            || !SdpNegotiation.Initial.TryOffer(SdpSide.Remote, asked, out var step)
            || step.Next.TryAnswer(SdpSide.Local, said, out _));
}
