using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using ModernSip.Errors;

namespace ModernSip.Transport.Streams;

/// <summary>A local address for connections: the socket that listens there if there is one, the connections it accepted, and those opened from it.</summary>
internal sealed class ConnectionBinding : ISipTransportBinding
{
    private static readonly TimeSpan AcceptBackOff = TimeSpan.FromMilliseconds(100);

    private readonly Socket? _listener;
    private readonly IFlowMaker _maker;
    private readonly StreamContext _context;
    private readonly ConnectionTable _connections;
    private readonly ConcurrentDictionary<SipTransportTarget, ConnectAttempt> _attempts = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _accepting = Task.CompletedTask;
    private int _disposed;

    /// <param name="listener">The listening socket; null where connections are only opened.</param>
    /// <param name="local">The address; where nothing listens its port is 0.</param>
    /// <param name="maker">Makes the flows.</param>
    /// <param name="context">What the flows share.</param>
    public ConnectionBinding(Socket? listener, IPEndPoint local, IFlowMaker maker, StreamContext context)
    {
        _listener = listener;
        _maker = maker;
        _context = context;
        _connections = new ConnectionTable(context.Options);
        LocalEndPoint = (IPEndPoint?)listener?.LocalEndPoint ?? new IPEndPoint(local.Address, 0);
    }

    public SipTransportProtocol Protocol => _maker.Protocol;

    public IPEndPoint LocalEndPoint { get; }

    public TransportCounters Counters => _context.Counters;

    /// <summary>The connections that have not ended.</summary>
    public ICollection<ConnectionFlow> Flows => _connections.Flows;

    private bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    public void Start()
    {
        _context.Acceptor?.Add(this);
        if (_listener is null) return;
        _context.Logger.Bound(Protocol, LocalEndPoint);
        using (ExecutionContext.SuppressFlow()) _accepting = Task.Run(() => AcceptAsync(_listener));
    }

    public async ValueTask<SipFlow> ConnectAsync(SipTransportTarget target, CancellationToken cancellationToken)
    {
        var remote = target.EndPoint;
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (_connections.Find(remote, target.HostName) is { } open) return open;
        if (remote.AddressFamily != LocalEndPoint.AddressFamily) throw new SipTransportException($"{Protocol.ToViaToken()} {LocalEndPoint} cannot reach {remote}: another address family");

        target = target with { EndPoint = new IPEndPoint(remote.Address, remote.Port) }; // end points can be changed; this one is a key
        while (true)
        {
            var attempt = _attempts.GetOrAdd(target, static (to, binding) => new ConnectAttempt(binding.Protocol, to, binding._context.Options.ConnectTimeout, binding._context.Time), this);
            if (attempt.TryJoin())
            {
                attempt.Start(OpenAsync, _stopping.Token);
                return await attempt.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            Forget(attempt); // the last who waited for it has just given it up
        }
    }

    /// <summary>Takes over a connection that another server accepted.</summary>
    /// <returns>Its flow; null where there are too many.</returns>
    public ConnectionFlow? TryAdopt(IPEndPoint remote, Func<StreamContext, ConnectionFlow> make) => !IsDisposed && HasRoomFor(remote) ? Adopt(make(_context)) : null;

    /// <summary>The open flow to a target; null where there is none.</summary>
    public ConnectionFlow? FindOpen(SipTransportTarget target) => _connections.Find(target.EndPoint, target.HostName);

    /// <summary>The open flow that a peer is to be reached by under a name of its own, where it said so.</summary>
    public SipFlow? FindAlias(string hostName, int port) => _connections.FindAlias(hostName, port);

    public async ValueTask DisposeAsync()
    {
        // Called from inside the receiver, the flow that calls can end only when the receiver has returned.
        var calling = _connections.Flows.FirstOrDefault(static flow => flow.IsDeliveringHere);
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _context.Acceptor?.Remove(this);
            await _stopping.CancelAsync().ConfigureAwait(false);
            _listener?.Dispose();
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

    private async Task<SipFlow> OpenAsync(ConnectAttempt attempt, CancellationToken cancellationToken)
    {
        var target = attempt.Target;
        try
        {
            // An attempt may have ended between the caller's look at the table and this one.
            if (_connections.Find(target.EndPoint, target.HostName) is { } open) return open;
            var socket = new Socket(target.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.NoDelay = true;
                if (!LocalEndPoint.Address.Equals(IPAddress.Any) && !LocalEndPoint.Address.Equals(IPAddress.IPv6Any)) socket.Bind(new IPEndPoint(LocalEndPoint.Address, 0));
                await socket.ConnectAsync(target.EndPoint, cancellationToken).ConfigureAwait(false);
                return Adopt(await _maker.OpenAsync(socket, target, cancellationToken).ConfigureAwait(false));
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        finally
        {
            Forget(attempt);
        }
    }

    private void Forget(ConnectAttempt attempt) => _attempts.TryRemove(new KeyValuePair<SipTransportTarget, ConnectAttempt>(attempt.Target, attempt));

    private ConnectionFlow Adopt(ConnectionFlow flow)
    {
        _context.Logger.Opened(flow, flow.IsAccepted);
        flow.Start(_connections);
        if (IsDisposed) flow.End(error: null, EndingManner.Flush);
        return flow;
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
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
            if (HasRoomFor(remote)) Adopt(_maker.Accept(socket));
            else socket.Dispose();
        }
        catch (SocketException)
        {
            socket.Dispose(); // the peer is gone already
        }
    }

    private bool HasRoomFor(IPEndPoint remote)
    {
        var hasRoom = _connections.TryMakeRoom(remote.Address, out var victim);
        if (!hasRoom || victim is not null)
        {
            Counters.CountRefusedConnection();
            if (_context.Gate.TryPass()) _context.Logger.ConnectionRefused(victim?.RemoteEndPoint ?? remote);
        }

        if (victim is null) return hasRoom;
        victim.End(new SipTransportException($"Closed {victim}: too many connections"), EndingManner.Abort);
        _connections.Retire(victim);
        return true;
    }

    // No error ends the loop. A lasting one, such as a process out of handles, must not take a whole core.
    private async Task SurviveAsync(SocketException exception)
    {
        Counters.CountReceiveError();
        if (_context.Gate.TryPass()) _context.Logger.AcceptFailed(LocalEndPoint, exception.SocketErrorCode);
        if (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted) return;
        await Task.Delay(AcceptBackOff, _context.Time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
