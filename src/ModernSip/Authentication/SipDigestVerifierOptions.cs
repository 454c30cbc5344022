namespace ModernSip.Authentication;

/// <summary>What a <see cref="SipDigestVerifier"/> offers, and for how long.</summary>
public sealed class SipDigestVerifierOptions
{
    /// <summary>How long a nonce may be used; after that it is stale. More than zero; default: 5 minutes.</summary>
    public TimeSpan NonceLifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How many nonces are watched for repeated counts. Beyond that the older half becomes stale; its users are challenged once more.
    /// At least 1; default: 100,000, about 20 MB.
    /// </summary>
    public int MaxNonces { get; set; } = 100_000;

    /// <summary>What an answer may cover. Default: <see cref="SipDigestProtections.Auth"/>.</summary>
    public SipDigestProtections Protections { get; set; } = SipDigestProtections.Auth;

    /// <summary>
    /// Finds a user by the hash of name and realm (RFC 7616 §3.4.4), null where there is none. With it, challenges invite clients to hide the name;
    /// without it (the default) they do not.
    /// </summary>
    public Func<string, SipDigestAlgorithm, string?>? FindUserByHash { get; set; }
}
