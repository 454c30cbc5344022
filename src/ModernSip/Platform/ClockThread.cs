namespace ModernSip.Platform;

/// <summary>The one timer of a shard on the system's clock: a thread that sleeps until it is due.</summary>
/// <remarks>
/// The runtime's timers fire on the thread pool, which costs a message's worth each time, and the pool's own bookkeeping for a second behind. Here the callback
/// runs on a thread that may do the shard's work itself; nothing of the application's runs on it.
/// </remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2213", Justification = "Whoever changes the timer while it is disposed may still signal; the handle goes with the thread.")]
internal sealed class ClockThread : ITimer
{
    private const long Never = long.MaxValue;

    private readonly TimeProvider _time;
    private readonly Action _callback;
    private readonly Thread _thread;
    private readonly AutoResetEvent _changed = new(initialState: false);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _due = Never; // a timestamp
    private long _sleepsUntil = Never;
    private volatile bool _disposed;

    /// <summary>Starts the thread; it fires nothing before <see cref="Change"/>.</summary>
    public ClockThread(TimeProvider time, Action callback)
    {
        _time = time;
        _callback = callback;
        _thread = new Thread(Run) { IsBackground = true, Name = "SIP clock" };
        _thread.UnsafeStart(); // it outlives the caller, so it does not take the caller's context along
    }

    /// <summary>Sets when to fire, once.</summary>
    /// <param name="dueTime">From now; infinite for never.</param>
    /// <param name="period">Infinite: it does not repeat.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is a period.</exception>
    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(period, Timeout.InfiniteTimeSpan);
        if (_disposed) return false;
        var due = dueTime == Timeout.InfiniteTimeSpan ? Never : _time.GetTimestamp() + (long)Math.Ceiling(dueTime.TotalSeconds * _time.TimestampFrequency);
        Interlocked.Exchange(ref _due, due); // before looking how long the thread sleeps, which looks at it again before it does
        if (due < Volatile.Read(ref _sleepsUntil)) _changed.Set();
        return true;
    }

    public void Dispose()
    {
        _disposed = true;
        _changed.Set();
    }

    public async ValueTask DisposeAsync()
    {
        Dispose();
        if (Thread.CurrentThread != _thread) await _ended.Task.ConfigureAwait(false);
    }

    private void Run()
    {
        while (!_disposed)
        {
            var due = Volatile.Read(ref _due);
            var left = due == Never ? Timeout.InfiniteTimeSpan : _time.GetElapsedTime(_time.GetTimestamp(), due);
            if (due == Never || left > TimeSpan.Zero) SleepUntil(due, left);
            else if (Interlocked.CompareExchange(ref _due, Never, due) == due) _callback();
        }

        _ended.SetResult();
    }

    private void SleepUntil(long due, TimeSpan left)
    {
        Interlocked.Exchange(ref _sleepsUntil, due);
        if (Volatile.Read(ref _due) >= due) _changed.WaitOne(left < TimeSpan.Zero ? Timeout.Infinite : (int)Math.Min(int.MaxValue, Math.Ceiling(left.TotalMilliseconds)));
        Interlocked.Exchange(ref _sleepsUntil, 0); // awake it looks by itself
    }
}
