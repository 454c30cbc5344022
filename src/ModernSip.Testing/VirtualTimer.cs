namespace ModernSip.Testing;

/// <summary>A timer of a <see cref="SipVirtualTime"/>; the clock guards its fields.</summary>
internal sealed class VirtualTimer(SipVirtualTime clock, long id, TimerCallback callback, object? state) : ITimer
{
    // The limits of the system's timers, so that what passes here passes there.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(0xFFFF_FFFE);

    // Callbacks see the AsyncLocals of whoever made the timer, as with the system's timers.
    private readonly ExecutionContext? _context = ExecutionContext.Capture();

    public static IComparer<VirtualTimer> FiringOrder { get; } = Comparer<VirtualTimer>.Create(static (one, other) =>
        one.Due != other.Due ? one.Due.CompareTo(other.Due) : one.Id.CompareTo(other.Id));

    public long Id { get; } = id;

    public long Due { get; set; }

    /// <summary>Zero: fires once.</summary>
    public long Period { get; set; }

    public bool IsDisposed { get; set; }

    public static void Check(TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Timeout.InfiniteTimeSpan && (dueTime < TimeSpan.Zero || dueTime > Longest)) throw new ArgumentOutOfRangeException(nameof(dueTime));
        if (period != Timeout.InfiniteTimeSpan && (period < TimeSpan.Zero || period > Longest)) throw new ArgumentOutOfRangeException(nameof(period));
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, period);
        return clock.Arm(this, dueTime, period);
    }

    public void Dispose() => clock.Disarm(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    public void Invoke()
    {
        // A callback of a real timer finds no context of a test; what it resumes may therefore run on inline.
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            if (_context is null) callback(state);
            else ExecutionContext.Run(_context, static timer => ((VirtualTimer)timer!).Call(), this);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private void Call() => callback(state);
}
