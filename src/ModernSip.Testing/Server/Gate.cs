using ModernSip.Authentication;
using ModernSip.Messages;

namespace ModernSip.Testing.Server;

/// <summary>Lets those in who prove an account (RFC 3261 §22).</summary>
internal sealed class Gate(SipDigestVerifier verifier, IReadOnlyDictionary<string, string> accounts, IReadOnlyList<SipDigestAlgorithm> algorithms)
{
    /// <summary>Whether there is such an account.</summary>
    public bool Knows(string? user) => user is not null && accounts.ContainsKey(user);

    /// <summary>Checks the credentials of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isProxy">Whether to ask as a proxy, with 407.</param>
    /// <param name="user">The account that was proved.</param>
    /// <returns>The challenge to answer with; null where the request is proved.</returns>
    public SipResponse? Check(SipRequest request, bool isProxy, out string? user)
    {
        var result = verifier.Verify(request, accounts.GetValueOrDefault, isProxy);
        user = result.User;
        return result.IsAccepted ? null : verifier.Challenge(request, algorithms, isProxy, isStale: result.Outcome is SipDigestOutcome.Stale);
    }
}
