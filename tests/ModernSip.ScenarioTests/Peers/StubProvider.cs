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

/// <summary>A resolver that knows what the test tells it; without an address of the family that is asked for, none.</summary>
internal sealed class StubResolver(Func<string, CancellationToken, ValueTask<IReadOnlyList<System.Net.IPAddress>>> resolve) : Resolution.ISipDnsResolver
{
    public async ValueTask<IReadOnlyList<System.Net.IPAddress>> ResolveAddressesAsync(string host, System.Net.Sockets.AddressFamily family, CancellationToken cancellationToken) =>
        [.. (await resolve(host, cancellationToken)).Where(address => address.AddressFamily == family)];
}
