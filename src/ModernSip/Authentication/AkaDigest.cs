using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace ModernSip.Authentication;

/// <summary>Digest with passwords made by AKA: the nonce holds the network's challenge, the answer to it is the password (RFC 3310 §3, RFC 4169 §3).</summary>
internal static class AkaDigest
{
    private const int ChallengeLength = 32; // RAND and AUTN; what follows is the server's own

    /// <summary>Which version an algorithm's name asks for, and the digest algorithm behind it; version 0 for plain digest.</summary>
    public static (int Version, string Digest) Split(string algorithm) =>
        algorithm.StartsWith("AKAv1-", StringComparison.OrdinalIgnoreCase) ? (1, algorithm[6..])
        : algorithm.StartsWith("AKAv2-", StringComparison.OrdinalIgnoreCase) ? (2, algorithm[6..])
        : (0, algorithm);

    /// <summary>Answers a nonce. Null where it holds no challenge, or the network did not prove itself.</summary>
    public static SipAkaAnswer? Answer(ISipAkaIdentity identity, string nonce)
    {
        Span<byte> challenge = stackalloc byte[4096];
        return Convert.TryFromBase64String(nonce, challenge, out var length) && length >= ChallengeLength
            ? identity.Answer(challenge[..16], challenge[16..ChallengeLength])
            : null;
    }

    /// <summary>H(user ":" realm ":" password); the password is empty where the network is to synchronise.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "The algorithm is named by RFC 4169.")]
    public static string SecretHash(SipDigestAlgorithm algorithm, int version, string userName, string realm, SipAkaAnswer answer)
    {
        byte[] password = answer.Response.ToArray();
        if (version == 2 && answer.Synchronization is null)
        {
            byte[] key = [.. password, .. answer.IntegrityKey.Span, .. answer.CipherKey.Span];
            password = Encoding.ASCII.GetBytes(Convert.ToBase64String(HMACMD5.HashData(key, "http-digest-akav2-password"u8)));
        }

        return algorithm.Hash([.. Encoding.UTF8.GetBytes($"{userName}:{realm}:"), .. password]);
    }
}
