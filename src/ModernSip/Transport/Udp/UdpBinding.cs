using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using ModernSip.Errors;
using ModernSip.Messages.Parsing;
using ModernSip.Transport.KeepAlive;

namespace ModernSip.Transport.Udp;

/// <summary>A bound UDP socket and the thread that receives from it.</summary>
internal sealed class UdpBinding : ISipTransportBinding
{
    private const int LargestDatagram = 65_535;
    private const int MostFailures = 8;

    private readonly Socket _socket;
    private readonly GuardedReceiver _receiver;
    private readonly ILogger _logger;
    private readonly LogGate _gate;
    private readonly UdpFlowCache _flows = new();
    private readonly SourceAddresses? _sources;
    private readonly ErrorQueue? _errors;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _disposed;

    public UdpBinding(Socket socket, ISipReceiver receiver, TransportCounters counters, TimeProvider time, ILogger logger)
    {
        _socket = socket;
        _gate = new LogGate(time);
        _logger = logger;
        Counters = counters;
        _receiver = new GuardedReceiver(receiver, counters, logger, _gate);
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!; // set, since the socket is bound
        if (LocalEndPoint.Address.Equals(IPAddress.Any) || LocalEndPoint.Address.Equals(IPAddress.IPv6Any))
            _sources = new SourceAddresses(LocalEndPoint.Port, time);
        _errors = ErrorQueue.TryOpen(socket);
        _thread = new Thread(Receive) { IsBackground = true, Name = $"SIP UDP {LocalEndPoint}" };
    }

    public SipTransportProtocol Protocol => SipTransportProtocol.Udp;

    public IPEndPoint LocalEndPoint { get; }

    public TransportCounters Counters { get; }

    public bool IsDisposed => _disposed;

    public void Start()
    {
        _logger.Bound(Protocol, LocalEndPoint);
        _thread.UnsafeStart(); // the thread outlives the caller, so it does not take the caller's context along
    }

    public ValueTask<SipFlow> ConnectAsync(SipTransportTarget target, CancellationToken cancellationToken)
    {
        var remote = target.EndPoint;
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        if (remote.AddressFamily != LocalEndPoint.AddressFamily) throw new SipTransportException($"UDP {LocalEndPoint} cannot reach {remote}: another address family");
        if (remote.Port == 0) throw new SipTransportException($"UDP {LocalEndPoint} cannot reach {remote}: no port");

        try
        {
            _sources?.Towards(remote.Address);
        }
        catch (SocketException exception)
        {
            throw new SipTransportException($"UDP {LocalEndPoint} cannot reach {remote}: {exception.SocketErrorCode}", exception);
        }

        return ValueTask.FromResult<SipFlow>(FlowTo(remote));
    }

    /// <summary>The flow to a peer; nothing is sent for it.</summary>
    public UdpFlow FlowTo(IPEndPoint remote)
    {
        var address = remote.Serialize();
        return _flows.TryGet(address, out var flow) ? flow : _flows.GetOrAdd(new UdpFlow(this, address, new IPEndPoint(remote.Address, remote.Port)));
    }

    /// <summary>The address that datagrams to a peer come from. Where there is no route to the peer any more, the loopback address.</summary>
    public IPEndPoint LocalEndPointTowards(IPAddress remote)
    {
        if (_sources is null) return LocalEndPoint;
        try
        {
            return _sources.Towards(remote);
        }
        catch (SocketException)
        {
            // A property does not throw, and the peer that this would be told to cannot be reached anyway.
            return new IPEndPoint(LocalEndPoint.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, LocalEndPoint.Port);
        }
    }

    public void Send(UdpFlow flow, ReadOnlySpan<byte> message)
    {
        if (flow.IsClosed) throw new SipTransportException($"The flow {flow} is closed");
        try
        {
            SendPastErrors(message, flow.Address);
        }
        catch (SocketException exception)
        {
            Counters.CountRefusedSend();
            throw new SipTransportException($"Sending on {flow} failed: {exception.SocketErrorCode}", exception);
        }
        catch (ObjectDisposedException exception)
        {
            throw new SipTransportException($"The flow {flow} is closed", exception);
        }

        Counters.CountSent();
    }

    public void Forget(UdpFlow flow) => _flows.Remove(flow);

    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            _stop.Set();
            _socket.Dispose(); // ends a blocking receive
        }

        // On the receive thread itself there is nothing to wait for: it ends when the receiver has returned.
        if (Thread.CurrentThread != _thread) await _ended.Task.ConfigureAwait(false);
    }

    private void Receive()
    {
        var buffer = GC.AllocateUninitializedArray<byte>(LargestDatagram, pinned: true);
        var from = new SocketAddress(LocalEndPoint.AddressFamily);
        var failures = 0;
        while (!_disposed)
        {
            try
            {
                var length = _socket.ReceiveFrom(buffer, SocketFlags.None, from);
                failures = 0;
                if (!_disposed) Deliver(buffer.AsSpan(0, length), from);
            }
            catch (ObjectDisposedException)
            {
                break;
            }
            catch (SocketException exception)
            {
                if (_disposed) break;
                if (TakeErrors()) continue;

                // A sender may have taken the kept errors first: what woke this thread is then told already.
                failures++;
                if (_errors is null || !IsOfThePath(exception.SocketErrorCode) || failures > MostFailures) Survive(exception, failures);
            }
        }

        _logger.Unbound(Protocol, LocalEndPoint);
        _ended.SetResult();
    }

    private void Deliver(ReadOnlySpan<byte> datagram, SocketAddress from)
    {
        var unpaired = false;
        var message = datagram[MessageFraming.SkipLineBreaks(datagram, ref unpaired, out var pings)..];
        if (message.IsEmpty)
        {
            if (pings == 1 && !unpaired) Pong(from);
        }
        else if (MessageFraming.CanBeginMessage(message[0]))
        {
            _receiver.OnMessage(FlowFrom(from), message);
        }
        else if (!TryTakeStun(message, from))
        {
            Counters.CountNotSip(); // RTP, TLS, TURN: no answer, so that nothing is reflected
        }
    }

    /// <summary>Sends. An error that the operating system kept since an earlier datagram, to whomever that was, is taken note of and does not stop this one.</summary>
    private void SendPastErrors(ReadOnlySpan<byte> message, SocketAddress to)
    {
        const int MostKept = 4;
        for (var kept = 0; ; kept++)
        {
            try
            {
                _socket.SendTo(message, SocketFlags.None, to);
                return;
            }
            catch (SocketException exception) when (_errors is not null && kept < MostKept && IsOfThePath(exception.SocketErrorCode))
            {
                TakeErrors();
            }
        }
    }

    private static bool IsOfThePath(SocketError error) =>
        error is SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.ProtocolNotSupported or SocketError.ProtocolOption or SocketError.MessageSize or SocketError.AccessDenied;

    /// <summary>Tells which datagrams were not delivered. What comes here is an exception already: nothing of it costs the datagrams that arrive.</summary>
    /// <returns>Whether there were any.</returns>
    private bool TakeErrors()
    {
        const int MostAtOnce = 64;
        if (_errors is null) return false;
        Span<byte> datagram = stackalloc byte[1024];
        var peer = new SocketAddress(LocalEndPoint.AddressFamily);
        var taken = 0;
        while (taken < MostAtOnce && _errors.TryTake(peer, datagram, out var length, out var error))
        {
            taken++;
            if (error == SocketError.Success) continue;
            var flow = FlowFrom(peer);
            _receiver.OnUndelivered(flow, datagram[..length], new SipTransportException($"{flow.RemoteEndPoint} cannot be reached over UDP: {error}"));
        }

        return taken > 0;
    }

    /// <summary>Asks the peer of a flow for a sign of life (RFC 5626 §4.4.2).</summary>
    /// <exception cref="SipTransportException">The socket refused it.</exception>
    public void SendBindingRequest(UdpFlow flow, ReadOnlySpan<byte> id)
    {
        Span<byte> request = stackalloc byte[StunBinding.MaxResponse];
        Send(flow, request[..StunBinding.WriteRequest(request, id)]);
    }

    /// <summary>Tells the receiver that a flow has failed.</summary>
    public void ReportFailure(UdpFlow flow, SipTransportException error) => _receiver.OnClosed(flow, error);

    // A request without attributes has an answer of twice its size, and is what a SIP peer sends to keep its flow alive: larger ones are not answered
    // with more, and nothing of them comes back but the id.
    private bool TryTakeStun(ReadOnlySpan<byte> octets, SocketAddress from)
    {
        if (StunBinding.TryReadRequest(octets, out var id))
        {
            Span<byte> response = stackalloc byte[StunBinding.MaxResponse];
            Answer(response[..StunBinding.WriteResponse(response, id, (IPEndPoint)LocalEndPoint.Create(from))], from);
            return true;
        }

        if (!StunBinding.TryReadResponse(octets, out id, out var seenAs)) return false;
        FlowFrom(from).KeepAlive?.OnAnswered(id, seenAs);
        return true;
    }

    private void Pong(SocketAddress to) => Answer("\r\n"u8, to);

    private void Answer(ReadOnlySpan<byte> octets, SocketAddress to)
    {
        try
        {
            SendPastErrors(octets, to);
        }
        catch (SocketException)
        {
            Counters.CountRefusedSend();
        }
    }

    private UdpFlow FlowFrom(SocketAddress from)
    {
        if (_flows.TryGet(from, out var flow)) return flow;
        var address = new SocketAddress(from.Family, from.Size);
        from.Buffer[..from.Size].CopyTo(address.Buffer);
        return _flows.GetOrAdd(new UdpFlow(this, address, (IPEndPoint)LocalEndPoint.Create(address)));
    }

    // An ICMP error belongs to one peer (RFC 3261 §18.4 lets it be ignored), so the socket goes on. An error that repeats must not take a whole core.
    private void Survive(SocketException exception, int failures)
    {
        Counters.CountReceiveError();
        if (_gate.TryPass()) _logger.ReceiveFailed(Protocol, LocalEndPoint, exception.SocketErrorCode);
        if (failures > MostFailures) _stop.Wait(millisecondsTimeout: 20);
    }
}
