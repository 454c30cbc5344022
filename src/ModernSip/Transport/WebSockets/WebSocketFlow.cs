using System.Net;
using System.Net.WebSockets;
using System.Text.Unicode;
using ModernSip.Diagnostics;
using ModernSip.Errors;
using ModernSip.Messages.Parsing;
using ModernSip.Transport.Streams;

namespace ModernSip.Transport.WebSockets;

/// <summary>A WebSocket: each of its messages is one SIP message, text or binary alike (RFC 7118 §5).</summary>
internal sealed class WebSocketFlow : ConnectionFlow
{
    private const int FirstBuffer = 4 * 1024;
    private const int MaxDiscarded = 1024 * 1024;

    private readonly WebSocket _socket;
    private readonly IDisposable? _carrier;
    private readonly TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _buffer;
    private int _filled;
    private Task<ValueWebSocketReceiveResult>? _receiving;
    private WebSocketCloseStatus _closeStatus = WebSocketCloseStatus.NormalClosure;
    private bool _peerEnded;

    /// <param name="socket">The open WebSocket; owned.</param>
    /// <param name="carrier">What carries it, and is released after it; null for nothing.</param>
    /// <param name="protocol">What the flow is called in a Via.</param>
    /// <param name="local">The local end.</param>
    /// <param name="remote">The peer's end.</param>
    /// <param name="accepted">Whether the peer opened it.</param>
    /// <param name="proof">Which names the peer has proved.</param>
    /// <param name="context">What it shares with its siblings.</param>
    public WebSocketFlow(WebSocket socket, IDisposable? carrier, SipTransportProtocol protocol, IPEndPoint local, IPEndPoint remote, bool accepted, PeerProof proof, StreamContext context)
        : base(protocol, local, remote, accepted, proof, context)
    {
        _socket = socket;
        _carrier = carrier;
        _buffer = Buffers.Rent(FirstBuffer);
    }

    private PooledBuffers Buffers => Context.Counters.Buffers;

    internal override string? StandInHost => IsAccepted ? null : Context.StandInHost;

    // A receive that is cancelled breaks the WebSocket, so that it could not be closed in order: it is left alone, and taken up again when the output has ended.
    protected override void StopReading() => _woken.TrySetResult();

    protected override async Task ReceiveAsync()
    {
        LimitRead(IsAccepted ? Context.Options.FirstMessageTimeout : Context.Options.IdleTimeout);
        try
        {
            while (!IsClosed)
            {
                _receiving ??= _socket.ReceiveAsync(_buffer.AsMemory(_filled), Aborted).AsTask();
                if (await Task.WhenAny(_receiving, _woken.Task).ConfigureAwait(false) != _receiving) return;
                var result = await _receiving.ConfigureAwait(false);
                _receiving = null;
                if (!IsClosed) Take(result);
            }
        }
        catch (Exception exception) // whatever a WebSocket throws, it is the end of this connection only
        {
            _receiving = null;
            End(Failure(exception), EndingManner.Abort);
        }
    }

    protected override ValueTask WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken) =>
        _socket.SendAsync(message, Utf8.IsValid(message.Span) ? WebSocketMessageType.Text : WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);

    protected override async Task EndOutputAsync(bool waitForPeer)
    {
        try
        {
            await _socket.CloseOutputAsync(_closeStatus, statusDescription: null, Aborted).ConfigureAwait(false);
            var discarded = 0;
            while (waitForPeer && !_peerEnded && discarded < MaxDiscarded)
            {
                _receiving ??= _socket.ReceiveAsync(_buffer.AsMemory(), Aborted).AsTask();
                var result = await _receiving.ConfigureAwait(false);
                _receiving = null;
                discarded += result.Count;
                _peerEnded = result.MessageType == WebSocketMessageType.Close;
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The peer is gone or takes too long; the connection is closed either way.
            _peerEnded = true;
        }
    }

    protected override async Task ReleaseAsync()
    {
        _socket.Dispose(); // ends a receive that is still waiting
        _carrier?.Dispose();
        if (_receiving is not null) await ((Task)_receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Buffers.Return(_buffer);
    }

    private void Take(ValueWebSocketReceiveResult result)
    {
        if (result.MessageType == WebSocketMessageType.Close)
        {
            _peerEnded = true;
            End(_filled == 0 ? null : new SipTransportException($"The peer closed {this} inside a message"), EndingManner.Flush);
            return;
        }

        if (_filled == 0 && !result.EndOfMessage) LimitRead(Context.Options.BodyTimeout); // the time of a whole message, however many fragments it has
        _filled += result.Count;
        if (_filled > Context.Limits.MaxMessageSize)
        {
            _closeStatus = WebSocketCloseStatus.MessageTooBig;
            Refuse(_buffer.AsSpan(0, Math.Min(_filled, Context.Limits.MaxHeaderSectionSize)), FramingReasons.MessageTooLarge);
        }
        else if (result.EndOfMessage)
        {
            var length = _filled;
            _filled = 0;
            Deliver(_buffer.AsSpan(0, length));
            Heard();
            LimitRead(Context.Options.IdleTimeout);
        }
        else if (_filled == _buffer.Length)
        {
            Grow();
        }
    }

    private void Deliver(ReadOnlySpan<byte> octets)
    {
        BeginDelivery();
        var unpaired = false;
        var message = octets[MessageFraming.SkipLineBreaks(octets, ref unpaired, out var pings)..];
        if (message.IsEmpty) Pong(pings);
        else if (WebSocketFraming.Check(message, Context.Limits) is { } reason) Refuse(message[..Math.Min(message.Length, Context.Limits.MaxHeaderSectionSize)], reason);
        else Context.Receiver.OnMessage(this, message);
        EndDelivery();
    }

    // The receiver may answer from inside the call: the answer goes out before the connection is closed.
    private void Refuse(ReadOnlySpan<byte> octets, string reason)
    {
        BeginDelivery();
        Context.Receiver.OnMalformed(this, octets, reason);
        EndDelivery();
        if (_closeStatus == WebSocketCloseStatus.NormalClosure) _closeStatus = WebSocketCloseStatus.PolicyViolation;
        End(new SipTransportException($"Closed {this}: {reason}"), EndingManner.Linger);
    }

    private void Grow()
    {
        var larger = Buffers.Rent(Math.Min(2 * _buffer.Length, Context.Limits.MaxMessageSize + 1));
        _buffer.AsSpan(0, _filled).CopyTo(larger);
        Buffers.Return(_buffer);
        _buffer = larger;
    }
}
