using System.Net;
using System.Text;
using ModernSip.Sdp;

namespace ModernSip.Tests.Sdp;

public sealed class SdpParsingTests
{
    // The facts of the example in RFC 8866 §5.
    private const string Example =
        "v=0\r\n" +
        "o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1\r\n" +
        "s=Call to John Smith\r\n" +
        "i=SDP Offer #1\r\n" +
        "u=http://www.jdoe.example.com/home.html\r\n" +
        "e=Jane Doe <jane@jdoe.example.com>\r\n" +
        "p=+1 617 555-6011\r\n" +
        "c=IN IP4 198.51.100.1\r\n" +
        "t=0 0\r\n" +
        "m=audio 49170 RTP/AVP 0\r\n" +
        "m=audio 49180 RTP/AVP 0\r\n" +
        "m=video 51372 RTP/AVP 99\r\n" +
        "c=IN IP6 2001:db8::2\r\n" +
        "a=rtpmap:99 h263-1998/90000\r\n";

    private const string Head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n";

    [Fact]
    public void Parse_TheRfcsExample_ReadsEveryField()
    {
        var session = SdpSession.Parse(Example);

        session.Origin.Should().Be(new SdpOrigin("jdoe", 3724394400, 3724394405, "IN", "IP4", "198.51.100.1"));
        session.Name.Should().Be("Call to John Smith");
        session.Information.Should().Be("SDP Offer #1");
        session.Uri.Should().Be("http://www.jdoe.example.com/home.html");
        session.Emails.Should().Equal("Jane Doe <jane@jdoe.example.com>");
        session.Phones.Should().Equal("+1 617 555-6011");
        session.Connection.Should().Be(new SdpConnection(IPAddress.Parse("198.51.100.1")));
        session.Timings.Should().Equal(SdpTiming.Permanent);
        session.Media.Select(media => media.Port).Should().Equal(49170, 49180, 51372);
        session.ConnectionOf(session.Media[0])!.Address.Should().Be("198.51.100.1");
        session.ConnectionOf(session.Media[2])!.Address.Should().Be("2001:db8::2");
        session.Media[2].ReadCodecs().Should().Equal(new SdpCodec(99, "h263-1998", 90_000));
    }

    [Fact]
    public void ToString_TheRfcsExampleParsed_IsTheSameText() => SdpSession.Parse(Example).ToString().Should().Be(Example);

    [Fact]
    public void Parse_Octets_ReadsTheSameAsText() =>
        SdpSession.Parse(Encoding.UTF8.GetBytes(Example)).Should().Be(SdpSession.Parse(Example));

    [Theory]
    [InlineData("\n", "\n")]
    [InlineData("\n", "")]
    [InlineData("\r\n", "")]
    [InlineData("\r\n", "\r\n\r\n")]
    public void Parse_OtherLineEnds_ReadsTheSame(string between, string atEnd)
    {
        var text = Example.TrimEnd().Replace("\r\n", between, StringComparison.Ordinal) + atEnd;

        SdpSession.Parse(text).Should().Be(SdpSession.Parse(Example));
    }

    [Fact]
    public void Parse_EveryLineType_WritesThemInTheRfcsOrder()
    {
        const string Text =
            Head + "i=info\r\nu=http://x\r\ne=a\r\ne=b\r\np=1\r\np=2\r\nc=IN IP4 224.2.1.1/127/3\r\nb=CT:1000\r\nb=X-y:7\r\n" +
            "t=2873397496 2873404696\r\nr=7d 1h 0 25h\r\nr=90 61 -1m\r\nz=2882844526 -1h 2898848070 0\r\nt=0 0\r\nk=prompt\r\n" +
            "a=recvonly\r\na=tool:x y\r\n" +
            "m=audio 49170/2 RTP/AVP 0 8\r\ni=left\r\nc=IN IP6 FF1E::1/3\r\nc=IN IP6 FF1E::9\r\nb=TIAS:64000\r\nk=clear:x\r\na=ptime:20\r\n" +
            "m=message 2855 TCP/MSRP *\r\n";

        SdpSession.Parse(Text).ToString().Should().Be(Text);
    }

    [Fact]
    public void Parse_RepeatsAndZones_ReadsTypedTimes()
    {
        var timing = SdpSession.Parse(Head + "t=1 2\r\nr=604800 3600 0 90000\r\nz=3 -1h 4 0\r\n").Timings.Should().ContainSingle().Which;

        timing.Repeats.Should().Equal(new SdpRepeat(TimeSpan.FromDays(7), TimeSpan.FromHours(1), [TimeSpan.Zero, TimeSpan.FromHours(25)]));
        timing.ZoneAdjustments.Should().Equal(new SdpZoneAdjustment(3, TimeSpan.FromHours(-1)), new SdpZoneAdjustment(4, TimeSpan.Zero));
    }

    [Fact]
    public void Parse_LinesInAnotherOrder_AreRead()
    {
        var session = SdpSession.Parse("v=0\na=sendonly\nt=0 0\nb=AS:1\nc=IN IP4 192.0.2.1\ns=x\no=- 1 1 IN IP4 192.0.2.1\n");

        session.Name.Should().Be("x");
        session.Attributes.Direction.Should().Be(SdpDirection.SendOnly);
    }

    [Fact]
    public void Parse_UnknownLineTypes_ArePassedOver() =>
        SdpSession.Parse(Head + "y=what\r\nt=0 0\r\nm=audio 1 RTP/AVP 0\r\nX=y\r\na=mid:0\r\n").Media[0].Attributes.Mid.Should().Be("0");

    [Fact]
    public void Parse_EmptyName_ReadsAsASpaceAndWritesLegally() =>
        SdpSession.Parse("v=0\no=- 1 1 IN IP4 192.0.2.1\ns=\nt=0 0\n").ToString().Should().Contain("\r\ns= \r\n");

    [Fact]
    public void Parse_RejectedStreamWithoutFormat_GetsOne() =>
        SdpSession.Parse(Head + "t=0 0\r\nm=video 0 RTP/AVP\r\n").Media[0].Formats.Should().Equal("0");

    [Fact]
    public void Parse_NoStreams_IsADescription() => SdpSession.Parse(Head + "t=0 0\r\n").HasActiveMedia.Should().BeFalse();

    [Theory]
    [InlineData("IN IP4 192.0.2.7", "192.0.2.7", null, 1, false)]
    [InlineData("IN IP4 224.2.36.42/127", "224.2.36.42", 127, 1, true)]
    [InlineData("IN IP4 233.252.0.1/127/3", "233.252.0.1", 127, 3, true)]
    [InlineData("IN IP6 2001:db8::1", "2001:db8::1", null, 1, false)]
    [InlineData("IN IP6 FF1E:03AD::7F2E:172A:1E24/3", "FF1E:03AD::7F2E:172A:1E24", null, 3, true)]
    [InlineData("IN IP4 host.example.com", "host.example.com", null, 1, false)]
    [InlineData("IN IP6 host.example.com", "host.example.com", null, 1, false)]
    public void Parse_Connection_ReadsAddressTimeToLiveAndCount(string line, string address, int? timeToLive, int count, bool isMulticast)
    {
        var connection = SdpSession.Parse(Head + "c=" + line + "\r\nt=0 0\r\n").Connection!;

        connection.Address.Should().Be(address);
        connection.TimeToLive.Should().Be(timeToLive);
        connection.AddressCount.Should().Be(count);
        connection.IsMulticast.Should().Be(isMulticast);
        connection.ToString().Should().Be(line);
    }

    [Theory]
    [InlineData("IN IP4 0.0.0.0", true)]
    [InlineData("IN IP6 ::", true)]
    [InlineData("IN IP4 0", false)]
    [InlineData("IN IP4 192.0.2.1", false)]
    public void IsUnspecified_Address_IsTheOldHold(string line, bool expected) =>
        SdpSession.Parse(Head + "c=" + line + "\r\nt=0 0\r\n").Connection!.IsUnspecified.Should().Be(expected);

    [Fact]
    public void Connection_FromScopedAndMappedAddresses_WritesWhatThePeerCanUse()
    {
        new SdpConnection(IPAddress.Parse("fe80::1%3")).ToString().Should().Be("IN IP6 fe80::1");
        new SdpConnection(IPAddress.Parse("::ffff:192.0.2.1")).ToString().Should().Be("IN IP4 192.0.2.1");
    }

    [Fact]
    public void Parse_InvalidUtf8_IsReplacedAndStable()
    {
        byte[] octets = [.. Encoding.ASCII.GetBytes("v=0\no=- 1 1 IN IP4 192.0.2.1\ns="), 0xC0, 0xAF, 0xED, 0xA0, 0x80, 0xFF, .. "\nt=0 0\n"u8];

        var session = SdpSession.Parse(octets);

        session.Name.Should().Contain("\uFFFD");
        SdpSession.Parse(session.ToUtf8Bytes()).Should().Be(session);
    }

    [Fact]
    public void Parse_LoneSurrogate_IsReplacedAndStable()
    {
        var session = SdpSession.Parse(Head + "i=a\ud800b\nt=0 0\n");

        session.Information.Should().Be("a\ufffdb");
        SdpSession.Parse(session.ToString()).Should().Be(session);
    }

    [Fact]
    public void DirectionOf_StreamsWithAndWithoutTheirOwn_FallBackToTheSession()
    {
        var session = SdpSession.Parse(Head + "t=0 0\na=recvonly\nm=audio 1 RTP/AVP 0\nm=audio 2 RTP/AVP 0\na=inactive\n");

        session.Media.Select(session.DirectionOf).Should().Equal(SdpDirection.ReceiveOnly, SdpDirection.Inactive);
    }

    [Fact]
    public void CreateAudioOffer_Defaults_OffersTelephony() =>
        SdpSession.CreateAudioOffer(IPAddress.Parse("192.0.2.1"), 4000, sessionId: 7).ToString().Should().Be(
            "v=0\r\no=- 7 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n" +
            "m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n" +
            "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n");

    [Fact]
    public void CreateAudioOffer_IPv6_SaysSo() =>
        SdpSession.CreateAudioOffer(IPAddress.IPv6Loopback, 4000).ToString().Should().Contain("c=IN IP6 ::1\r\n").And.Contain(" IN IP6 ::1\r\n");

    [Fact]
    public void CreateAudioOffer_WithoutSessionId_DrawsAnother63BitNumberEachTime()
    {
        var ids = Enumerable.Range(0, 64).Select(_ => SdpSession.CreateAudioOffer(IPAddress.Loopback, 4000).Origin.SessionId).ToArray();

        ids.Should().OnlyHaveUniqueItems().And.OnlyContain(id => id <= long.MaxValue);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65536)]
    public void CreateAudioOffer_ImpossiblePort_Throws(int port) =>
        FluentActions.Invoking(() => SdpSession.CreateAudioOffer(IPAddress.Loopback, port)).Should().Throw<ArgumentOutOfRangeException>();

    [Fact]
    public void Hold_ThenResume_TurnsDirectionsAndCountsVersions()
    {
        var session = SdpSession.Parse(Head + "t=0 0\nm=audio 1 RTP/AVP 0\nm=audio 2 RTP/AVP 0\na=recvonly\nm=video 0 RTP/AVP 31\n");

        var held = session.Hold();
        var resumed = held.Resume();

        held.Media.Select(held.DirectionOf).Should().Equal(SdpDirection.SendOnly, SdpDirection.Inactive, SdpDirection.SendReceive);
        resumed.Media.Select(resumed.DirectionOf).Should().Equal(SdpDirection.SendReceive, SdpDirection.ReceiveOnly, SdpDirection.SendReceive);
        (held.Origin.SessionVersion, resumed.Origin.SessionVersion).Should().Be((2ul, 3ul));
    }

    [Fact]
    public void Equals_SameTextParsedTwice_IsByValue()
    {
        SdpSession.Parse(Example).GetHashCode().Should().Be(SdpSession.Parse(Example).GetHashCode());
        SdpSession.Parse(Example).Should().NotBe(SdpSession.Parse(Example.Replace("49180", "49182", StringComparison.Ordinal)));
    }
}
