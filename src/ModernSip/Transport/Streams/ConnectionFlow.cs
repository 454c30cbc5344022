using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.Transport.Streams;

/// <summary>One connection: a loop that reads and delivers, a loop that writes what is queued, and one end for both. How octets become messages is its heirs' affair.</summary>
/// <remarks>
/// Whatever ends it (the peer, an error, a time limit, this side) calls <see cref="End"/>; only the first counts. The reading loop alone calls the
/// receiver, so <see cref="ISipReceiver.OnClosed"/> comes once and last.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "It releases what it owns by itself when the connection has ended; nobody else knows when that is.")]
internal abstract class ConnectionFlow : SipFlow
{
    private const int MaxPongsAtOnce = 16;

    private readonly OutgoingQueue _queue;
    private readonly Deadline _readLimit;
    private readonly Deadline _writeLimit;
    private readonly CancellationTokenSource _abort = new(); // never disposed: a late timer may still cancel it, and it owns nothing
    private long _lastHeard;
    private int _deliveringThread;
    private volatile bool _hasSpoken;
    private volatile StreamEnding? _ending;
    private volatile PeerProof _proof;
    private ConnectionTable? _connections; // set when it starts
    private bool _hasAlias;

    /// <param name="protocol">What the flow is called in a Via.</param>
    /// <param name="local">The local end.</param>
    /// <param name="remote">The peer's end.</param>
    /// <param name="accepted">Whether the peer opened the connection.</param>
    /// <param name="proof">Which names the peer has proved so far.</param>
    /// <param name="context">What it shares with its siblings.</param>
    protected ConnectionFlow(SipTransportProtocol protocol, IPEndPoint local, IPEndPoint remote, bool accepted, PeerProof proof, StreamContext context)
    {
        Protocol = protocol;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
        IsAccepted = accepted;
        Context = context;
        _proof = proof;
        _lastHeard = context.Time.GetTimestamp();
        _queue = new OutgoingQueue(context.Options.SendQueueSize, context.Counters.Buffers);
        _readLimit = new Deadline(context.Time, OnReadLimit);
        _writeLimit = new Deadline(context.Time, OnWriteLimit);
    }

    public override SipTransportProtocol Protocol { get; }

    public override IPEndPoint LocalEndPoint { get; }

    public override IPEndPoint RemoteEndPoint { get; }

    public override bool IsClosed => _ending is not null;

    /// <summary>Whether the peer opened the connection.</summary>
    public bool IsAccepted { get; }

    /// <summary>Whether the peer has sent a message or a keep-alive.</summary>
    public bool HasSpoken => _hasSpoken;

    /// <summary>How long nothing has come from the peer.</summary>
    public TimeSpan Silence => Context.Time.GetElapsedTime(Interlocked.Read(ref _lastHeard));

    /// <summary>Octets that wait to be written.</summary>
    public long Queued => _queue.Queued;

    /// <summary>Which names the peer has proved.</summary>
    public PeerProof Proof => _proof;

    /// <summary>Whether the caller is inside the receiver, called by this flow: it must not wait for the flow's end.</summary>
    public bool IsDeliveringHere => Volatile.Read(ref _deliveringThread) == Environment.CurrentManagedThreadId;

    /// <summary>Ends when the connection is closed and everything it owned is released. Never faults.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    protected StreamContext Context { get; }

    /// <summary>Fires when the connection ends without more ado.</summary>
    protected CancellationToken Aborted => _abort.Token;

    /// <summary>Begins to read and to write. Called once.</summary>
    /// <param name="connections">Holds the flow until everything it owned is released.</param>
    public void Start(ConnectionTable connections)
    {
        _connections = connections;
        connections.Add(this);

        // The loops outlive the caller, so they do not take its context along.
        using (ExecutionContext.SuppressFlow()) Completion = Task.Run(() => RunAsync(connections));
    }

    public override void Send(ReadOnlySpan<byte> message)
    {
        if (!IsClosed && _queue.TryAdd(message))
        {
            Context.Counters.CountSent();
            return;
        }

        Context.Counters.CountRefusedSend();
        throw new SipTransportException(IsClosed ? $"The flow {this} is closed" : $"The flow {this} takes no more: {_queue.Queued} octets wait for the peer");
    }

    internal override bool OffersAlias => !IsAccepted && Context.OffersAlias;

    /// <summary>
    /// A peer that opened the connection may be sent requests over it: a WebSocket client under the name that it made up (RFC 7118 §5), one over TLS under
    /// the name that it has proved and asks so for (RFC 5923 §6, §9).
    /// </summary>
    internal override void Learn(SipVia via)
    {
        if (_hasAlias || !IsAccepted) return;
        if (Protocol is SipTransportProtocol.Ws or SipTransportProtocol.Wss) _hasAlias = via.Host.EndsWith(".invalid", StringComparison.OrdinalIgnoreCase) && _connections!.TryAddAlias(via.Host, port: 0, this);
        else if (Protocol == SipTransportProtocol.Tls) _hasAlias = via.Parameters.Contains("alias") && _proof.Covers(via.Host) && _connections!.TryAddAlias(via.Host, via.Port ?? 5061, this);
    }

    internal override void Fail(SipTransportException error) => End(error, EndingManner.Abort);

    public override void Close() => End(error: null, EndingManner.Linger);

    /// <summary>Ends the flow. Never blocks; what has been queued goes out unless the manner forbids it.</summary>
    public void End(Exception? error, EndingManner manner)
    {
        var ended = Interlocked.CompareExchange(ref _ending, new StreamEnding(error, manner), null);
        if (ended is not null) return;
        if (manner == EndingManner.Abort) _abort.Cancel();
        _queue.Complete();
        StopReading();
    }

    /// <summary>The handshake that must be done before messages can be carried, and tells what the peer has proved by it; null for none.</summary>
    protected virtual Func<CancellationToken, Task<PeerProof>>? Handshake => null;

    /// <summary>Reads and delivers until the flow has ended. It ends the flow by itself where the stream does, and never throws.</summary>
    protected abstract Task ReceiveAsync();

    /// <summary>Lets <see cref="ReceiveAsync"/> return; called once, when the flow has ended.</summary>
    protected abstract void StopReading();

    /// <summary>Writes one message.</summary>
    protected abstract ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>Tells the peer that nothing more comes. A connection closed with unread octets is reset, and the peer may lose what was just sent to it.</summary>
    /// <param name="waitForPeer">Whether to read and throw away what still comes until the peer closes too.</param>
    protected abstract Task EndOutputAsync(bool waitForPeer);

    /// <summary>Releases what lies under the flow.</summary>
    protected abstract Task ReleaseAsync();

    /// <summary>The next read has this much time from now.</summary>
    protected void LimitRead(TimeSpan limit) => _readLimit.Set(limit);

    /// <summary>Something whole came from the peer.</summary>
    protected void Heard()
    {
        _hasSpoken = true;
        Interlocked.Exchange(ref _lastHeard, Context.Time.GetTimestamp());
        KeepAlive?.OnHeard();
    }

    /// <summary>What is called between this and <see cref="EndDelivery"/> may end the flow, and must not wait for its end.</summary>
    protected void BeginDelivery() => Volatile.Write(ref _deliveringThread, Environment.CurrentManagedThreadId);

    protected void EndDelivery() => Volatile.Write(ref _deliveringThread, 0);

    /// <summary>Queues a keep-alive.</summary>
    protected void SendPing(ReadOnlySpan<byte> ping)
    {
        if (!_queue.TryAdd(ping)) throw new SipTransportException($"The flow {this} takes no more");
    }

    protected void Pong(int pings)
    {
        // A peer that does not read its pongs fills the queue; they are then not owed any more.
        for (var pongs = Math.Min(pings, MaxPongsAtOnce); pongs > 0 && _queue.TryAdd("\r\n"u8); pongs--)
        {
        }
    }

    protected SipTransportException Failure(Exception exception)
    {
        var code = (exception as SocketException ?? exception.InnerException as SocketException)?.SocketErrorCode;
        return new SipTransportException($"The connection {this} failed: {code?.ToString() ?? exception.GetType().Name}", exception);
    }

    private async Task RunAsync(ConnectionTable connections)
    {
        var ready = Handshake is not { } handshake || await TryShakeHandsAsync(handshake).ConfigureAwait(false);
        var writing = ready ? WriteQueuedAsync() : Task.CompletedTask;
        if (ready) await ReceiveAsync().ConfigureAwait(false);
        End(error: null, EndingManner.Linger); // stands only if nothing else has ended the flow
        var ending = _ending!; // set by the line above at the latest

        // From here the limit is for the peer's last chance to take what is queued.
        _readLimit.Set(Context.Options.LingerTimeout);
        connections.Retire(this);
        if (ready) TellClosed(ending.Error);

        await writing.ConfigureAwait(false);
        _queue.Discard();
        if (ready && ending.Manner != EndingManner.Abort) await EndOutputAsync(waitForPeer: ending.Manner == EndingManner.Linger).ConfigureAwait(false);

        _readLimit.Dispose();
        _writeLimit.Dispose();
        await ReleaseAsync().ConfigureAwait(false);
        connections.Remove(this);
    }

    // A peer that cannot shake hands was never a flow to anybody, so the receiver hears nothing of it.
    private async Task<bool> TryShakeHandsAsync(Func<CancellationToken, Task<PeerProof>> handshake)
    {
        _readLimit.Set(Context.Options.HandshakeTimeout);
        try
        {
            _proof = await handshake(_abort.Token).ConfigureAwait(false);
            return !IsClosed;
        }
        catch (Exception exception) // whatever a stream throws, it is the end of this connection only
        {
            End(exception as SipTransportException ?? Failure(exception), EndingManner.Abort);
            Context.Counters.CountFailedHandshake();
            if (Context.Gate.TryPass()) Context.Logger.HandshakeFailed(RemoteEndPoint, exception is SipCertificateException refused ? $"certificate {refused.Problem}" : exception.GetType().Name);
            return false;
        }
    }

    private void TellClosed(Exception? error)
    {
        BeginDelivery();
        Context.Receiver.OnClosed(this, error);
        EndDelivery();
    }

    private void OnReadLimit()
    {
        End(new SipTransportException($"Closed {this}: nothing whole arrived in time"), EndingManner.Abort);
        _abort.Cancel(); // also where the flow had ended and lingers
    }

    private void OnWriteLimit()
    {
        End(new SipTransportException($"Closed {this}: the peer does not read"), EndingManner.Abort);
        _abort.Cancel();
    }

    private async Task WriteQueuedAsync()
    {
        try
        {
            await _queue.WriteAllAsync(WriteAsync, _writeLimit, Context.Options.WriteTimeout, _abort.Token).ConfigureAwait(false);
        }
        catch (Exception exception) // as above
        {
            _writeLimit.Clear();
            End(Failure(exception), EndingManner.Abort);
        }
    }
}
