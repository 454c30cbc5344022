using ModernSip.Messages;
using ModernSip.Transactions.Engine;

namespace ModernSip.Sessions;

/// <summary>Repeats a 2xx to an INVITE until its ACK comes: T1, doubling up to T2, for 64*T1 (RFC 3261 §13.3.1.4). Also on reliable transports.</summary>
internal sealed class SuccessRepeater : TimerNode
{
    private readonly ServerTransaction _transaction;
    private readonly SipResponse _response;
    private readonly PeerInvite _invite;
    private TimeSpan _interval;
    private TimeSpan _left;

    public SuccessRepeater(ServerTransaction transaction, SipResponse response, PeerInvite invite)
    {
        _transaction = transaction;
        _response = response;
        _invite = invite;
        _interval = transaction.Shard.Engine.Timers.T1;
        _left = transaction.Shard.Engine.Timers.TransactionTimeout;
        Start();
    }

    /// <summary>The sequence number that the ACK carries.</summary>
    public uint AckSequence => _transaction.Request.Headers.CSeq!.Value.Number;

    public void Stop() => _transaction.Shard.Unschedule(this);

    /// <summary>The ACK has come.</summary>
    public void Settle()
    {
        Stop();
        _transaction.Settle();
    }

    protected internal override void OnTimer()
    {
        if (_left <= TimeSpan.Zero)
        {
            _invite.GiveUpOnAck();
            return;
        }

        _transaction.Shard.Engine.Metrics.Retransmitted(_transaction.MetricName);
        _transaction.Respond(_response);
        _interval = _interval * 2 > _transaction.Shard.Engine.Timers.T2 ? _transaction.Shard.Engine.Timers.T2 : _interval * 2;
        Start();
    }

    private void Start()
    {
        var wait = _interval < _left ? _interval : _left;
        _left -= wait;
        _transaction.Shard.Schedule(this, wait);
    }
}
