namespace ModernSip.Sdp.Negotiation;

/// <summary>Whose order of codecs an answer keeps.</summary>
public enum SdpPreference
{
    /// <summary>The offerer's, as RFC 3264 §6.1 recommends.</summary>
    Offerer,

    /// <summary>This side's own.</summary>
    Answerer,
}
