namespace ModernSip.Authentication;

/// <summary>What a digest covers (qop, RFC 7616 §3.3).</summary>
internal enum DigestProtection
{
    /// <summary>Method and URI, without client nonce and count (RFC 2069).</summary>
    None,

    /// <summary>Method and URI.</summary>
    Auth,

    /// <summary>Method, URI and body.</summary>
    AuthInt,
}

/// <summary>The tokens of <see cref="DigestProtection"/>.</summary>
internal static class DigestProtections
{
    public static string Name(this DigestProtection protection) => protection is DigestProtection.AuthInt ? "auth-int" : "auth";

    public static bool TryParse(string token, out DigestProtection protection)
    {
        protection = token.Equals("auth", StringComparison.OrdinalIgnoreCase) ? DigestProtection.Auth
            : token.Equals("auth-int", StringComparison.OrdinalIgnoreCase) ? DigestProtection.AuthInt
            : DigestProtection.None;
        return protection is not DigestProtection.None;
    }

    /// <summary>
    /// Chooses from the list of a challenge: auth where it is offered, for auth-int breaks as soon as anything on the way touches the body.
    /// False where the list holds nothing known; no list at all means <see cref="DigestProtection.None"/>.
    /// </summary>
    public static bool TryChoose(string? list, out DigestProtection chosen)
    {
        chosen = DigestProtection.None;
        if (string.IsNullOrWhiteSpace(list)) return true;
        foreach (var token in list.Split(',', StringSplitOptions.TrimEntries))
        {
            if (TryParse(token, out var protection) && chosen is not DigestProtection.Auth) chosen = protection;
        }

        return chosen is not DigestProtection.None;
    }
}
