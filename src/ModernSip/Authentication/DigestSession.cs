using System.Globalization;
using ModernSip.Messages;
using ModernSip.Platform;

namespace ModernSip.Authentication;

/// <summary>Where an answer is valid: for 407 everywhere on the account's way out, for 401 only at the host that asked.</summary>
/// <remarks>Without the host, an answer for one server would be shown to every other one that a request goes to, a redirection's target too.</remarks>
internal readonly record struct ProtectionSpace(bool IsProxy, string Realm, string Host)
{
    public static ProtectionSpace Of(bool isProxy, string realm, SipRequest request) => new(isProxy, realm, isProxy ? "" : HostOf(request));

    public static string HostOf(SipRequest request) => request.RequestUri.Host.ToLowerInvariant();
}

/// <summary>A nonce in use with some credentials: makes answers, each with the next nonce count.</summary>
/// <remarks>Thread-safe: the count is the only thing that changes.</remarks>
internal sealed class DigestSession(ProtectionSpace space, DigestChallenge challenge, SipCredentials credentials, string secretHash, SipRandom random)
{
    private const int ClientNonceLength = 26; // 130 bits

    // The secret of a session form holds the first client nonce; keeping that nonce serves servers that remember it and those that do not.
    private readonly string? _clientNonce = challenge.Algorithm.IsSession() ? random.NextToken(ClientNonceLength) : null;
    private int _count;

    public ProtectionSpace Space => space;

    public DigestChallenge Challenge => challenge;

    public SipCredentials Credentials => credentials;

    public string SecretHash => secretHash;

    /// <summary>What an AKA identity has the network synchronise by; null where it need not.</summary>
    public string? Synchronization { get; init; }

    /// <summary>Whether another session would only begin to count this one's nonce anew, which the server would take for a replay.</summary>
    public bool IsSameAs(DigestSession other) =>
        challenge with { IsStale = false } == other.Challenge with { IsStale = false }
        && secretHash.Equals(other.SecretHash, StringComparison.Ordinal)
        && credentials.UserName.Equals(other.Credentials.UserName, StringComparison.Ordinal);

    /// <summary>The same with the server's next nonce.</summary>
    public DigestSession WithNonce(string nonce) => new(space, challenge with { Nonce = nonce }, credentials, secretHash, random);

    /// <summary>Whether a request's answer was made with this nonce and this secret.</summary>
    public bool HasMade(SipAuthenticationValue answer, SipRequest request) =>
        DigestExchange.TryRead(answer, out var exchange) && exchange.Nonce == challenge.Nonce && exchange.Algorithm == challenge.Algorithm
        && DigestFormula.AreEqual(DigestFormula.Response(exchange, secretHash, request.Method.Name, request.Body.Span), answer["response"] ?? "");

    /// <summary>Makes the value of Authorization or Proxy-Authorization for a request.</summary>
    public SipAuthenticationValue Answer(SipRequest request)
    {
        var protects = challenge.Protection is not DigestProtection.None;
        var exchange = new DigestExchange(
            challenge.Algorithm,
            challenge.Protection,
            challenge.Nonce,
            protects ? _clientNonce ?? random.NextToken(ClientNonceLength) : "",
            protects ? ((uint)Interlocked.Increment(ref _count)).ToString("x8", CultureInfo.InvariantCulture) : "",
            request.RequestUri.ToString());
        var userName = challenge.HidesUserName ? DigestFormula.UserHash(challenge.Algorithm, credentials.UserName, challenge.Realm) : credentials.UserName;

        // What is quoted and what is not: RFC 7616 §3.4, and RFC 3261 §25.1 (dig-resp).
        var parameters = new List<(string Name, string Value, bool IsQuoted)>(11)
        {
            ("username", userName, true),
            ("realm", challenge.Realm, true),
            ("nonce", challenge.Nonce, true),
            ("uri", exchange.Uri, true),
            ("response", DigestFormula.Response(exchange, secretHash, request.Method.Name, request.Body.Span), true),
        };
        if (challenge.AlgorithmName is { } algorithm) parameters.Add(("algorithm", algorithm, false));
        if (protects)
        {
            parameters.Add(("cnonce", exchange.ClientNonce, true));
            parameters.Add(("qop", challenge.Protection.Name(), false));
            parameters.Add(("nc", exchange.NonceCount, false));
        }

        if (challenge.Opaque is { } opaque) parameters.Add(("opaque", opaque, true));
        if (challenge.HidesUserName) parameters.Add(("userhash", "true", false));
        if (Synchronization is { } auts) parameters.Add(("auts", auts, true));
        return new SipAuthenticationValue("Digest", parameters);
    }
}
