using ModernSip.Messages;

namespace ModernSip.Authentication;

/// <summary>Authentication-Info and Proxy-Authentication-Info: the server's proof, and the nonce to use next (RFC 7616 §3.5).</summary>
internal static class AuthenticationInfo
{
    /// <summary>Checks the proof and takes the next nonce. False when the proof is wrong.</summary>
    /// <param name="info">The header's value.</param>
    /// <param name="answers">The answers that the request carried, of the same kind.</param>
    /// <param name="request">The request as it was sent.</param>
    /// <param name="response">The response that holds the header.</param>
    /// <param name="isProxy">Whether it is the proxy form.</param>
    /// <param name="memory">What the account knows.</param>
    public static bool Apply(
        SipAuthenticationValue info, IReadOnlyList<SipAuthenticationValue> answers, SipRequest request, SipResponse response, bool isProxy, AccountMemory memory)
    {
        var proof = info["rspauth"];
        var answer = Match(info, answers);
        if (answer is null || !DigestExchange.TryRead(answer, out var exchange)) return proof is null;
        if (memory.Find(ProtectionSpace.Of(isProxy, answer["realm"] ?? "", request)) is not { } session) return true; // nothing left to check it with
        if (proof is not null && !IsProved(info, proof, exchange, session, response)) return false;

        // Where another request has taken a newer nonce into use meanwhile, that one stays.
        if (info["nextnonce"] is { } next && DigestChallenge.IsAcceptableNonce(next)
            && next != exchange.Nonce && session.Challenge.Nonce == exchange.Nonce) memory.Replace(session, session.WithNonce(next));
        return true;
    }

    // The header has no realm: of several answers, the client nonce tells which one is meant.
    private static SipAuthenticationValue? Match(SipAuthenticationValue info, IReadOnlyList<SipAuthenticationValue> answers)
    {
        if (info["cnonce"] is not { } clientNonce) return answers.Count == 1 ? answers[0] : null;
        return answers.FirstOrDefault(answer => answer["cnonce"] == clientNonce && (info["nc"] is not { } count || answer["nc"] == count));
    }

    private static bool IsProved(SipAuthenticationValue info, string proof, DigestExchange exchange, DigestSession session, SipResponse response)
    {
        if (info["qop"] is { } qop)
        {
            if (!DigestProtections.TryParse(qop, out var protection)) return false;
            exchange = exchange with { Protection = protection };
        }

        return DigestFormula.AreEqual(DigestFormula.Response(exchange, session.SecretHash, "", response.Body.Span), proof);
    }
}
