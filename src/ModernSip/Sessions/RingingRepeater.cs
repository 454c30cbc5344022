using ModernSip.Messages;
using ModernSip.Transactions.Engine;

namespace ModernSip.Sessions;

/// <summary>
/// Says once more that it rings, every minute: without it the proxies in between give the INVITE up after three (RFC 3261 §13.3.1.1). What is sent
/// reliably need not be repeated as often (RFC 3262 §3).
/// </summary>
internal sealed class RingingRepeater
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReliableInterval = TimeSpan.FromMinutes(2.5);

    private readonly ShardTimer _timer;
    private SipStatus _status;

    /// <param name="shard">Where it runs.</param>
    /// <param name="ring">Sends a provisional response of that status; that starts the next minute.</param>
    public RingingRepeater(Shard shard, Action<SipStatus> ring) => _timer = new ShardTimer(shard, () => ring(_status));

    /// <summary>A provisional response goes out.</summary>
    public void Start(SipStatus status, bool isReliable)
    {
        _status = status;
        _timer.Start(isReliable ? ReliableInterval : Interval);
    }

    public void Stop() => _timer.Stop();
}
