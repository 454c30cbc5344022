namespace ModernSip.Transactions.Engine;

/// <summary>Something that a <see cref="TimerWheel"/> can call at a given tick; it carries its own links, so that scheduling allocates nothing.</summary>
internal abstract class TimerNode
{
    /// <summary>Whether the node waits on a wheel. It no longer does when <see cref="OnTimer"/> runs.</summary>
    internal bool IsScheduled => Wheel is not null;

    /// <summary>The tick it fires at, or last fired at: the one asked for, or the wheel's own where that was later.</summary>
    internal long DueTick { get; set; }

    /// <summary>Runs on the wheel's owner, once for each time the node was scheduled; it may schedule and cancel any node.</summary>
    protected internal abstract void OnTimer();

    // The rest is the wheel's own bookkeeping.
    internal TimerWheel? Wheel { get; set; }

    internal TimerNode? Previous { get; set; }

    internal TimerNode? Next { get; set; }

    internal int SlotIndex { get; set; }

    internal long Sequence { get; set; }

    internal long FiredTick { get; set; } = long.MinValue;
}
