using ModernSip.Diagnostics;

namespace ModernSip.Transport;

/// <summary>What one transport has received, sent and dropped.</summary>
internal sealed class TransportCounters(SipTransportProtocol protocol, SipMetrics? metrics)
{
    private readonly string _protocol = protocol.ToMetricTag();

    private long _received;
    private long _sent;
    private long _notSip;
    private long _malformed;
    private long _receiverFaults;
    private long _receiveErrors;
    private long _refusedSends;
    private long _refusedConnections;
    private long _undelivered;
    private long _failedHandshakes;

    /// <summary>The buffers of messages, counted for the whole stack.</summary>
    public PooledBuffers Buffers { get; } = metrics?.Buffers ?? new();

    /// <summary>Messages handed to the receiver.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Messages handed to a socket or to its queue.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Datagrams that cannot be SIP, dropped unseen.</summary>
    public long NotSip => Interlocked.Read(ref _notSip);

    /// <summary>Messages that could not be framed.</summary>
    public long Malformed => Interlocked.Read(ref _malformed);

    /// <summary>Calls to the receiver that threw.</summary>
    public long ReceiverFaults => Interlocked.Read(ref _receiverFaults);

    /// <summary>Errors of a socket while receiving or accepting.</summary>
    public long ReceiveErrors => Interlocked.Read(ref _receiveErrors);

    /// <summary>Messages that a socket or a full queue refused.</summary>
    public long RefusedSends => Interlocked.Read(ref _refusedSends);

    /// <summary>Connections closed because there were too many.</summary>
    public long RefusedConnections => Interlocked.Read(ref _refusedConnections);

    /// <summary>Datagrams that the network could not deliver, as far as it said so.</summary>
    public long Undelivered => Interlocked.Read(ref _undelivered);

    /// <summary>Accepted connections whose handshake failed.</summary>
    public long FailedHandshakes => Interlocked.Read(ref _failedHandshakes);

    public void CountReceived()
    {
        Interlocked.Increment(ref _received);
        metrics?.Received(_protocol);
    }

    public void CountSent()
    {
        Interlocked.Increment(ref _sent);
        metrics?.Sent(_protocol);
    }

    public void CountNotSip() => Drop(ref _notSip, "not_sip");

    public void CountMalformed() => Drop(ref _malformed, "malformed");

    public void CountReceiverFault() => Drop(ref _receiverFaults, "receiver_fault");

    public void CountRefusedSend() => Drop(ref _refusedSends, "send_refused");

    public void CountUndelivered() => Drop(ref _undelivered, "undelivered");

    public void CountReceiveError() => Interlocked.Increment(ref _receiveErrors);

    public void CountRefusedConnection() => Interlocked.Increment(ref _refusedConnections);

    public void CountFailedHandshake() => Interlocked.Increment(ref _failedHandshakes);

    private void Drop(ref long counter, string reason)
    {
        Interlocked.Increment(ref counter);
        metrics?.Dropped(_protocol, reason);
    }
}
