namespace ModernSip.Testing;

/// <summary>Tells whether other threads, mostly those of the pool, may still be at work for a simulation.</summary>
/// <remarks>
/// Whatever was set in motion inside a run carries the run's execution context, and so is seen on whatever thread it runs. Between the pool's queue and
/// that moment it is seen by nobody; for this there is a second look: where nothing waits in the pool's queues, and as much work was begun there (that is:
/// completed or now being worked on) as when it was last found without interest, nothing new can be ours. Other tests use the same pool,
/// so this look alone can raise a false alarm; whoever gives up on one after a pause overlooks a thread that was suspended for as long between taking up our work and
/// beginning it. The pool tells nobody whose work it took, so that the pause is all that can be promised.
/// </remarks>
internal sealed class PoolActivity
{
    private readonly AsyncLocal<bool> _isOurs;
    private bool _notesWork;
    private int _pumpThread;
    private int _ours;
    private int _oursTolerated;
    private string? _workedForUs;
    private long _begunTolerated = -1;

    public PoolActivity() => _isOurs = new AsyncLocal<bool>(Note);

    /// <summary>Whether the next work is certain to come: some waits for a thread, or runs on one.</summary>
    public bool IsCertain
    {
        get
        {
            // In this order: what has just left the queue is then seen where it runs.
            if (ThreadPool.PendingWorkItemCount > 0) return true;
            var ours = Volatile.Read(ref _ours);
            _oursTolerated = Math.Min(_oursTolerated, ours);
            return ours > _oursTolerated;
        }
    }

    /// <summary>Where another thread first took up work of the simulation: its stack; null while none has.</summary>
    public string? WorkedForUs => Volatile.Read(ref _workedForUs);

    /// <summary>Whether no work of this simulation can be outside.</summary>
    public bool IsQuiet()
    {
        // The order matters: what left the queue before the first line is counted by the second or, if it ended meanwhile, by the third.
        if (IsCertain) return false;
        var busy = BusyThreads();
        return busy == 0 || busy + ThreadPool.CompletedWorkItemCount == _begunTolerated;
    }

    /// <summary>Notes that what goes on now has had time enough to show itself, and has not.</summary>
    public void Tolerate()
    {
        _oursTolerated = Volatile.Read(ref _ours);
        _begunTolerated = BusyThreads() + ThreadPool.CompletedWorkItemCount;
    }

    /// <summary>From here to <see cref="Leave"/>, what this thread sets in motion is ours.</summary>
    /// <param name="notesWork">Whether <see cref="WorkedForUs"/> is wanted.</param>
    public void Enter(bool notesWork)
    {
        _notesWork = notesWork;
        Volatile.Write(ref _pumpThread, Environment.CurrentManagedThreadId);
        _isOurs.Value = true;
    }

    public void Leave()
    {
        _isOurs.Value = false;
        Volatile.Write(ref _pumpThread, 0);
    }

    private static int BusyThreads()
    {
        ThreadPool.GetMaxThreads(out var all, out _);
        ThreadPool.GetAvailableThreads(out var available, out _);
        var self = Thread.CurrentThread.IsThreadPoolThread ? 1 : 0; // the pump itself may run there
        return Math.Max(0, all - available - self);
    }

    // Called by the runtime when a thread takes up or lays down an execution context.
    private void Note(AsyncLocalValueChangedArgs<bool> change)
    {
        if (!change.ThreadContextChanged || Environment.CurrentManagedThreadId == Volatile.Read(ref _pumpThread)) return;
        if (change.CurrentValue)
        {
            if (_notesWork && _workedForUs is null) Volatile.Write(ref _workedForUs, Environment.StackTrace);
            Interlocked.Increment(ref _ours);
        }
        else
        {
            Interlocked.Decrement(ref _ours);
        }
    }
}
