using ModernSip.Messages;

namespace ModernSip.Authentication;

/// <summary>What one request's answer is computed from, beside the secret, the method and the body.</summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Protection">The protection (qop).</param>
/// <param name="Nonce">The server's nonce.</param>
/// <param name="ClientNonce">The client's nonce; empty without qop.</param>
/// <param name="NonceCount">The nonce count as it stands on the wire; empty without qop.</param>
/// <param name="Uri">The uri parameter as it stands on the wire.</param>
internal readonly record struct DigestExchange(
    SipDigestAlgorithm Algorithm, DigestProtection Protection, string Nonce, string ClientNonce, string NonceCount, string Uri)
{
    /// <summary>Reads the parameters of an Authorization value. False where one is missing or unknown.</summary>
    public static bool TryRead(SipAuthenticationValue value, out DigestExchange exchange)
    {
        exchange = default;
        if (!value.IsDigest || value["nonce"] is not { } nonce || value["uri"] is not { } uri) return false;
        if (!DigestAlgorithms.TryParse(AkaDigest.Split(value["algorithm"] ?? "MD5").Digest, out var algorithm)) return false;
        var protection = DigestProtection.None;
        if (value["qop"] is { } qop && !DigestProtections.TryParse(qop, out protection)) return false;
        var (cnonce, count) = (value["cnonce"], value["nc"]);
        if (protection is not DigestProtection.None && (cnonce is null || count is null)) return false;
        if (algorithm.IsSession() && cnonce is null) return false;
        exchange = new DigestExchange(algorithm, protection, nonce, cnonce ?? "", count ?? "", uri);
        return true;
    }
}
