using ModernSip.Messages;

namespace ModernSip.DocsTests.Surroundings;

internal static class AnyOffer
{
    /// <summary>Audio at a port where nobody listens.</summary>
    public static SipContent Audio { get; } = SipContent.Sdp("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n");
}
