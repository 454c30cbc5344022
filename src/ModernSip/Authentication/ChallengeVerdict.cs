namespace ModernSip.Authentication;

/// <summary>What to do about a challenged request.</summary>
internal abstract record ChallengeVerdict
{
    private ChallengeVerdict()
    {
    }

    /// <summary>Everything is known: send again with <see cref="DigestClient.Authorize"/>.</summary>
    internal sealed record Retry : ChallengeVerdict;

    /// <summary>Ask the application, hand over what it gives to <see cref="DigestClient.Supply"/>, then as <see cref="Retry"/>.</summary>
    /// <param name="Missing">One for each realm without credentials.</param>
    internal sealed record Ask(IReadOnlyList<SipChallenge> Missing) : ChallengeVerdict;

    /// <summary>The response is final.</summary>
    /// <param name="Reason">Why, for people; never a secret.</param>
    internal sealed record GiveUp(string Reason) : ChallengeVerdict;
}
