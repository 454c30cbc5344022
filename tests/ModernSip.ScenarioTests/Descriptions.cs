using ModernSip.Messages;

namespace ModernSip.ScenarioTests;

/// <summary>Session descriptions for tests that need some, and do not look into them.</summary>
public static class Descriptions
{
    /// <summary>One audio stream; an offer, and an answer to itself.</summary>
    public static SipContent Audio => SipContent.Sdp("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n");
}
