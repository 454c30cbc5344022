using ModernSip.Messages;

namespace ModernSip.Authentication;

/// <summary>A server's demand for credentials, as shown to an <see cref="ISipCredentialsProvider"/>.</summary>
/// <remarks>RFC 3261 §22.1. The realm is what the server claims; look at the request and the account before giving a password to it.</remarks>
public sealed record SipChallenge
{
    /// <summary>The realm: the name under which the server knows its users. Meant to be shown to people.</summary>
    public required string Realm { get; init; }

    /// <summary>The strongest algorithm offered for the realm that the library will answer, for example "SHA-256".</summary>
    public required string Algorithm { get; init; }

    /// <summary>Whether a proxy asks (407), not the server that the request is for (401).</summary>
    public required bool IsProxy { get; init; }

    /// <summary>The method of the request that was challenged.</summary>
    public required SipMethod Method { get; init; }

    /// <summary>The Request-URI of the request that was challenged.</summary>
    public required SipUri RequestUri { get; init; }

    /// <summary>The address of record on whose behalf the request was sent; null where there is none.</summary>
    public SipUri? AddressOfRecord { get; init; }

    /// <summary>The response that holds the challenge.</summary>
    public required SipResponse Response { get; init; }

    /// <summary>All that can be answered for this realm, strongest first.</summary>
    internal IReadOnlyList<DigestChallenge> Offers { get; init; } = [];

    /// <summary>Realm, algorithm and request; no nonce.</summary>
    public override string ToString() => $"{(IsProxy ? "Proxy" : "Server")} challenge for realm '{Realm}' ({Algorithm}), {Method} {RequestUri}";
}
