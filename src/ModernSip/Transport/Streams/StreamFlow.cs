using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using ModernSip.Errors;

namespace ModernSip.Transport.Streams;

/// <summary>A connection whose octets are cut into messages by Content-Length (RFC 3261 §18.3): TCP, or TLS over it.</summary>
internal sealed class StreamFlow : ConnectionFlow
{
    private const int MaxDiscarded = 1024 * 1024;

    private readonly Stream _stream;
    private readonly Socket? _socket;
    private readonly PipeReader _input;
    private readonly StreamFramer _framer;
    private ContiguousView _view;
    private StreamPhase _phase;
    private bool _peerEnded;

    /// <param name="stream">The connection's octets; owned.</param>
    /// <param name="socket">The socket under the stream, to end one direction; null where there is none.</param>
    /// <param name="protocol">What the flow is called in a Via.</param>
    /// <param name="local">The local end.</param>
    /// <param name="remote">The peer's end.</param>
    /// <param name="accepted">Whether the peer opened the connection.</param>
    /// <param name="proof">Which names the peer has proved.</param>
    /// <param name="context">What it shares with its siblings.</param>
    /// <param name="handshake">What is still to be done before messages can be carried; null for nothing.</param>
    public StreamFlow(
        Stream stream, Socket? socket, SipTransportProtocol protocol, IPEndPoint local, IPEndPoint remote, bool accepted, PeerProof proof, StreamContext context, Func<CancellationToken, Task<PeerProof>>? handshake = null)
        : base(protocol, local, remote, accepted, proof, context)
    {
        _stream = stream;
        _socket = socket;
        Handshake = handshake;
        _framer = new StreamFramer(context.Limits);
        _view = new ContiguousView(context.Counters.Buffers);

        // Zero-byte reads: an idle connection holds no buffer.
        _input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, minimumReadSize: 1024, leaveOpen: true, useZeroByteReads: true));
    }

    protected override Func<CancellationToken, Task<PeerProof>>? Handshake { get; }

    internal override bool CanPing => true;

    /// <summary>Two line breaks; the peer owes one for them (RFC 5626 §4.4.1). Whatever it sends shows that it is there.</summary>
    internal override void Ping(ReadOnlySpan<byte> id) => SendPing("\r\n\r\n"u8);

    protected override void StopReading() => _input.CancelPendingRead();

    protected override ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) => _stream.WriteAsync(message, cancellationToken);

    protected override async Task ReceiveAsync()
    {
        LimitRead(IsAccepted ? Context.Options.FirstMessageTimeout : Context.Options.IdleTimeout);
        try
        {
            while (!IsClosed)
            {
                var result = await _input.ReadAsync(Aborted).ConfigureAwait(false);
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

        _view.Reset();
    }

    protected override async Task EndOutputAsync(bool waitForPeer)
    {
        try
        {
            if (_stream is SslStream secure) await secure.ShutdownAsync().WaitAsync(Aborted).ConfigureAwait(false);
            _socket?.Shutdown(SocketShutdown.Send);
            var discarded = 0L;
            while (waitForPeer && !_peerEnded && discarded < MaxDiscarded)
            {
                var result = await _input.ReadAsync(Aborted).ConfigureAwait(false);
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

    protected override async Task ReleaseAsync()
    {
        try
        {
            await _input.CompleteAsync().ConfigureAwait(false);
            await _stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            _socket?.Dispose(); // a stream that cannot say good-bye is closed without
        }
    }

    private long Deliver(in ReadOnlySequence<byte> buffer)
    {
        var octets = _view.Of(buffer);
        var length = octets.Length;
        BeginDelivery();
        while (!IsClosed && DeliverNext(ref octets))
        {
        }

        EndDelivery();
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
                Context.Receiver.OnMessage(this, message);
                return true;

            case StreamEvent.Pings:
                Pong(_framer.Pings);
                return true;

            case StreamEvent.Malformed:
                // The receiver may answer from inside the call: the answer is flushed before the connection is closed.
                Context.Receiver.OnMalformed(this, message, _framer.Reason);
                End(new SipTransportException($"Closed {this}: {_framer.Reason}"), EndingManner.Linger);
                return false;

            default:
                return false;
        }
    }

    // A limit runs from the first octet of a header section or from the end of it; more octets of the same part do not move it.
    private void LimitNextRead(bool consumed)
    {
        if (consumed) Heard();
        else if (_framer.Phase == _phase) return;

        _phase = _framer.Phase;
        LimitRead(_phase switch
        {
            StreamPhase.Header => Context.Options.HeaderTimeout,
            StreamPhase.Body => Context.Options.BodyTimeout,
            _ => Context.Options.IdleTimeout,
        });
    }
}
