using System.Text;
using ModernSip.Sdp;

namespace ModernSip.Tests.Sdp;

/// <summary>Class 22 of the robustness list: what comes may be anything, and is answered by an error that says where.</summary>
public sealed class SdpMalformedTests
{
    private const string Head = "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\n";

    public static TheoryData<string, int, string> Malformed => new()
    {
        { "", 0, "v=" },
        { "\r\n\r\n", 0, "v=" },
        { "hello", 1, "" },
        { "o=- 1 1 IN IP4 192.0.2.1\n", 1, "o=" },
        { "v=1\n", 1, "v=" },
        { "v=\n", 1, "v=" },
        { "v=0\n", 0, "o=" },
        { "v=0\nv=0\n", 2, "v=" },
        { "v=0\ns=-\nt=0 0\n", 0, "o=" },
        { "v=0\no=- 1 1 IN IP4 192.0.2.1\nt=0 0\n", 0, "s=" },
        { Head, 0, "t=" },
        { "v=0\no=\n", 2, "o=" },
        { "v=0\no=- 1 1 IN IP4\n", 2, "o=" },
        { "v=0\no=- 1 1 IN IP4 192.0.2.1 more\n", 2, "o=" },
        { "v=0\no=- -1 1 IN IP4 192.0.2.1\n", 2, "o=" },
        { "v=0\no=- 1 18446744073709551616 IN IP4 192.0.2.1\n", 2, "o=" },
        { Head + "s=again\n", 4, "s=" },
        { Head + "o=- 1 1 IN IP4 192.0.2.1\n", 4, "o=" },
        { Head + "\nt=0 0\n", 4, "" },
        { Head + "t\n", 4, "" },
        { Head + "t =0 0\n", 4, "" },
        { Head + "é=0\n", 4, "" },
        { Head + "t=0\n", 4, "t=" },
        { Head + "t=0 x\n", 4, "t=" },
        { Head + "t=0 0 0\n", 4, "t=" },
        { Head + "t=-1 0\n", 4, "t=" },
        { Head + "r=7d 1h 0\n", 4, "r=" },
        { Head + "t=0 0\nr=7d 1h\n", 5, "r=" },
        { Head + "t=0 0\nr=7x 1h 0\n", 5, "r=" },
        { Head + "t=0 0\nr=d 1h 0\n", 5, "r=" },
        { Head + "t=0 0\nr=9223372036854775807d 1h 0\n", 5, "r=" },
        { Head + "t=0 0\nr=-9223372036854775808d 1h 0\n", 5, "r=" },
        { Head + "t=0 0\nz=1\n", 5, "z=" },
        { Head + "z=1 1h\n", 4, "z=" },
        { Head + "c=IN IP4\n", 4, "c=" },
        { Head + "c=IN IP4 192.0.2.1/256\n", 4, "c=" },
        { Head + "c=IN IP4 224.0.0.1/1/0\n", 4, "c=" },
        { Head + "c=IN IP4 224.0.0.1/1/4294967296\n", 4, "c=" },
        { Head + "c=IN IP4 224.0.0.1/1/1/1\n", 4, "c=" },
        { Head + "c=IN IP6 ff02::1/1/1\n", 4, "c=" },
        { Head + "c=IN IP4 /1\n", 4, "c=" },
        { Head + "c=IN IP4 192.0.2.1\nc=IN IP4 192.0.2.1\n", 5, "c=" },
        { Head + "b=AS\n", 4, "b=" },
        { Head + "b=:1\n", 4, "b=" },
        { Head + "b=AS:x\n", 4, "b=" },
        { Head + "b=AS:99999999999999999999\n", 4, "b=" },
        { Head + "a=\n", 4, "a=" },
        { Head + "a=:x\n", 4, "a=" },
        { Head + "a=b c:x\n", 4, "a=" },
        { Head + "m=\n", 4, "m=" },
        { Head + "m=audio\n", 4, "m=" },
        { Head + "m=audio 1\n", 4, "m=" },
        { Head + "m=audio 1 RTP/AVP\n", 4, "m=" },
        { Head + "m=audio 65536 RTP/AVP 0\n", 4, "m=" },
        { Head + "m=audio -1 RTP/AVP 0\n", 4, "m=" },
        { Head + "m=audio 1/0 RTP/AVP 0\n", 4, "m=" },
        { Head + "m=audio 1/4294967297 RTP/AVP 0\n", 4, "m=" },
        { Head + "m=audio 4294967297 RTP/AVP 0\n", 4, "m=" },
        { Head + "m=audio 1 RTP//AVP 0\n", 4, "m=" },
        { Head + "m=audio 1 RTP/AVP 0 (\n", 4, "m=" },
        { Head + "t=0 0\nm=audio 1 RTP/AVP 0\ns=late\n", 6, "s=" },
        { Head + "t=0 0\nm=audio 1 RTP/AVP 0\ni=a\ni=b\n", 7, "i=" },
        { Head + "a=x\ry\n", 4, "a=" },
        { Head + "a=x\0y\n", 4, "a=" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Class22_MalformedText_SaysLineAndField(string text, int line, string field)
    {
        SdpSession.TryParse(text, out var session, out var error).Should().BeFalse();

        session.Should().BeNull();
        (error!.Line, error.Field).Should().Be((line, field));
        error.Reason.Should().NotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void TryParse_MalformedOctets_SayTheSame(string text, int line, string field)
    {
        SdpSession.TryParse(Encoding.UTF8.GetBytes(text), out _, out var error).Should().BeFalse();

        (error!.Line, error.Field).Should().Be((line, field));
    }

    [Fact]
    public void TryParse_Null_IsRefusedLikeNothing() => SdpSession.TryParse((string?)null, out _, out _).Should().BeFalse();

    [Fact]
    public void Parse_MalformedText_ThrowsWhereAndWhy() =>
        FluentActions.Invoking(() => SdpSession.Parse(Head + "t=x\n")).Should().Throw<FormatException>().WithMessage("Line 4, t=: *");

    [Fact]
    public void Parse_MalformedOctets_ThrowsToo() =>
        FluentActions.Invoking(() => SdpSession.Parse("v=9"u8)).Should().Throw<FormatException>().WithMessage("Line 1, v=: *");

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void TryParse_ManyStreams_AreCounted(int streams, bool expected)
    {
        var text = Head + "t=0 0\n" + string.Concat(Enumerable.Repeat("m=audio 0 RTP/AVP 0\n", streams));

        SdpSession.TryParse(text, out _, out _).Should().Be(expected);
    }

    [Fact]
    public void Class22_FiveHundredStreams_NamesTheFirstTooMany()
    {
        SdpSession.TryParse(Head + "t=0 0\n" + string.Concat(Enumerable.Repeat("m=audio 1 RTP/AVP 0\n", 500)), out _, out var error).Should().BeFalse();

        (error!.Line, error.Field).Should().Be((4 + 65, "m="));
    }

    [Theory]
    [InlineData(8_192, true)]
    [InlineData(8_193, false)]
    public void TryParse_LongLine_IsMeasured(int length, bool expected) =>
        SdpSession.TryParse(Head + "t=0 0\na=" + new string('x', length - 2) + "\n", out _, out _).Should().Be(expected);

    [Fact]
    public void Class22_ConnectionOf60KiB_IsRefusedAtItsLine()
    {
        SdpSession.TryParse(Head + "c=IN IP4 " + new string('1', 60 * 1024) + "\n", out _, out var error).Should().BeFalse();

        (error!.Line, error.Field).Should().Be((4, "c="));
    }

    [Fact]
    public void TryParse_ManyLines_AreCounted()
    {
        SdpSession.TryParse(Head + "t=0 0\n" + string.Concat(Enumerable.Repeat("a=x\n", 1_997)), out _, out var error).Should().BeFalse();

        error!.Line.Should().Be(2_001);
    }

    [Fact]
    public void TryParse_LargerThanAllowed_IsRefusedUnread()
    {
        SdpSession.TryParse(new byte[64 * 1024 + 1], out _, out var error).Should().BeFalse();

        error!.Line.Should().Be(0);
    }

    [Fact]
    public void TryParse_TextWhoseOctetsExceedTheLimit_IsRefused() =>
        SdpSession.TryParse(Head + "t=0 0\ni=" + new string('€', 30), out _, out _, new SdpLimits { MaxSize = 100 }).Should().BeFalse();

    [Fact]
    public void Class22_NonsensePayloadTypes_AreReadAndMeanNothing()
    {
        var media = SdpSession.Parse(Head + "t=0 0\nm=audio 17000 RTP/AVP 4294967296 -1 128 0 0\n").Media[0];

        media.ReadCodecs().Should().Equal(SdpCodec.Pcmu);
    }

    [Theory]
    [InlineData("a=fmtp:")]
    [InlineData("a=fmtp:101")]
    [InlineData("a=rtpmap:")]
    [InlineData("a=rtpmap:101")]
    [InlineData("a=rtpmap:101 x")]
    [InlineData("a=rtpmap:101 x/0")]
    [InlineData("a=rtpmap:101 /8000")]
    [InlineData("a=rtpmap:999999999999 x/8000")]
    [InlineData("a=ptime:")]
    [InlineData("a=ptime:-1")]
    [InlineData("a=ptime:1e308")]
    [InlineData("a=mid")]
    [InlineData("a=setup:unheard")]
    public void Class22_BrokenAttributes_ArePassedOver(string attribute)
    {
        var media = SdpSession.Parse(Head + "t=0 0\nm=audio 17000 RTP/AVP 0 101\n" + attribute + "\n").Media[0];

        media.ReadCodecs().Should().Equal(SdpCodec.Pcmu);
        (media.Attributes.PacketTime, media.Attributes.Mid, media.Attributes.Setup).Should().Be((null, null, null));
    }

    [Fact]
    public void Class28_ErrorForHostileText_DoesNotRepeatIt()
    {
        SdpSession.TryParse(Head + "c=secret\u001b[2J\n", out _, out var error).Should().BeFalse();

        error!.ToString().Should().NotContain("secret").And.NotContain("\u001b");
    }
}
