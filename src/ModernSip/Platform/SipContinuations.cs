namespace ModernSip.Platform;

/// <summary>Runs the application's continuations, so that they never run on a shard or on a receive thread.</summary>
public abstract class SipContinuations
{
    /// <summary>Continuations run on the thread pool, and while they come one by one on a thread that stands by in front of it.</summary>
    public static SipContinuations ThreadPool { get; } = new PoolContinuations(TimeProvider.System);

    /// <summary>Queues <paramref name="work"/>; it must not run before this method has returned.</summary>
    /// <param name="work">What to run.</param>
    /// <param name="state">Passed to <paramref name="work"/>.</param>
    public abstract void Post(Action<object?> work, object? state);
}
