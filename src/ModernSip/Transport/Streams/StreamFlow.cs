using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using ModernSip.Errors;

namespace ModernSip.Transport.Streams;

/// <summary>One connection: a loop that reads and delivers, a loop that writes what is queued, and one end for both.</summary>
/// <remarks>
/// It owns the stream. Whatever ends it (the peer, an error, a time limit, this side) calls <see cref="End"/>; only the first counts. The reading
/// loop alone calls the receiver, so <see cref="ISipReceiver.OnClosed"/> comes once and last.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "It releases what it owns by itself when the connection has ended; nobody else knows when that is.")]
internal sealed class StreamFlow : SipFlow
{
    private const int MaxPongsAtOnce = 16;
    private const int MaxDiscarded = 1024 * 1024;

    private readonly Stream _stream;
    private readonly Socket? _socket;
    private readonly StreamContext _context;
    private readonly PipeReader _input;
    private readonly StreamFramer _framer;
    private readonly OutgoingQueue _queue;
    private readonly Deadline _readLimit;
    private readonly Deadline _writeLimit;
    private readonly CancellationTokenSource _abort = new(); // never disposed: a late timer may still cancel it, and it owns nothing
    private ContiguousView _view;
    private StreamPhase _phase;
    private bool _peerEnded;
    private long _lastHeard;
    private int _deliveringThread;
    private volatile bool _hasSpoken;
    private volatile StreamEnding? _ending;

    /// <param name="stream">The connection's octets; owned.</param>
    /// <param name="socket">The socket under the stream, to end one direction; null where there is none.</param>
    /// <param name="protocol">What the flow is called in a Via.</param>
    /// <param name="local">The local end.</param>
    /// <param name="remote">The peer's end.</param>
    /// <param name="accepted">Whether the peer opened the connection.</param>
    /// <param name="context">What it shares with its siblings.</param>
    public StreamFlow(Stream stream, Socket? socket, SipTransportProtocol protocol, IPEndPoint local, IPEndPoint remote, bool accepted, StreamContext context)
    {
        _stream = stream;
        _socket = socket;
        _context = context;
        Protocol = protocol;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
        IsAccepted = accepted;
        _lastHeard = context.Time.GetTimestamp();
        _framer = new StreamFramer(context.Limits);
        _queue = new OutgoingQueue(context.Options.SendQueueSize);
        _readLimit = new Deadline(context.Time, OnReadLimit);
        _writeLimit = new Deadline(context.Time, OnWriteLimit);

        // Zero-byte reads: an idle connection holds no buffer.
        _input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, minimumReadSize: 1024, leaveOpen: true, useZeroByteReads: true));
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
    public TimeSpan Silence => _context.Time.GetElapsedTime(Interlocked.Read(ref _lastHeard));

    /// <summary>Octets that wait to be written.</summary>
    public long Queued => _queue.Queued;

    /// <summary>Whether the caller is inside the receiver, called by this flow: it must not wait for the flow's end.</summary>
    public bool IsDeliveringHere => Volatile.Read(ref _deliveringThread) == Environment.CurrentManagedThreadId;

    /// <summary>Ends when the connection is closed and everything it owned is released. Never faults.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Begins to read and to write. Called once.</summary>
    /// <param name="connections">Holds the flow until everything it owned is released.</param>
    public void Start(ConnectionTable connections)
    {
        connections.Add(this);

        // The loops outlive the caller, so they do not take its context along.
        using (ExecutionContext.SuppressFlow()) Completion = Task.Run(() => RunAsync(connections));
    }

    public override void Send(ReadOnlySpan<byte> message)
    {
        if (!IsClosed && _queue.TryAdd(message))
        {
            _context.Counters.CountSent();
            return;
        }

        _context.Counters.CountRefusedSend();
        throw new SipTransportException(IsClosed ? $"The flow {this} is closed" : $"The flow {this} takes no more: {_queue.Queued} octets wait for the peer");
    }

    public override void Close() => End(error: null, EndingManner.Linger);

    /// <summary>Ends the flow. Never blocks; what has been queued goes out unless the manner forbids it.</summary>
    public void End(Exception? error, EndingManner manner)
    {
        var ended = Interlocked.CompareExchange(ref _ending, new StreamEnding(error, manner), null);
        if (ended is not null) return;
        if (manner == EndingManner.Abort) _abort.Cancel();
        _queue.Complete();
        _input.CancelPendingRead();
    }

    private async Task RunAsync(ConnectionTable connections)
    {
        var writing = WriteQueuedAsync();
        await ReceiveAsync().ConfigureAwait(false);
        End(error: null, EndingManner.Linger); // stands only if nothing else has ended the flow
        var ending = _ending!; // set by the line above at the latest
        _view.Reset();

        // From here the limit is for the peer's last chance to take what is queued.
        _readLimit.Set(_context.Options.LingerTimeout);
        connections.Retire(this);
        Volatile.Write(ref _deliveringThread, Environment.CurrentManagedThreadId);
        _context.Receiver.OnClosed(this, ending.Error);
        Volatile.Write(ref _deliveringThread, 0);

        await writing.ConfigureAwait(false);
        if (ending.Manner != EndingManner.Abort) await EndOutputAsync(waitForPeer: ending.Manner == EndingManner.Linger).ConfigureAwait(false);

        _readLimit.Dispose();
        _writeLimit.Dispose();
        await _input.CompleteAsync().ConfigureAwait(false);
        await DisposeStreamAsync().ConfigureAwait(false);
        connections.Remove(this);
    }

    private async Task ReceiveAsync()
    {
        _readLimit.Set(IsAccepted ? _context.Options.FirstMessageTimeout : _context.Options.IdleTimeout);
        try
        {
            while (!IsClosed)
            {
                var result = await _input.ReadAsync(_abort.Token).ConfigureAwait(false);
                var buffer = result.Buffer;
                var consumed = buffer.Length >= _framer.Needed && !IsClosed ? Deliver(buffer) : 0;
                _input.AdvanceTo(buffer.GetPosition(consumed), buffer.End);
                if (!result.IsCompleted) continue;

                _peerEnded = true;
                End(consumed == buffer.Length ? null : new SipTransportException($"The peer closed {this} inside a message"), EndingManner.Flush);
            }
        }
        catch (Exception exception) // whatever a stream throws, it is the end of this connection only
        {
            End(Failure(exception), EndingManner.Abort);
        }
    }

    private long Deliver(in ReadOnlySequence<byte> buffer)
    {
        var octets = _view.Of(buffer);
        var length = octets.Length;
        Volatile.Write(ref _deliveringThread, Environment.CurrentManagedThreadId);
        while (!IsClosed && DeliverNext(ref octets))
        {
        }

        Volatile.Write(ref _deliveringThread, 0);
        var consumed = length - octets.Length;
        if (consumed > 0) _view.Reset();
        LimitNextRead(consumed > 0);
        return consumed;
    }

    private bool DeliverNext(ref ReadOnlySpan<byte> octets)
    {
        switch (_framer.Next(ref octets, out var message))
        {
            case StreamEvent.Message:
                _context.Receiver.OnMessage(this, message);
                return true;

            case StreamEvent.Pings:
                Pong(_framer.Pings);
                return true;

            case StreamEvent.Malformed:
                // The receiver may answer from inside the call: the answer is flushed before the connection is closed.
                _context.Receiver.OnMalformed(this, message, _framer.Reason);
                End(new SipTransportException($"Closed {this}: {_framer.Reason}"), EndingManner.Linger);
                return false;

            default:
                return false;
        }
    }

    private void Pong(int pings)
    {
        // A peer that does not read its pongs fills the queue; they are then not owed any more.
        for (var pongs = Math.Min(pings, MaxPongsAtOnce); pongs > 0 && _queue.TryAdd("\r\n"u8); pongs--)
        {
        }
    }

    // A limit runs from the first octet of a header section or from the end of it; more octets of the same part do not move it.
    private void LimitNextRead(bool consumed)
    {
        if (consumed)
        {
            _hasSpoken = true;
            Interlocked.Exchange(ref _lastHeard, _context.Time.GetTimestamp());
        }
        else if (_framer.Phase == _phase)
        {
            return;
        }

        _phase = _framer.Phase;
        _readLimit.Set(_phase switch
        {
            StreamPhase.Header => _context.Options.HeaderTimeout,
            StreamPhase.Body => _context.Options.BodyTimeout,
            _ => _context.Options.IdleTimeout,
        });
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
            await _queue.WriteAllAsync(_stream.WriteAsync, _writeLimit, _context.Options.WriteTimeout, _abort.Token).ConfigureAwait(false);
        }
        catch (Exception exception) // as above
        {
            _writeLimit.Clear();
            End(Failure(exception), EndingManner.Abort);
        }
    }

    // A socket closed with unread octets resets the connection, and the peer may lose what was just sent to it. So the output is ended first, and what
    // still comes is read and thrown away until the peer closes too.
    private async Task EndOutputAsync(bool waitForPeer)
    {
        try
        {
            if (_stream is SslStream secure) await secure.ShutdownAsync().WaitAsync(_abort.Token).ConfigureAwait(false);
            _socket?.Shutdown(SocketShutdown.Send);
            var discarded = 0L;
            while (waitForPeer && !_peerEnded && discarded < MaxDiscarded)
            {
                var result = await _input.ReadAsync(_abort.Token).ConfigureAwait(false);
                discarded += result.Buffer.Length;
                _peerEnded = result.IsCompleted;
                _input.AdvanceTo(result.Buffer.End);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer is gone or takes too long; the connection is closed either way.
            _peerEnded = true;
        }
    }

    private async Task DisposeStreamAsync()
    {
        try
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            _socket?.Dispose(); // a stream that cannot say good-bye is closed without
        }
    }

    private SipTransportException Failure(Exception exception)
    {
        var code = (exception as SocketException ?? exception.InnerException as SocketException)?.SocketErrorCode;
        return new SipTransportException($"The connection {this} failed: {code?.ToString() ?? exception.GetType().Name}", exception);
    }
}
