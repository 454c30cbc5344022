using ModernSip.Sdp;
using ModernSip.Sdp.Attributes;

namespace ModernSip.Tests.Sdp;

public sealed class SdpAttributeTests
{
    [Theory]
    [InlineData("97 iLBC/8000", 97, "iLBC", 8_000, 1)]
    [InlineData("111 opus/48000/2", 111, "opus", 48_000, 2)]
    public void RtpMap_LegalValue_ReadsAndWritesTheSame(string value, int payloadType, string encoding, int clockRate, int channels)
    {
        SdpRtpMap.TryParse(value, out var map).Should().BeTrue();

        map.Should().Be(new SdpRtpMap(payloadType, encoding, clockRate, channels));
        map!.ToAttributeValue().Should().Be(value);
    }

    [Fact]
    public void FormatParameters_Pairs_AreFoundByName()
    {
        SdpFormatParameters.TryParse("96 profile-level-id=42e01f; Packetization-Mode = 1;x", out var parameters).Should().BeTrue();

        parameters!.Find("packetization-mode").Should().Be("1");
        parameters.Find("profile-level-id").Should().Be("42e01f");
        parameters.Find("x").Should().BeNull();
    }

    [Theory]
    [InlineData("1 1 UDP 2130706431 203.0.113.141 8998 typ host")]
    [InlineData("2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998")]
    [InlineData("H76f0ae12 2 tcp 1518280447 fe80::1 9 typ host tcptype active generation 0")]
    [InlineData("x 1 udp 4294967295 f00.local 0 typ relay raddr 0.0.0.0 rport 0 generation 0 ufrag a+/b")]
    public void Candidate_LegalValue_ReadsAndWritesTheSame(string value)
    {
        SdpCandidate.TryParse(value, out var candidate).Should().BeTrue();

        candidate!.ToAttributeValue().Should().Be(value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 1 UDP 1 192.0.2.1 8998")]
    [InlineData("1 1 UDP 1 192.0.2.1 8998 host typ")]
    [InlineData("1 0 UDP 1 192.0.2.1 8998 typ host")]
    [InlineData("1 257 UDP 1 192.0.2.1 8998 typ host")]
    [InlineData("1 1 UDP 4294967296 192.0.2.1 8998 typ host")]
    [InlineData("1 1 UDP 1 192.0.2.1 65536 typ host")]
    [InlineData("1 1 UDP 1 192.0.2.1 1 typ srflx raddr")]
    [InlineData("1 1 UDP 1 192.0.2.1 1 typ srflx raddr 192.0.2.1 rport x")]
    public void Candidate_IllegalValue_IsRefused(string value) => SdpCandidate.TryParse(value, out _).Should().BeFalse();

    [Fact]
    public void Group_Bundle_ReadsAndWritesTheSame()
    {
        SdpGroup.TryParse("BUNDLE 0 1 video", out var group).Should().BeTrue();

        group.Should().Be(new SdpGroup("BUNDLE", ["0", "1", "video"]));
        group!.ToAttributeValue().Should().Be("BUNDLE 0 1 video");
    }

    [Fact]
    public void Fingerprint_LegalValue_ReadsAndWritesTheSame()
    {
        SdpFingerprint.TryParse("sha-256 12:DF:3e", out var fingerprint).Should().BeTrue();

        fingerprint!.ToAttributeValue().Should().Be("sha-256 12:DF:3e");
    }

    [Theory]
    [InlineData("sha-256")]
    [InlineData("sha-256 12:D")]
    [InlineData("sha-256 12DF")]
    [InlineData("sha-256 12:DG")]
    public void Fingerprint_IllegalValue_IsRefused(string value) => SdpFingerprint.TryParse(value, out _).Should().BeFalse();

    [Fact]
    public void Crypto_LegalValue_ReadsWritesAndHidesItsKeys()
    {
        const string Value = "1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4 FEC_ORDER=FEC_SRTP";

        SdpCrypto.TryParse(Value, out var crypto).Should().BeTrue();

        crypto!.ToAttributeValue().Should().Be(Value);
        crypto.ToString().Should().NotContain("WVNf");
    }

    [Theory]
    [InlineData("53020", 53020, null)]
    [InlineData("53020 IN IP4 126.16.64.4", 53020, "126.16.64.4")]
    [InlineData("53020 IN IP6 2001:db8::1", 53020, "2001:db8::1")]
    public void Rtcp_LegalValue_ReadsAndWritesTheSame(string value, int port, string? address)
    {
        SdpRtcp.TryParse(value, out var rtcp).Should().BeTrue();

        (rtcp!.Port, rtcp.Connection?.Address).Should().Be((port, address));
        rtcp.ToAttributeValue().Should().Be(value);
    }

    [Fact]
    public void Ssrc_LegalValue_ReadsAndWritesTheSame()
    {
        SdpSsrc.TryParse("4183397335 cname:7WqAa9eR", out var source).Should().BeTrue();

        source.Should().Be(new SdpSsrc(4183397335, new SdpAttribute("cname", "7WqAa9eR")));
        source!.ToAttributeValue().Should().Be("4183397335 cname:7WqAa9eR");
    }

    [Fact]
    public void Get_TypedAttributes_ReadTheCollection()
    {
        SdpAttributes attributes =
        [
            new("mid", "audio"), new("ptime", "20"), new("maxptime", "62.5"), new("ice-ufrag", "8hhY"), new("ice-pwd", "asd88fgpdd777uzjYhagZg"),
            new("ice-options", "trickle ice2"), new("setup", "actpass"), new("rtcp-mux"), new("rtcp", "9"), new("rid", "1 send"),
            new("simulcast", "send 1;2"), new("candidate", "broken"), new("candidate", "1 1 UDP 1 192.0.2.1 8998 typ host"),
        ];

        attributes.Mid.Should().Be("audio");
        attributes.PacketTime.Should().Be(TimeSpan.FromMilliseconds(20));
        attributes.MaxPacketTime.Should().Be(TimeSpan.FromMilliseconds(62.5));
        attributes.IceUserFragment.Should().Be("8hhY");
        attributes.IcePassword.Should().Be("asd88fgpdd777uzjYhagZg");
        attributes.IceOptions.Should().Equal("trickle", "ice2");
        attributes.Setup.Should().Be(SdpSetup.ActivePassive);
        attributes.RtcpMux.Should().BeTrue();
        attributes.Get<SdpRtcp>()!.Port.Should().Be(9);
        attributes.Get<SdpCrypto>().Should().BeNull();
        attributes.All<SdpCandidate>().Should().ContainSingle();
        attributes.Value("rid").Should().Be("1 send");
        attributes.Value("simulcast").Should().Be("send 1;2");
    }

    [Fact]
    public void Set_NamePresentTwice_LeavesOneInTheFirstPlace()
    {
        SdpAttributes attributes = [new("a", "1"), new("b"), new("a", "2")];

        attributes.Set("a", "3").Should().Equal(new SdpAttribute("a", "3"), new SdpAttribute("b"));
        attributes.Count.Should().Be(3, "collections do not change");
    }

    [Fact]
    public void SetDirection_AnotherPresent_Replaces()
    {
        SdpAttributes attributes = [new("sendonly"), new("x"), new("inactive")];

        attributes.SetDirection(SdpDirection.ReceiveOnly).Should().Equal(new SdpAttribute("recvonly"), new SdpAttribute("x"));
    }

    [Fact]
    public void AddAndRemove_TypedAndByName_ReturnChangedCollections() =>
        SdpAttributes.Empty.Add(new SdpRtcp(9)).Add("x").SetPacketTime(TimeSpan.FromMilliseconds(30)).Set(new SdpRtcp(10)).SetSetup(SdpSetup.Passive).Remove("x")
            .ToString().Should().Be("rtcp:10 ptime:30 setup:passive");

    [Fact]
    public void ReadCodecs_StaticNumbers_MeanWhatTheTableSays()
    {
        var media = new SdpMedia("audio", 1, "RTP/AVP", [.. Enumerable.Range(0, 128).Select(number => $"{number}")]);

        media.ReadCodecs().Select(codec => codec.PayloadType)
            .Should().Equal(0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 25, 26, 28, 31, 32, 33, 34);
        media.ReadCodecs().Single(codec => codec.PayloadType == 10).Should().Be(new SdpCodec(10, "L16", 44_100, 2));
        media.ReadCodecs().Single(codec => codec.PayloadType == 9).Should().Be(new SdpCodec(9, "G722", 8_000));
    }

    [Fact]
    public void ReadCodecs_OutsideRtp_IsEmpty() => new SdpMedia("image", 1, "udptl", ["t38"]).ReadCodecs().Should().BeEmpty();

    [Fact]
    public void IsSameEncoding_CaseAndNumber_DoNotMatter()
    {
        new SdpCodec(97, "iLBC", 8_000).IsSameEncoding(new SdpCodec(99, "ILBC", 8_000)).Should().BeTrue();
        new SdpCodec(97, "opus", 48_000, 2).IsSameEncoding(new SdpCodec(97, "opus", 48_000)).Should().BeFalse();
        new SdpCodec(97, "speex", 8_000).IsSameEncoding(new SdpCodec(97, "speex", 16_000)).Should().BeFalse();
    }
}
