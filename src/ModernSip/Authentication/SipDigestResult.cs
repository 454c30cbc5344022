namespace ModernSip.Authentication;

/// <summary>What a <see cref="SipDigestVerifier"/> found in a request.</summary>
/// <param name="Outcome">What it found.</param>
/// <param name="User">The user who was proved; null unless accepted.</param>
public sealed record SipDigestResult(SipDigestOutcome Outcome, string? User = null)
{
    /// <summary>Whether the request is proved to come from <see cref="User"/>.</summary>
    public bool IsAccepted => Outcome is SipDigestOutcome.Accepted;
}

/// <summary>The outcomes of <see cref="SipDigestVerifier.Verify"/>.</summary>
public enum SipDigestOutcome
{
    /// <summary>The request holds no answer for the realm: challenge it.</summary>
    Missing,

    /// <summary>
    /// The password was right; the nonce was too old, was not made here, or its count was used before: challenge with stale set, and the client
    /// answers without asking its user.
    /// </summary>
    Stale,

    /// <summary>The answer is wrong, cannot be read, or is for another Request-URI.</summary>
    Rejected,

    /// <summary>The answer is right.</summary>
    Accepted,
}
