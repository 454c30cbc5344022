using ModernSip.Authentication;

namespace ModernSip.ScenarioTests.Peers;

/// <summary>A credentials provider that does as the test says, and counts.</summary>
internal sealed class StubProvider(Func<SipChallenge, CancellationToken, ValueTask<SipCredentials?>> give) : ISipCredentialsProvider
{
    private readonly TaskCompletionSource _asked = new();

    public List<SipChallenge> Challenges { get; } = [];

    /// <summary>Ends with the first question.</summary>
    public Task Asked => _asked.Task;

    public ValueTask<SipCredentials?> GetCredentialsAsync(SipChallenge challenge, CancellationToken cancellationToken)
    {
        Challenges.Add(challenge);
        _asked.TrySetResult();
        return give(challenge, cancellationToken);
    }
}

/// <summary>A resolver that knows what the test tells it.</summary>
internal sealed class StubResolver(Func<string, CancellationToken, ValueTask<IReadOnlyList<System.Net.IPAddress>>> resolve) : Resolution.ISipDnsResolver
{
    public ValueTask<IReadOnlyList<System.Net.IPAddress>> ResolveAddressesAsync(string host, CancellationToken cancellationToken) => resolve(host, cancellationToken);
}
