namespace ModernSip.Platform;

/// <summary>One result on its way up to the application; whoever sets it never runs the application's continuation.</summary>
/// <remarks>A task is made when one is asked for. Asked for when the result is there already, it costs neither a hop nor, mostly, an allocation.</remarks>
/// <typeparam name="T">The result.</typeparam>
internal class Completion<T>(SipContinuations continuations)
{
    private const int Open = 0;
    private const int BeingSet = 1;
    private const int Done = 2;

    private TaskCompletionSource<T>? _source; // its continuations run where it is completed, and that is always on the platform's continuations
    private T? _result;
    private Exception? _error;
    private int _state;

    public Task<T> Task
    {
        get
        {
            var isDone = Volatile.Read(ref _state) == Done;
            if (isDone && _error is null && Volatile.Read(ref _source) is null) return System.Threading.Tasks.Task.FromResult(_result!);
            var source = Volatile.Read(ref _source);
            if (source is null)
            {
                source = new TaskCompletionSource<T>();
                source = Interlocked.CompareExchange(ref _source, source, null) ?? source;

                // A result that came before the line above found nobody to tell.
                if (Volatile.Read(ref _state) == Done) Finish(source);
            }

            return source.Task;
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
        Interlocked.Exchange(ref _state, Done); // before looking for the source: whoever makes one from now on completes it
        if (Volatile.Read(ref _source) is not null) continuations.Post(static state => ((Completion<T>)state!).FinishSource(), this);
    }

    private void FinishSource() => Finish(_source!); // posted only where there is one

    private void Finish(TaskCompletionSource<T> source)
    {
        if (_error is null)
        {
            source.TrySetResult(_result!);
        }
        else
        {
            source.TrySetException(_error);
            _ = source.Task.Exception; // observed: whoever awaits it is told, nobody else need be
        }
    }
}
