namespace ModernSip.Platform;

/// <summary>Continuations on the thread pool, and those that come one by one on a thread that stands by in front of it.</summary>
/// <remarks>
/// The first work after a while costs the pool more than the message does that brought it: a worker wakes another to look for more, both spin before they
/// sleep, and a third thread watches them for a second. Where work follows work the pool shares that among many, and the thread would only add a switch.
/// </remarks>
internal sealed class PoolContinuations(TimeProvider time) : SipContinuations
{
    /// <summary>How long nothing must have come for what comes then to be one by one, and how many that is with what it brings about.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    internal const int MostBehindPause = 4;

    private readonly StandbyThread _standby = new();
    private long _last;
    private int _sincePause; // as of about now: threads that come together may miscount it

    public override void Post(Action<object?> work, object? state)
    {
        var now = time.GetTimestamp();
        var isBehindPause = time.GetElapsedTime(Volatile.Read(ref _last), now) >= Pause;
        var number = isBehindPause ? 0 : Volatile.Read(ref _sincePause) + 1;
        Volatile.Write(ref _last, now);
        if (number <= MostBehindPause) Volatile.Write(ref _sincePause, number);
        if (number < MostBehindPause && _standby.TryRun(work, state)) return;
        System.Threading.ThreadPool.UnsafeQueueUserWorkItem(work, state, preferLocal: false);
    }
}
