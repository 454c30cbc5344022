namespace ModernSip.Authentication;

/// <summary>The algorithms of digest authentication, weakest first (RFC 7616 §3.3, RFC 8760).</summary>
/// <remarks>A session form hashes nonces into the secret; it is as strong as its plain form.</remarks>
public enum SipDigestAlgorithm
{
    /// <summary>MD5.</summary>
    Md5,

    /// <summary>MD5-sess.</summary>
    Md5Session,

    /// <summary>SHA-256.</summary>
    Sha256,

    /// <summary>SHA-256-sess.</summary>
    Sha256Session,

    /// <summary>SHA-512-256.</summary>
    Sha512Slash256,

    /// <summary>SHA-512-256-sess.</summary>
    Sha512Slash256Session,
}
