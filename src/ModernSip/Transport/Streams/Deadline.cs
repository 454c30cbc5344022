namespace ModernSip.Transport.Streams;

/// <summary>A point in time that is moved often and reached seldom. Moving it later costs a store, not a change of the timer.</summary>
/// <remarks>One thread at a time moves it; what it calls may run on any.</remarks>
internal sealed class Deadline : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Action _expired;
    private readonly ITimer _timer;
    private long _due = long.MaxValue;
    private long _armed = long.MaxValue;

    public Deadline(TimeProvider time, Action expired)
    {
        _time = time;
        _expired = expired;

        // The timer lives as long as the connection, so it does not take the caller's context along.
        var restore = !ExecutionContext.IsFlowSuppressed();
        if (restore) ExecutionContext.SuppressFlow();
        _timer = time.CreateTimer(static state => ((Deadline)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (restore) ExecutionContext.RestoreFlow();
    }

    /// <summary>Moves the deadline to this long from now.</summary>
    public void Set(TimeSpan delay)
    {
        var due = _time.GetTimestamp() + (long)(delay.TotalSeconds * _time.TimestampFrequency);
        Interlocked.Exchange(ref _due, due);
        if (due < Interlocked.Read(ref _armed)) Arm(due);
    }

    /// <summary>Takes the deadline away.</summary>
    public void Clear() => Interlocked.Exchange(ref _due, long.MaxValue);

    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        Interlocked.Exchange(ref _armed, long.MaxValue);
        if (_time.GetTimestamp() >= Interlocked.Read(ref _due))
        {
            _expired();
            return;
        }

        // A deadline moved while it is read here is seen by the next turn, or is armed by who moved it.
        long due;
        while ((due = Interlocked.Read(ref _due)) != long.MaxValue && Interlocked.Read(ref _armed) != due) Arm(due);
    }

    private void Arm(long due)
    {
        Interlocked.Exchange(ref _armed, due);

        // Rounded up, or the timer fires some ticks early again and again.
        var wait = Math.Max(0, Math.Ceiling(_time.GetElapsedTime(_time.GetTimestamp(), due).TotalMilliseconds));
        _timer.Change(TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
    }
}
