using System.Security.Cryptography;
using System.Text;

namespace ModernSip.Authentication;

/// <summary>The arithmetic of RFC 7616 §3.4, for both sides.</summary>
internal static class DigestFormula
{
    /// <summary>H(user ":" realm ":" password): what a password is worth in one realm with one algorithm.</summary>
    public static string SecretHash(SipDigestAlgorithm algorithm, string userName, string realm, string password) =>
        HashText(algorithm, $"{userName}:{realm}:{password}");

    /// <summary>The user name that hides itself (RFC 7616 §3.4.4).</summary>
    public static string UserHash(SipDigestAlgorithm algorithm, string userName, string realm) => HashText(algorithm, $"{userName}:{realm}");

    /// <summary>The value of response (RFC 7616 §3.4.1); of rspauth where <paramref name="method"/> is empty (§3.5).</summary>
    /// <param name="exchange">What both sides said.</param>
    /// <param name="secretHash">What the password is worth.</param>
    /// <param name="method">The method.</param>
    /// <param name="body">The body.</param>
    /// <param name="agreement">For d-ver: the server's list of security mechanisms, which is proved along (RFC 3329 §2.2); null for the response itself.</param>
    public static string Response(in DigestExchange exchange, string secretHash, string method, ReadOnlySpan<byte> body, string? agreement = null)
    {
        var algorithm = exchange.Algorithm;
        var a1 = algorithm.IsSession() ? HashText(algorithm, $"{secretHash}:{exchange.Nonce}:{exchange.ClientNonce}") : secretHash;
        var a2 = exchange.Protection is DigestProtection.AuthInt ? $"{method}:{exchange.Uri}:{algorithm.Hash(body)}" : $"{method}:{exchange.Uri}";
        if (agreement is not null) a2 += ":" + agreement;
        return exchange.Protection is DigestProtection.None
            ? HashText(algorithm, $"{a1}:{exchange.Nonce}:{HashText(algorithm, a2)}") // RFC 2069 §2.1.2
            : HashText(algorithm, $"{a1}:{exchange.Nonce}:{exchange.NonceCount}:{exchange.ClientNonce}:{exchange.Protection.Name()}:{HashText(algorithm, a2)}");
    }

    /// <summary>Compares without telling by its duration how much was right.</summary>
    public static bool AreEqual(string expected, string received) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(received.ToLowerInvariant()));

    private static string HashText(SipDigestAlgorithm algorithm, string text) => algorithm.Hash(Encoding.UTF8.GetBytes(text));
}
