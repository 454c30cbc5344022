using ModernSip.Errors;
using ModernSip.Platform;

namespace ModernSip.Stack.Connections;

/// <summary>Lets the states of connections follow the network: lost with the interface or the address, bound anew when it is there again (A4).</summary>
/// <param name="platform">Its monitor, its clock, and where a look at the network runs.</param>
/// <param name="turns">Whoever has the turn may change the access points.</param>
/// <param name="points">The access points; asked for in a turn.</param>
/// <param name="rebind">Binds an access point anew; called in a turn.</param>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "What is watched ends with the last connection, by StopAsync.")]
internal sealed class NetworkFollower(SipPlatform platform, Turns turns, Func<IReadOnlyList<AccessPoint>> points, Func<AccessPoint, CancellationToken, Task> rebind)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private readonly OwnedTasks _tasks = new();
    private CancellationTokenSource? _watching;
    private IDisposable? _watch;
    private int _isLookDue;

    /// <summary>Begins to watch, where there is something to watch. Called in a turn.</summary>
    public void Start()
    {
        if (_watch is not null || platform.Network is not { } network) return;
        _watching = new CancellationTokenSource();
        _watch = network.Watch(OnChanged, platform.Time);
    }

    /// <summary>Ends the watching. Called in a turn; a look that waits for one gives up.</summary>
    public async Task StopAsync()
    {
        if (_watching is null) return;
        _watch?.Dispose();
        await _watching.CancelAsync(platform.Continuations).ConfigureAwait(false);
        _watching.Dispose();
        (_watch, _watching) = (null, null);
    }

    /// <summary>Waits for the last look. Called outside of turns.</summary>
    public Task WhenEndedAsync() => _tasks.WhenAllEndedAsync();

    /// <summary>Takes an access point whose network is back to use. Called in a turn.</summary>
    /// <exception cref="SipTransportException">The network is still not there, or the address cannot be bound.</exception>
    public async Task RestoreAsync(AccessPoint point, CancellationToken cancellationToken)
    {
        await rebind(point, cancellationToken).ConfigureAwait(false);
        point.IsLost = false;
        foreach (var connection in point.Connections) connection.Standing.Apply(ConnectionInput.Rebound, null, out _);
    }

    private void OnChanged()
    {
        // Changes come in bunches; one look sees them all. It runs where a simulation can order it.
        if (Interlocked.Exchange(ref _isLookDue, 1) == 0) platform.Continuations.Post(static follower => ((NetworkFollower)follower!).Look(), this);
    }

    private void Look()
    {
        if (Volatile.Read(ref _watching) is not { } watching) return;
        try
        {
            _tasks.Own(LookAsync(platform.Network!, watching.Token)); // there is a monitor, since it is watched
        }
        catch (ObjectDisposedException)
        {
            // The watching ended just now.
        }
    }

    private async Task LookAsync(SipNetworkMonitor network, CancellationToken stop)
    {
        try
        {
            List<(ConnectionContext Connection, ActivePeriod Period, Exception Cause)> ended;
            using (await turns.TakeAsync(stop).ConfigureAwait(false))
            {
                Interlocked.Exchange(ref _isLookDue, 0); // before looking: what changes from now on is seen by the next look
                ended = Lose(network.GetInterfaces());
            }

            // The application's callbacks run in there, and may need a turn.
            foreach (var (connection, period, cause) in ended) await connection.EndAsync(period, cause).ConfigureAwait(false);
            using (await turns.TakeAsync(stop).ConfigureAwait(false))
            {
                foreach (var point in points().Where(static point => point.IsLost)) await TryRestoreAsync(point, stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The last connection closed: nothing is left that could follow.
        }
    }

    private List<(ConnectionContext Connection, ActivePeriod Period, Exception Cause)> Lose(IReadOnlyList<SipNetworkInterface> interfaces)
    {
        var ended = new List<(ConnectionContext Connection, ActivePeriod Period, Exception Cause)>();
        foreach (var point in points())
        {
            if (point.IsLost || point.Local.WhyLost(interfaces, point.Basis) is not { } reason) continue;
            point.IsLost = true;
            foreach (var connection in point.Connections)
            {
                var cause = new SipTransportException($"The network of {point.Local} is lost: {reason}.");
                connection.Standing.Apply(ConnectionInput.NetworkLost, cause, out var period);
                connection.Logger.NetworkLost(point.Key, reason);
                if (period is not null) ended.Add((connection, period, cause));
            }
        }

        return ended;
    }

    private async Task TryRestoreAsync(AccessPoint point, CancellationToken stop)
    {
        try
        {
            await RestoreAsync(point, stop).ConfigureAwait(false);
            foreach (var connection in point.Connections) connection.Logger.NetworkRestored(point.Key);
        }
#pragma warning disable CA1031 // A transport may be the application's: whatever it throws means that the connection stays without a network for now.
        catch (Exception exception) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // The network's next change, or the next look in a while, tries again.
            foreach (var connection in point.Connections) connection.Logger.StillWithoutNetwork(point.Key, exception.Message);
            _tasks.Own(LookLaterAsync(stop));
        }
    }

    private async Task LookLaterAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(RetryInterval, platform.Time, stop).ConfigureAwait(false);
            OnChanged();
        }
        catch (OperationCanceledException)
        {
            // The watching ended.
        }
    }
}
