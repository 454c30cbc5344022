using ModernSip.Errors;
using ModernSip.Platform;

namespace ModernSip.Profiles;

/// <summary>The connections of the profiles: one for each local address, opened when a profile first needs it, and again where it was closed.</summary>
internal sealed class ProfileConnections(ISipClient client, SipPlatform platform) : IAsyncDisposable
{
    private const int Crowd = 100;

    private readonly Dictionary<string, SipConnection> _open = new(StringComparer.Ordinal);
    private readonly Turns _turns = new(platform.Continuations);
    private int _users;

    /// <summary>How long one of those that use these connections waits before it registers: many that start, or lost their network, at once come one after the other.</summary>
    public TimeSpan Spread => TimeSpan.FromMilliseconds(10 * Volatile.Read(ref _users)) * platform.Random.NextDouble();

    /// <summary>How much of the granted time passes before the first refresh: a crowd that begins at once comes back over all of that time.</summary>
    public double? FirstRefreshFraction => Volatile.Read(ref _users) < Crowd ? null : 0.1 + (0.8 * platform.Random.NextDouble());

    public void Enter() => Interlocked.Increment(ref _users);

    public void Leave() => Interlocked.Decrement(ref _users);

    /// <summary>A connection that is active.</summary>
    /// <exception cref="SipException">It cannot be opened.</exception>
    public async Task<SipConnection> GetActiveAsync(string? localAddress, CancellationToken cancellationToken)
    {
        var connection = await GetAsync(localAddress ?? "", cancellationToken).ConfigureAwait(false);
        await connection.WaitForStateAsync(SipConnectionState.Active, cancellationToken).ConfigureAwait(false);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        using var turn = await _turns.TakeAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var connection in _open.Values) await connection.DisposeAsync().ConfigureAwait(false);
        _open.Clear();
    }

    private async Task<SipConnection> GetAsync(string localAddress, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        if (_open.TryGetValue(localAddress, out var open) && open.State is not SipConnectionState.Unavailable) return open;
        if (open is not null) await open.DisposeAsync().ConfigureAwait(false);
        return _open[localAddress] = localAddress.Length == 0
            ? await client.ConnectAsync(cancellationToken).ConfigureAwait(false)
            : await client.ConnectAsync(localAddress, cancellationToken).ConfigureAwait(false);
    }
}
