using System.Text;
using ModernSip.Stack.Routing;

namespace ModernSip.Tests.Stack.Routing;

public sealed class MediaOfferTests
{
    private const string Head = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n";

    [Theory]
    [InlineData("m=audio 4000 RTP/AVP 0", "audio", true)]
    [InlineData("m=AUDIO 4000 RTP/AVP 0", "audio", true)]
    [InlineData("m=audio 4000 RTP/AVP 0", "video", false)]
    [InlineData("m=audio 4000 RTP/AVP 0", "audio/PCMU", true)]
    [InlineData("m=audio 4000 RTP/AVP 8", "audio/PCMU", false)]
    [InlineData("m=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2", "audio/OPUS", true)]
    [InlineData("m=audio 4000 RTP/AVP 0\r\nm=video 4002 RTP/AVP 96\r\na=rtpmap:96 H264/90000", "video/H264", true)]
    [InlineData("m=message 9 TCP/MSRP *", "message", true)]
    [InlineData("m=application 9 UDP/BFCP *", "application/*", true)]
    public void Fits_MediaLines_AgainstWhatIsDeclared(string lines, string declared, bool fits) =>
        MediaOffer.Parse(Encoding.UTF8.GetBytes($"{Head}{lines}\r\n"))!.Fits([declared]).Should().Be(fits);

    [Fact]
    public void Fits_NothingDeclared_TakesAll() => MediaOffer.Parse(Encoding.UTF8.GetBytes($"{Head}m=video 1 RTP/AVP 34\r\n"))!.Fits([]).Should().BeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("m=audio 4000 RTP/AVP 0\r\n")]
    public void Parse_NoSessionDescription_IsNull(string text) => MediaOffer.Parse(Encoding.UTF8.GetBytes(text)).Should().BeNull();

    [Theory]
    [InlineData("v=0")]
    [InlineData("v=0\nm=")]
    [InlineData("v=0\r\nm=\r\na=rtpmap:\r\na=rtpmap:96\r\n")]
    public void Parse_BrokenLines_AreNoFault(string text) => MediaOffer.Parse(Encoding.UTF8.GetBytes(text))!.Fits(["audio"]).Should().BeFalse();
}
