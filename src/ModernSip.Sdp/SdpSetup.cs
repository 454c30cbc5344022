namespace ModernSip.Sdp;

/// <summary>Who opens the connection of a stream that needs one, such as DTLS or TCP.</summary>
/// <remarks>RFC 4145 §4, RFC 8842 §5.</remarks>
public enum SdpSetup
{
    /// <summary>Either side may (<c>actpass</c>), for the answerer to choose.</summary>
    ActivePassive,

    /// <summary>This side opens it (<c>active</c>).</summary>
    Active,

    /// <summary>The other side opens it (<c>passive</c>).</summary>
    Passive,

    /// <summary>Nobody does for now (<c>holdconn</c>).</summary>
    HoldConnection,
}
