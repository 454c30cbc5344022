namespace ModernSip.Platform;

/// <summary>One result on its way up to the application; whoever sets it never runs the application's continuation.</summary>
/// <typeparam name="T">The result.</typeparam>
internal sealed class Completion<T>(SipContinuations continuations)
{
    // Continuations run where the task is completed, and that is always on the platform's continuations.
    private readonly TaskCompletionSource<T> _source = new();
    private int _isSet;

    public Task<T> Task => _source.Task;

    public bool IsSet => Volatile.Read(ref _isSet) == 1;

    public void Set(T result) => Post((source, value) => source.TrySetResult((T)value!), result);

    public void Fail(Exception error) => Post(static (source, value) => source.TrySetException((Exception)value!), error);

    private void Post(Action<TaskCompletionSource<T>, object?> finish, object? value)
    {
        if (Interlocked.Exchange(ref _isSet, 1) == 1) return;
        continuations.Post(static state =>
        {
            var (source, act, result) = ((TaskCompletionSource<T>, Action<TaskCompletionSource<T>, object?>, object?))state!;
            act(source, result);
            if (source.Task.IsFaulted) _ = source.Task.Exception; // observed: whoever awaits it is told, nobody else need be
        }, (_source, finish, value));
    }
}
