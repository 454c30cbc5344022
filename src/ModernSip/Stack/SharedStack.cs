using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging;
using ModernSip.Authentication;
using ModernSip.Diagnostics;
using ModernSip.Errors;
using ModernSip.Platform;
using ModernSip.Resolution;
using ModernSip.Stack.Connections;
using ModernSip.Stack.Overload;
using ModernSip.Stack.Routing;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>The one stack of the process: one engine, one set of sockets, whatever the number of clients (A1).</summary>
/// <remarks>It starts with the first connection and stops with the last.</remarks>
internal sealed class SharedStack(StackSettings settings, SipPlatform platform, Func<SipMetrics, IReadOnlyList<ISipTransport>> createTransports, HopResolver resolver, IEnumerable<ISipMessageTap> taps, LadderRecorder ladders, Meter meter, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly Turns _turns = new(platform.Continuations); // opening and closing take turns; nothing else waits here
    private readonly ILogger _logger = loggers.CreateLogger("ModernSip.Stack");
    private readonly MessageTaps _taps = new(taps, settings.ShowsCredentials, loggers.CreateLogger("ModernSip.Diagnostics"), ladders);
    private readonly Dictionary<string, (AccessPoint Point, int Users)> _accessPoints = [];
    private ImmutableList<ConnectionContext> _connections = []; // for those who look
    private NetworkFollower? _follower;
    private SipMetrics? _metrics;
    private Running? _running;
    private bool _disposed;

    /// <summary>The clients that were registered, whether or not they have a connection.</summary>
    public Func<IReadOnlyList<DeclaredClient>> Declared { get; init; } = static () => [];

    /// <summary>Who looks at what the stack answers by itself.</summary>
    public IAnswerWatch? AnswerWatch { get; init; }

    /// <summary>The engine while the stack runs.</summary>
    public TransactionEngine? Engine => _running?.Engine;

    public SipPlatform Platform => platform;

    /// <summary>The open connections, in the order of their opening.</summary>
    public IReadOnlyList<ConnectionContext> Connections => Volatile.Read(ref _connections);

    /// <summary>Opens a connection at a local address; connections at the same one share its sockets.</summary>
    /// <param name="local">The address, the interface or the default route to use.</param>
    /// <param name="connectionSettings">The connection's settings.</param>
    /// <param name="provider">Is asked for credentials; may be null.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="SipTransportException">The address cannot be bound, or its network is down.</exception>
    /// <exception cref="SipConnectionClosedException">The stack was disposed.</exception>
    public async Task<ConnectionContext> OpenAsync(LocalPoint local, ConnectionSettings connectionSettings, ISipCredentialsProvider? provider, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_disposed) throw new SipConnectionClosedException("The stack was disposed with its service provider.");
            var running = _running ??= Start();
            var connection = await OpenAccessPointAsync(running, local, point => new ConnectionContext(point, running.Engine, platform, connectionSettings, provider, loggers.CreateLogger("ModernSip.Connection")), cancellationToken).ConfigureAwait(false);
            connection.Standing.Apply(ConnectionInput.Opened, null, out _);
            ImmutableInterlocked.Update(ref _connections, static (list, opened) => list.Add(opened), connection);
            return connection;
        }
        finally
        {
            if (_accessPoints.Count == 0) await StopAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Closes a connection, and what nobody else uses any more. However often it is called, it happens once, and every call awaits it.</summary>
    public Task CloseAsync(ConnectionContext connection) => connection.CloseOnceAsync(ReleaseAsync);

    /// <summary>Binds the sockets of an inactive connection anew and takes it back to use; an active one is left as it is (A5).</summary>
    /// <exception cref="SipTransportException">The network is still not there, or the address cannot be bound.</exception>
    /// <exception cref="InvalidOperationException">The connection is suspended.</exception>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public async Task RefreshAsync(ConnectionContext connection, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        connection.ThrowIfClosed();
        if (connection.Standing.Phase == ConnectionPhase.Suspended) throw new InvalidOperationException("The connection is suspended: resume it.");
        if (connection.AccessPoint.IsLost) await Follower.RestoreAsync(connection.AccessPoint, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes what is still open. What is disposed later finds itself closed.</summary>
    public async ValueTask DisposeAsync()
    {
        List<ConnectionContext> open;
        using (await _turns.TakeAsync(CancellationToken.None).ConfigureAwait(false))
        {
            _disposed = true;
            open = [.. _accessPoints.Values.SelectMany(static entry => entry.Point.Connections)];
        }

        foreach (var connection in open) await CloseAsync(connection).ConfigureAwait(false);
        if (_follower is { } follower) await follower.WhenEndedAsync().ConfigureAwait(false);
        meter.Dispose();
    }

    private NetworkFollower Follower => _follower ??= new NetworkFollower(platform, _turns, () => [.. _accessPoints.Values.Select(static entry => entry.Point)], RebindAsync);

    private async Task ReleaseAsync(ConnectionContext connection)
    {
        using var turn = await _turns.TakeAsync(CancellationToken.None).ConfigureAwait(false);
        var point = connection.AccessPoint;
        point.Remove(connection);
        ImmutableInterlocked.Update(ref _connections, static (list, closed) => list.Remove(closed), connection);
        var (_, users) = _accessPoints[point.Key];
        if (users > 1)
        {
            _accessPoints[point.Key] = (point, users - 1);
            return;
        }

        _accessPoints.Remove(point.Key);
        await point.CloseAsync().ConfigureAwait(false);
        if (_accessPoints.Count == 0) await StopAsync().ConfigureAwait(false);
    }

    /// <summary>The instruments outlive a stop of the stack: what they count goes on with the next start.</summary>
    private SipMetrics Measure()
    {
        SipMetrics.Observe(meter, Count);
        return new SipMetrics(meter);
    }

    private StackCounts Count()
    {
        if (Volatile.Read(ref _running) is not { } running) return default;
        var counts = default(StackCounts);
        foreach (var shard in running.Engine.Shards)
        {
            var (clients, servers) = (shard.Clients, shard.Servers);
            counts = new StackCounts(
                counts.ClientInvites + clients.InviteCount,
                counts.ClientOthers + clients.Count - clients.InviteCount,
                counts.ServerInvites + servers.InviteCount,
                counts.ServerOthers + servers.Count - servers.InviteCount,
                counts.Dialogs + ((ShardCore)shard.Core).DialogCount,
                counts.Timers + shard.PendingTimers,
                counts.Queued + shard.QueueLength);
        }

        return counts;
    }

    private Running Start()
    {
        _metrics ??= Measure();
        var metrics = _metrics;
        var engine = new TransactionEngine(platform, settings.Timers, settings.Limits, settings.MessageLimits, static shard => new ShardCore(shard), metrics, _taps, loggers)
        {
            AnswerWatch = AnswerWatch,
            Gate = settings.MaxRequestsPerSource == 0 ? null : new SourceGate(settings.MaxRequestsPerSource, platform.Time),
        };
        _logger.Started();
        return new Running(engine, createTransports(metrics));
    }

    private async Task StopAsync()
    {
        if (_running is not { } running) return;
        _running = null;
        if (_follower is { } follower) await follower.StopAsync().ConfigureAwait(false);
        await running.Engine.DisposeAsync().ConfigureAwait(false);
        _logger.Stopped();
    }

    private async Task<ConnectionContext> OpenAccessPointAsync(Running running, LocalPoint local, Func<AccessPoint, ConnectionContext> create, CancellationToken cancellationToken)
    {
        var key = local.ToString();
        if (local.Port != 0 && _accessPoints.TryGetValue(key, out var entry))
        {
            if (entry.Point.IsLost) await Follower.RestoreAsync(entry.Point, cancellationToken).ConfigureAwait(false);
            _accessPoints[key] = (entry.Point, entry.Users + 1);
            return Enter(entry.Point);
        }

        var access = Look(local);
        if (access is { Problem: { } problem, IsUnknown: false }) throw new SipTransportException($"There is no network for {local}: {problem}.");
        var point = new AccessPoint(local.Port == 0 ? $"{key} {platform.Random.NextToken(8)}" : key, local, running.Engine, resolver, platform.Continuations)
        {
            Overload = settings.ControlsOverload ? new OverloadControl(platform) : null,
            Declared = local.Port == 0 ? [] : [.. Declared().Where(client => client.Local == local && client.Capabilities.IsDeclared)], // nobody else comes to a port that was free
        };
        var connection = Enter(point); // before the sockets receive: the first request may be there as soon as they do
        try
        {
            await BindAsync(point, running.Transports, access.EndPoints, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await point.CloseAsync().ConfigureAwait(false);
            throw;
        }

        point.Basis = access.Basis;
        if (point.Basis.Count > 0) Follower.Start();
        _accessPoints.Add(point.Key, (point, 1));
        return connection;

        ConnectionContext Enter(AccessPoint at)
        {
            var entered = create(at);
            at.Add(entered);
            return entered;
        }
    }

    private LocalAccess Look(LocalPoint local) => local.Resolve(local.CanBeLost ? platform.Network?.GetInterfaces() : null);

    /// <summary>Closes the sockets of an access point and binds new ones, to the same port where that can be.</summary>
    private async Task RebindAsync(AccessPoint point, CancellationToken cancellationToken)
    {
        var (access, transports) = (Look(point.Local), _running!.Transports); // it runs while there are access points
        if (access.Problem is { } problem) throw new SipTransportException($"There is no network for {point.Local}: {problem}.");
        await point.UnbindAsync().ConfigureAwait(false);
        try
        {
            await BindAsync(point, transports, At(point.Port), cancellationToken).ConfigureAwait(false);
        }
        catch (SipTransportException) when (point.Local.Port == 0)
        {
            await BindAsync(point, transports, At(0), cancellationToken).ConfigureAwait(false); // another program has the port now, and none was asked for
        }

        point.Basis = access.Basis;

        IReadOnlyList<IPEndPoint> At(int port) => [.. access.EndPoints.Select(endPoint => new IPEndPoint(endPoint.Address, port))];
    }

    /// <summary>
    /// Binds every transport to the same port, and TLS to the next one, as 5060 and 5061: peers that are told one address find all transports at it.
    /// </summary>
    private static async Task BindAsync(AccessPoint point, IReadOnlyList<ISipTransport> transports, IReadOnlyList<IPEndPoint> local, CancellationToken cancellationToken)
    {
        const int Attempts = 16; // a free UDP port need not be free for TCP
        for (var attempt = 1; ; attempt++)
        {
            var port = local[0].Port;
            var bound = new List<ISipTransportBinding>();
            try
            {
                foreach (var transport in transports)
                {
                    foreach (var endPoint in local)
                    {
                        var own = transport.Protocol == SipTransportProtocol.Tls && port != 0 ? port + 1 : port;
                        if (own > IPEndPoint.MaxPort) throw new SipTransportException($"Cannot bind TLS {endPoint.Address}: there is no port above {port}");
                        var binding = await transport.BindAsync(new IPEndPoint(endPoint.Address, own), point, cancellationToken).ConfigureAwait(false);
                        bound.Add(binding);
                        if (port == 0) port = binding.LocalEndPoint.Port;
                    }
                }

                bound.ForEach(point.Add);
                return;
            }
            catch (SipTransportException) when (local[0].Port == 0 && attempt < Attempts)
            {
                foreach (var binding in bound) await binding.DisposeAsync().ConfigureAwait(false);
            }
            catch
            {
                foreach (var binding in bound) await binding.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private sealed record Running(TransactionEngine Engine, IReadOnlyList<ISipTransport> Transports);
}
