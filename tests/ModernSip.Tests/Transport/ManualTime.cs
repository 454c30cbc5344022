namespace ModernSip.Tests.Transport;

/// <summary>A clock that stands still until a test moves it. Timers fire on the thread that moves it.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(TimeSpan Wait, TaskCompletionSource Seen)> _watches = [];
    private long _now = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    /// <summary>Ends when some timer is set to fire after exactly this wait, or was since the clock was made.</summary>
    public Task ArmedAsync(TimeSpan wait)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_timers.Exists(timer => timer.Wait == wait)) seen.SetResult();
            else _watches.Add((wait, seen));
        }

        return seen.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>Moves the clock, timer by timer.</summary>
    public void Advance(TimeSpan by)
    {
        var end = GetTimestamp() + by.Ticks;
        while (true)
        {
            ManualTimer? next;
            lock (_gate)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                if (next is not null)
                {
                    Interlocked.Exchange(ref _now, Math.Max(_now, next.Due));
                    next.Due = long.MaxValue;
                }
            }

            if (next is null) break;
            next.Fire();
        }

        Interlocked.Exchange(ref _now, end);
    }

    /// <summary>The machine sleeps: the clock has gone on, and only then what became due fires.</summary>
    public void Sleep(TimeSpan by)
    {
        Interlocked.Add(ref _now, by.Ticks);
        Advance(TimeSpan.Zero);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        period.Should().Be(Timeout.InfiniteTimeSpan);
        var timer = new ManualTimer(this, callback, state);
        lock (_gate) _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; set; } = long.MaxValue;

        public TimeSpan Wait { get; private set; } = Timeout.InfiniteTimeSpan;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                Wait = dueTime;
                Due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : time.GetTimestamp() + dueTime.Ticks;
                foreach (var (wait, seen) in time._watches)
                {
                    if (wait == dueTime) seen.TrySetResult();
                }

                time._watches.RemoveAll(watch => watch.Seen.Task.IsCompleted);
            }

            return true;
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (time._gate) time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
