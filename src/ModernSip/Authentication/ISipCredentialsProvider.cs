namespace ModernSip.Authentication;

/// <summary>Supplies credentials when a server asks and none are configured for its realm.</summary>
public interface ISipCredentialsProvider
{
    /// <summary>Gives the credentials for a challenge. What is given is kept for the realm and not asked for again until it is refused.</summary>
    /// <param name="challenge">Who asks, and for which request.</param>
    /// <param name="cancellationToken">Fires when the operation that was challenged is cancelled.</param>
    /// <returns>The credentials, or null to decline: the operation then fails with the response that holds the challenge.</returns>
    /// <remarks>May be called by several operations at the same time.</remarks>
    ValueTask<SipCredentials?> GetCredentialsAsync(SipChallenge challenge, CancellationToken cancellationToken);
}
