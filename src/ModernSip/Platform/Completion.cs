namespace ModernSip.Platform;

/// <summary>One result on its way up to the application; whoever sets it never runs the application's continuation.</summary>
/// <remarks>
/// A task is made when one is asked for. Asked for when the result is there already, it costs neither a hop nor, mostly, an allocation. Whoever waits has a
/// task of its own: of several that await one task, the runtime resumes the last in place and sends the others to the thread pool, wherever the platform
/// wants them.
/// </remarks>
/// <typeparam name="T">The result.</typeparam>
internal class Completion<T>(SipContinuations continuations)
{
    private const int Open = 0;
    private const int BeingSet = 1;
    private const int Done = 2;

    private Waiter? _waiters; // the latest first
    private T? _result;
    private Exception? _error;
    private int _state;

    public Task<T> Task
    {
        get
        {
            if (Volatile.Read(ref _state) == Done && _error is null) return System.Threading.Tasks.Task.FromResult(_result!);
            var waiter = new Waiter();
            do waiter.Earlier = Volatile.Read(ref _waiters);
            while (Interlocked.CompareExchange(ref _waiters, waiter, waiter.Earlier) != waiter.Earlier);

            // A result that came before the line above found nobody to tell.
            if (Volatile.Read(ref _state) == Done) Finish(waiter);
            return waiter.Task;
        }
    }

    public bool IsSet => Volatile.Read(ref _state) != Open;

    public void Set(T result)
    {
        if (Interlocked.CompareExchange(ref _state, BeingSet, Open) != Open) return;
        _result = result;
        Tell();
    }

    public void Fail(Exception error)
    {
        if (Interlocked.CompareExchange(ref _state, BeingSet, Open) != Open) return;
        _error = error;
        Tell();
    }

    private void Tell()
    {
        Interlocked.Exchange(ref _state, Done); // before looking for waiters: whoever comes from now on sees it
        if (Volatile.Read(ref _waiters) is not null) continuations.Post(static state => ((Completion<T>)state!).FinishWaiters(), this);
    }

    /// <summary>In the order of their coming. Continuations run where their task is completed, and that is here.</summary>
    private void FinishWaiters()
    {
        Waiter? inOrder = null;
        for (var waiter = Interlocked.Exchange(ref _waiters, null); waiter is not null;)
        {
            var earlier = waiter.Earlier;
            waiter.Earlier = inOrder;
            inOrder = waiter;
            waiter = earlier;
        }

        for (; inOrder is not null; inOrder = inOrder.Earlier) Finish(inOrder);
    }

    private void Finish(Waiter waiter)
    {
        if (_error is null)
        {
            waiter.TrySetResult(_result!);
        }
        else
        {
            waiter.TrySetException(_error);
            _ = waiter.Task.Exception; // observed: whoever awaits it is told, nobody else need be
        }
    }

    private sealed class Waiter : TaskCompletionSource<T>
    {
        public Waiter? Earlier { get; set; }
    }
}
