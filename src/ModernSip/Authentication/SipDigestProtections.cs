namespace ModernSip.Authentication;

/// <summary>What the answer to a challenge may cover (qop, RFC 7616 §3.3).</summary>
[Flags]
public enum SipDigestProtections
{
    /// <summary>No qop is offered, for clients of RFC 2069. Each nonce is then good for one request.</summary>
    None = 0,

    /// <summary>Method and Request-URI.</summary>
    Auth = 1,

    /// <summary>Method, Request-URI and body.</summary>
    AuthInt = 2,
}
