namespace ModernSip.Sdp.Negotiation;

/// <summary>Who says something.</summary>
public enum SdpSide
{
    /// <summary>This side.</summary>
    Local,

    /// <summary>The peer.</summary>
    Remote,
}
