namespace ModernSip.Testing;

/// <summary>Tells whether the thread pool may still be at work for a simulation, as far as the pool lets one see.</summary>
/// <remarks>
/// The pool does not say whose work it does, and other tests use it at the same time. But where nothing waits in its queues, and as
/// much work was begun (that is: completed or now being worked on) as when it was last found without interest, nothing new can be ours.
/// </remarks>
internal sealed class PoolActivity
{
    private long _settled = -1;

    public static bool HasQueuedWork => ThreadPool.PendingWorkItemCount > 0;

    /// <summary>Whether no work of this simulation can be in the pool.</summary>
    public bool IsQuiet()
    {
        // The order matters: what left the queue before the first line is counted by the second or, if it ended meanwhile, by the third.
        if (HasQueuedWork) return false;
        var busy = BusyThreads();
        return busy == 0 || busy + ThreadPool.CompletedWorkItemCount == _settled;
    }

    /// <summary>Notes that what goes on now has had time enough to show itself, and has not.</summary>
    public void Settle() => _settled = BusyThreads() + ThreadPool.CompletedWorkItemCount;

    private static int BusyThreads()
    {
        ThreadPool.GetMaxThreads(out var all, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);
        var self = Thread.CurrentThread.IsThreadPoolThread ? 1 : 0; // the pump itself may run there
        return Math.Max(0, all - available - self);
    }
}
