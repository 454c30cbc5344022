namespace ModernSip.Sdp.Negotiation;

/// <summary>The rules of offer and answer that a description can break.</summary>
public enum SdpRule
{
    /// <summary>The origin names another session than before (RFC 3264 §8).</summary>
    Origin,

    /// <summary>The version did not grow by one with a change (RFC 3264 §8).</summary>
    Version,

    /// <summary>An offer has fewer streams than agreed, or an answer another number than the offer (RFC 3264 §6, §8).</summary>
    MediaCount,

    /// <summary>The answer gives a stream another media type than the offer (RFC 3264 §6).</summary>
    MediaKind,

    /// <summary>The answer gives a stream another transport than the offer (RFC 3264 §6).</summary>
    Transport,

    /// <summary>The answer gives a port to a stream that was offered without (RFC 3264 §8.2).</summary>
    RejectedStream,

    /// <summary>The answer's direction does not fit the offer's (RFC 3264 §6.1).</summary>
    Direction,

    /// <summary>The answer accepts a stream without any format of the offer (RFC 3264 §6.1).</summary>
    NoCommonFormat,

    /// <summary>A payload type number means nothing: it is dynamic and has no <c>rtpmap</c>, or is no number up to 127 (RFC 3264 §5.1).</summary>
    PayloadType,

    /// <summary>A payload type number means another codec than before in the same stream (RFC 3264 §8.3.2).</summary>
    PayloadRemapped,

    /// <summary>An active stream has no address (RFC 8866 §5.7).</summary>
    Connection,

    /// <summary>The answer's time differs from the offer's (RFC 3264 §6).</summary>
    Timing,

    /// <summary>A multicast stream was answered with another address, port or direction (RFC 3264 §6.2).</summary>
    Multicast,

    /// <summary>The answer names a stream otherwise than the offer (RFC 5888 §9.1).</summary>
    Mid,

    /// <summary>The answer joins RTP and RTCP without being asked to (RFC 5761 §5.1.1).</summary>
    RtcpMux,

    /// <summary>The answer's connection role does not fit the offer's (RFC 4145 §4.1).</summary>
    Setup,
}
