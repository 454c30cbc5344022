using ModernSip.Messages;

namespace ModernSip.Authentication;

/// <summary>A server's demand for credentials, as shown to an <see cref="ISipCredentialsProvider"/>.</summary>
/// <remarks>RFC 3261 §22.1. The realm is what the server claims; look at the request and the account before giving a password to it.</remarks>
public sealed record SipChallenge
{
    /// <summary>The realm: the name under which the server knows its users. Meant to be shown to people.</summary>
    public required string Realm { get; init; }

    /// <summary>What is asked for: "Digest", an answer that proves the knowledge of a password; or "Bearer", an access token (RFC 8898).</summary>
    public string Scheme { get; init; } = "Digest";

    /// <summary>The strongest algorithm offered for the realm that the library will answer, for example "SHA-256"; empty for a token.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Whether a proxy asks (407), not the server that the request is for (401).</summary>
    public required bool IsProxy { get; init; }

    /// <summary>The method of the request that was challenged.</summary>
    public required SipMethod Method { get; init; }

    /// <summary>The Request-URI of the request that was challenged.</summary>
    public required SipUri RequestUri { get; init; }

    /// <summary>The address of record on whose behalf the request was sent; null where there is none.</summary>
    public SipUri? AddressOfRecord { get; init; }

    /// <summary>What the token must be good for, as the server names it (RFC 6749 §3.3); null where it does not say.</summary>
    public string? Scope { get; init; }

    /// <summary>The URL of the server that issues tokens (RFC 8898 §4), as the challenge claims; null where it does not say.</summary>
    public string? AuthorizationServer { get; init; }

    /// <summary>Why a token was refused, for example "invalid_token" (RFC 6750 §3.1); null where none was.</summary>
    public string? Error { get; init; }

    /// <summary>The response that holds the challenge.</summary>
    public required SipResponse Response { get; init; }

    /// <summary>All that can be answered for this realm, strongest first.</summary>
    internal IReadOnlyList<DigestChallenge> Offers { get; init; } = [];

    /// <summary>Realm, algorithm and request; no nonce.</summary>
    public override string ToString() => $"{(IsProxy ? "Proxy" : "Server")} challenge for realm '{Realm}' ({Scheme}{(Algorithm.Length > 0 ? " " : "")}{Algorithm}), {Method} {RequestUri}";
}
