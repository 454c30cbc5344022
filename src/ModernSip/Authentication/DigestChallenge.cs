using System.Diagnostics.CodeAnalysis;
using ModernSip.Messages;
using ModernSip.Messages.Parsing;

namespace ModernSip.Authentication;

/// <summary>One challenge that can be answered.</summary>
/// <param name="IsProxy">Whether it stood in Proxy-Authenticate.</param>
/// <param name="Realm">The realm.</param>
/// <param name="Nonce">The nonce.</param>
/// <param name="Opaque">Echoed where it was given.</param>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="AlgorithmName">The algorithm as it was given, for it is echoed so; null where it was not given, which means MD5.</param>
/// <param name="Protection">The protection chosen from those offered.</param>
/// <param name="IsStale">Whether only the nonce was refused, not the password.</param>
/// <param name="HidesUserName">Whether the user name is to be hashed (RFC 7616 §3.4.4).</param>
/// <param name="AkaVersion">Whose answers are made by AKA: 1 or 2; 0 for those made with a password.</param>
internal sealed record DigestChallenge(
    bool IsProxy,
    string Realm,
    string Nonce,
    string? Opaque,
    SipDigestAlgorithm Algorithm,
    string? AlgorithmName,
    DigestProtection Protection,
    bool IsStale,
    bool HidesUserName,
    int AkaVersion)
{
    // What is echoed and kept must stay small, whatever a server sends.
    private const int LongestRealm = 1024;
    private const int LongestNonce = 4096;

    /// <summary>Reads a challenge. Where it cannot be answered, <paramref name="problem"/> says why; that is never an error, only a challenge to skip.</summary>
    public static bool TryRead(
        SipAuthenticationValue value,
        bool isProxy,
        SipAuthenticationOptions policy,
        [NotNullWhen(true)] out DigestChallenge? challenge,
        [NotNullWhen(false)] out string? problem)
    {
        (challenge, problem) = Read(value, isProxy, policy);
        return challenge is not null;
    }

    /// <summary>Whether a nonce can be kept and echoed.</summary>
    public static bool IsAcceptableNonce(string nonce) => nonce.Length is > 0 and <= LongestNonce && !Grammar.BreaksLine(nonce);

    private static (DigestChallenge? Challenge, string Problem) Read(SipAuthenticationValue value, bool isProxy, SipAuthenticationOptions policy)
    {
        if (!value.IsDigest) return (null, "The scheme is not Digest.");
        if (value["realm"] is not { } realm) return (null, "The challenge has no realm.");
        if (value["nonce"] is not { Length: > 0 } nonce) return (null, "The challenge has no nonce.");
        if (realm.Length > LongestRealm || Grammar.BreaksLine(realm)) return (null, "The realm is too long or holds control characters.");
        if (!IsAcceptableNonce(nonce)) return (null, "The nonce is too long or holds control characters.");
        var opaque = value["opaque"];
        if (opaque is not null && (opaque.Length > LongestNonce || Grammar.BreaksLine(opaque))) return (null, "The opaque value is too long or holds control characters.");

        var algorithmName = value["algorithm"];
        var (akaVersion, digestName) = AkaDigest.Split(algorithmName ?? "MD5");
        if (!DigestAlgorithms.TryParse(digestName, out var algorithm)) return (null, "The algorithm is not known.");
        if (algorithm.Strength() < policy.MinimumAlgorithm.Strength()) return (null, "The algorithm is weaker than the policy allows.");
        if (!DigestProtections.TryChoose(value["qop"], out var protection)) return (null, "No known quality of protection is offered.");
        if (protection is DigestProtection.None && policy.RequireQop) return (null, "No quality of protection is offered, and the policy requires one.");

        // A session hash needs a client nonce, which must not be sent unless qop was (RFC 7616 §3.4).
        if (protection is DigestProtection.None && algorithm.IsSession()) return (null, "A session algorithm is offered without quality of protection.");

        // With MD5 the hash of a user name hides nothing.
        var hidesUserName = IsTrue(value["userhash"]) && algorithm.Strength() > SipDigestAlgorithm.Md5.Strength();
        var challenge = new DigestChallenge(isProxy, realm, nonce, opaque, algorithm, algorithmName, protection, IsTrue(value["stale"]), hidesUserName, akaVersion);
        return (challenge, "");
    }

    private static bool IsTrue(string? flag) => "true".Equals(flag, StringComparison.OrdinalIgnoreCase);
}
