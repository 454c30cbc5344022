namespace ModernSip.Platform;

/// <summary>A thread in front of the thread pool that takes work while it has none, and leaves the rest to the pool.</summary>
/// <remarks>
/// It sleeps as soon as it has nothing to do. It holds nobody up: what comes while it is at work, if only because the application blocks, goes to the pool.
/// Having had nothing to do for a while it ends, and comes back when it is wanted.
/// </remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "It lives as long as the process; its handle is the thread's.")]
internal sealed class StandbyThread
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly AutoResetEvent _wake = new(initialState: false); // unlike a monitor it is not held while the thread is woken, who would then wait for it
    private readonly ContextCallback _run;
    private Action<object?>? _work;
    private object? _state;
    private bool _isThere;
    private int _isTaken; // whoever takes it may write the fields above

    public StandbyThread() => _run = _ => Run();

    /// <summary>Hands work to the thread, unless it has some.</summary>
    /// <returns>Whether it takes it.</returns>
    public bool TryRun(Action<object?> work, object? state)
    {
        if (Interlocked.CompareExchange(ref _isTaken, 1, 0) != 0) return false;
        (_work, _state) = (work, state);
        if (_isThere)
        {
            _wake.Set();
            return true;
        }

        _isThere = true;
        new Thread(Work) { IsBackground = true, Name = "SIP continuations" }.UnsafeStart(); // no caller's context goes along
        return true;
    }

    private void Work()
    {
        var context = ExecutionContext.Capture()!; // an empty one: nothing flowed into this thread
        do
        {
            ExecutionContext.Run(context, _run, null); // what the work leaves in the thread's context is gone with it, as on the pool
            Volatile.Write(ref _isTaken, 0);
        }
        while (WaitForWork());
    }

    private bool WaitForWork()
    {
        while (!_wake.WaitOne(Patience))
        {
            if (Interlocked.CompareExchange(ref _isTaken, 1, 0) != 0) continue; // just now somebody has work
            _isThere = false;
            Volatile.Write(ref _isTaken, 0);
            return false;
        }

        return true;
    }

    private void Run()
    {
        var (work, state) = (_work!, _state); // there since the thread was taken
        (_work, _state) = (null, null);
        work(state);
    }
}
