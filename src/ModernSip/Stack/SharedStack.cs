using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging;
using ModernSip.Authentication;
using ModernSip.Diagnostics;
using ModernSip.Errors;
using ModernSip.Platform;
using ModernSip.Resolution;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>The one stack of the process: one engine, one set of sockets, whatever the number of clients (A1).</summary>
/// <remarks>It starts with the first connection and stops with the last.</remarks>
internal sealed class SharedStack(StackSettings settings, SipPlatform platform, Func<SipMetrics, IReadOnlyList<ISipTransport>> createTransports, HopResolver resolver, IEnumerable<ISipMessageTap> taps, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly Turns _turns = new(platform.Continuations); // opening and closing take turns; nothing else waits here
    private readonly ILogger _logger = loggers.CreateLogger("ModernSip.Stack");
    private readonly MessageTaps _taps = new(taps, loggers.CreateLogger("ModernSip.Diagnostics"));
    private readonly Dictionary<string, (AccessPoint Point, int Users)> _accessPoints = [];
    private Running? _running;
    private bool _disposed;

    /// <summary>The engine while the stack runs.</summary>
    public TransactionEngine? Engine => _running?.Engine;

    public SipPlatform Platform => platform;

    /// <summary>Opens a connection at a local address; connections at the same one share its sockets.</summary>
    /// <param name="local">The addresses to bind, all to the same port. Port 0 takes a free one.</param>
    /// <param name="connectionSettings">The connection's settings.</param>
    /// <param name="provider">Is asked for credentials; may be null.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="SipTransportException">An address cannot be bound.</exception>
    /// <exception cref="SipConnectionClosedException">The stack was disposed.</exception>
    public async Task<ConnectionContext> OpenAsync(IReadOnlyList<IPEndPoint> local, ConnectionSettings connectionSettings, ISipCredentialsProvider? provider, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_disposed) throw new SipConnectionClosedException("The stack was disposed with its service provider.");
            var running = _running ??= Start();
            return await OpenAccessPointAsync(running, local, point => new ConnectionContext(point, running.Engine, platform, connectionSettings, provider, loggers.CreateLogger("ModernSip.Connection")), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (_accessPoints.Count == 0) await StopAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Closes a connection, and what nobody else uses any more. However often it is called, it happens once, and every call awaits it.</summary>
    public Task CloseAsync(ConnectionContext connection) => connection.CloseOnceAsync(ReleaseAsync);

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
    }

    private async Task ReleaseAsync(ConnectionContext connection)
    {
        using var turn = await _turns.TakeAsync(CancellationToken.None).ConfigureAwait(false);
        var point = connection.AccessPoint;
        point.Remove(connection);
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

    private Running Start()
    {
        var meter = new Meter(SipMetrics.MeterName);
        var metrics = new SipMetrics(meter);
        var engine = new TransactionEngine(platform, settings.Timers, settings.Limits, settings.MessageLimits, static shard => new ShardCore(shard), metrics, _taps, loggers);
        _logger.Started();
        return new Running(engine, createTransports(metrics), meter);
    }

    private async Task StopAsync()
    {
        if (_running is not { } running) return;
        _running = null;
        await running.Engine.DisposeAsync().ConfigureAwait(false);
        running.Meter.Dispose();
        _logger.Stopped();
    }

    private async Task<ConnectionContext> OpenAccessPointAsync(Running running, IReadOnlyList<IPEndPoint> local, Func<AccessPoint, ConnectionContext> create, CancellationToken cancellationToken)
    {
        var key = string.Join(' ', local);
        if (local[0].Port != 0 && _accessPoints.TryGetValue(key, out var entry))
        {
            _accessPoints[key] = (entry.Point, entry.Users + 1);
            return Enter(entry.Point);
        }

        var point = new AccessPoint(local[0].Port == 0 ? $"{key} {platform.Random.NextToken(8)}" : key, running.Engine, resolver, platform.Continuations);
        var connection = Enter(point); // before the sockets receive: the first request may be there as soon as they do
        try
        {
            await BindAsync(point, running.Transports, local, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await point.CloseAsync().ConfigureAwait(false);
            throw;
        }

        _accessPoints.Add(point.Key, (point, 1));
        return connection;

        ConnectionContext Enter(AccessPoint at)
        {
            var entered = create(at);
            at.Add(entered);
            return entered;
        }
    }

    /// <summary>Binds every transport to the same port: peers that are told one address find all transports at it.</summary>
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
                        var binding = await transport.BindAsync(new IPEndPoint(endPoint.Address, port), point, cancellationToken).ConfigureAwait(false);
                        bound.Add(binding);
                        port = binding.LocalEndPoint.Port;
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

    private sealed record Running(TransactionEngine Engine, IReadOnlyList<ISipTransport> Transports, Meter Meter);
}
