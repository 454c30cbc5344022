using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using ModernSip.Errors;

namespace ModernSip.Transport.Streams;

/// <summary>A listening TCP socket, the connections it accepted, and those opened from it.</summary>
internal sealed class TcpBinding : ISipTransportBinding
{
    private static readonly TimeSpan AcceptBackOff = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener;
    private readonly StreamContext _context;
    private readonly LogGate _gate;
    private readonly ConnectionTable _connections;
    private readonly ConcurrentDictionary<IPEndPoint, TcpConnectAttempt> _attempts = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _accepting = Task.CompletedTask;
    private int _disposed;

    public TcpBinding(Socket listener, StreamContext context, LogGate gate)
    {
        _listener = listener;
        _context = context;
        _gate = gate;
        _connections = new ConnectionTable(context.Options);
        LocalEndPoint = (IPEndPoint)listener.LocalEndPoint!; // set, since the socket is bound
    }

    public SipTransportProtocol Protocol => SipTransportProtocol.Tcp;

    public IPEndPoint LocalEndPoint { get; }

    public TransportCounters Counters => _context.Counters;

    /// <summary>The connections that have not ended.</summary>
    public ICollection<StreamFlow> Flows => _connections.Flows;

    private bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    public void Start()
    {
        _context.Logger.Bound(Protocol, LocalEndPoint);
        using (ExecutionContext.SuppressFlow()) _accepting = Task.Run(AcceptAsync);
    }

    public async ValueTask<SipFlow> ConnectAsync(SipTransportTarget target, CancellationToken cancellationToken)
    {
        var remote = target.EndPoint;
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (_connections.Find(remote) is { } open) return open;
        if (remote.AddressFamily != LocalEndPoint.AddressFamily) throw new SipTransportException($"TCP {LocalEndPoint} cannot reach {remote}: another address family");

        remote = new IPEndPoint(remote.Address, remote.Port); // end points can be changed; this one is a key
        var attempt = _attempts.GetOrAdd(remote, static (to, binding) => new TcpConnectAttempt(to, binding._context.Options.ConnectTimeout, binding._context.Time), this);
        attempt.Start(OpenAsync, _stopping.Token);
        return await attempt.Result.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        // Called from inside the receiver, the flow that calls can end only when the receiver has returned.
        var calling = _connections.Flows.FirstOrDefault(static flow => flow.IsDeliveringHere);
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            _listener.Dispose();
        }

        await _accepting.ConfigureAwait(false);
        foreach (var attempt in _attempts.Values) await attempt.Completion.ConfigureAwait(false);

        var flows = _connections.Flows;
        foreach (var flow in flows) flow.End(error: null, EndingManner.Flush);
        foreach (var flow in flows)
        {
            if (flow != calling) await flow.Completion.ConfigureAwait(false);
        }
    }

    private async Task<SipFlow> OpenAsync(IPEndPoint remote, CancellationToken cancellationToken)
    {
        try
        {
            // An attempt may have ended between the caller's look at the table and this one.
            if (_connections.Find(remote) is { } open) return open;
            var socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.NoDelay = true;
                if (!LocalEndPoint.Address.Equals(IPAddress.Any) && !LocalEndPoint.Address.Equals(IPAddress.IPv6Any)) socket.Bind(new IPEndPoint(LocalEndPoint.Address, 0));
                await socket.ConnectAsync(remote, cancellationToken).ConfigureAwait(false);
                return Adopt(socket, remote, accepted: false);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        finally
        {
            _attempts.TryRemove(remote, out _);
        }
    }

    private StreamFlow Adopt(Socket socket, IPEndPoint remote, bool accepted)
    {
        var local = (IPEndPoint)socket.LocalEndPoint!; // set, since the socket is connected
        var flow = new StreamFlow(new NetworkStream(socket, ownsSocket: true), socket, Protocol, local, remote, accepted, _context);
        _context.Logger.Opened(flow, accepted);
        flow.Start(_connections);
        if (IsDisposed) flow.End(error: null, EndingManner.Flush);
        return flow;
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                Welcome(socket);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                break;
            }
            catch (SocketException exception)
            {
                await SurviveAsync(exception).ConfigureAwait(false);
            }
        }

        _context.Logger.Unbound(Protocol, LocalEndPoint);
    }

    private void Welcome(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            var remote = (IPEndPoint)socket.RemoteEndPoint!; // set, since the socket is connected
            var hasRoom = _connections.TryMakeRoom(remote.Address, out var victim);
            if (!hasRoom || victim is not null)
            {
                Counters.CountRefusedConnection();
                if (_gate.TryPass()) _context.Logger.ConnectionRefused(victim?.RemoteEndPoint ?? remote);
            }

            if (!hasRoom)
            {
                socket.Dispose();
                return;
            }

            if (victim is not null)
            {
                victim.End(new SipTransportException($"Closed {victim}: too many connections"), EndingManner.Abort);
                _connections.Retire(victim);
            }

            Adopt(socket, remote, accepted: true);
        }
        catch (SocketException)
        {
            socket.Dispose(); // the peer is gone already
        }
    }

    // No error ends the loop. A lasting one, such as a process out of handles, must not take a whole core.
    private async Task SurviveAsync(SocketException exception)
    {
        Counters.CountReceiveError();
        if (_gate.TryPass()) _context.Logger.AcceptFailed(LocalEndPoint, exception.SocketErrorCode);
        if (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted) return;
        await Task.Delay(AcceptBackOff, _context.Time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
