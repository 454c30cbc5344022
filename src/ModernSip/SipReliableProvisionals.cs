namespace ModernSip;

/// <summary>Whether provisional responses to INVITE are sent reliably and acknowledged with PRACK (RFC 3262).</summary>
public enum SipReliableProvisionals
{
    /// <summary>
    /// Offered to callees; as a callee, used where the caller demands it, where it can and the response carries a body, and where the application asks
    /// for it.
    /// </summary>
    Supported,

    /// <summary>Demanded of callees, who answer 420 where they cannot; callers who cannot get 421. Every provisional response but 100 is reliable.</summary>
    Required,

    /// <summary>Not offered, and refused with 420 where a caller demands it.</summary>
    None,
}
