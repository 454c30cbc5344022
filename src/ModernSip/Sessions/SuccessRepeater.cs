using ModernSip.Messages;
using ModernSip.Transactions.Engine;

namespace ModernSip.Sessions;

/// <summary>Repeats a 2xx to an INVITE until its ACK comes: T1, doubling up to T2, for 64*T1 (RFC 3261 §13.3.1.4). Also on reliable transports.</summary>
internal sealed class SuccessRepeater
{
    private readonly ServerTransaction _transaction;
    private readonly SipResponse _response;
    private readonly Action _onTimeout;
    private readonly ShardTimer _repeat;
    private readonly ShardTimer _limit;
    private TimeSpan _interval;

    public SuccessRepeater(ServerTransaction transaction, SipResponse response, Action onTimeout)
    {
        _transaction = transaction;
        _response = response;
        _onTimeout = onTimeout;
        _repeat = new ShardTimer(transaction.Shard, Repeat);
        _limit = new ShardTimer(transaction.Shard, GiveUp);
        _interval = transaction.Shard.Engine.Timers.T1;
        _repeat.Start(_interval);
        _limit.Start(transaction.Shard.Engine.Timers.TransactionTimeout);
    }

    /// <summary>The sequence number that the ACK carries.</summary>
    public uint Sequence => _transaction.Request.Headers.CSeq!.Value.Number;

    public void Stop()
    {
        _repeat.Stop();
        _limit.Stop();
    }

    private void Repeat()
    {
        _transaction.Shard.Engine.Metrics.Retransmitted(_transaction.Method.Name);
        _transaction.Respond(_response);
        _interval = _interval * 2 > _transaction.Shard.Engine.Timers.T2 ? _transaction.Shard.Engine.Timers.T2 : _interval * 2;
        _repeat.Start(_interval);
    }

    private void GiveUp()
    {
        _repeat.Stop();
        _onTimeout();
    }
}
