namespace ModernSip.Transactions.Engine;

/// <summary>A timer of a shard: its callback runs on the shard. Owned by whoever made it, who stops it.</summary>
internal sealed class ShardTimer(Shard shard, Action callback) : TimerNode
{
    /// <summary>Starts the timer, or starts it anew.</summary>
    public void Start(TimeSpan delay) => shard.Schedule(this, delay);

    /// <summary>Stops the timer; a stopped one stays so.</summary>
    public void Stop() => shard.Unschedule(this);

    protected internal override void OnTimer() => callback();
}
