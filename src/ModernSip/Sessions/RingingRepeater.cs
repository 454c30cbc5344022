using ModernSip.Messages;
using ModernSip.Transactions.Engine;

namespace ModernSip.Sessions;

/// <summary>
/// Says once more that it rings, every minute: without it the proxies in between give the INVITE up after three (RFC 3261 §13.3.1.1). What is sent
/// reliably need not be repeated as often (RFC 3262 §3).
/// </summary>
internal sealed class RingingRepeater : TimerNode
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReliableInterval = TimeSpan.FromMinutes(2.5);

    private readonly Shard _shard;
    private readonly PeerInvite _invite;
    private SipStatus _status;

    public RingingRepeater(Shard shard, PeerInvite invite) => (_shard, _invite) = (shard, invite);

    /// <summary>A provisional response goes out.</summary>
    public void Start(SipStatus status, bool isReliable)
    {
        _status = status;
        _shard.Schedule(this, isReliable ? ReliableInterval : Interval);
    }

    public void Stop() => _shard.Unschedule(this);

    protected internal override void OnTimer() => _invite.Ring(_status); // which starts the next minute
}
