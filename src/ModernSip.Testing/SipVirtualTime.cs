namespace ModernSip.Testing;

/// <summary>A clock that stands still until it is told to advance, and then goes from timer to timer.</summary>
/// <remarks>
/// <para>
/// While a callback runs the clock shows exactly the due time of its timer, and whatever the callback posted is done before the
/// next timer fires. Timers fire in the order of their due times; timers that are due together fire in the order of their creation.
/// </para>
/// <para>
/// Reading the clock, and creating, changing and disposing timers, are safe from any thread; firing happens only inside
/// <see cref="Advance"/>, <see cref="AdvanceToNextTimer"/> and <see cref="SipSimulation.Run(Func{Task}, TimeSpan?)"/>. The resolution is 100 ns.
/// </para>
/// </remarks>
public sealed class SipVirtualTime : TimeProvider
{
    // Timers come from any thread, also from pool threads that the simulation has no hold of, and the set of armed timers must stay
    // in order while the clock takes from it: hence a lock. It is never held while a callback runs.
    private readonly Lock _gate = new();
    private readonly SortedSet<VirtualTimer> _armed = new(VirtualTimer.FiringOrder);
    private readonly DateTimeOffset _start;
    private readonly Action? _settle;
    private long _now;
    private long _jumped;
    private long _created;
    private int _advancing;

    /// <summary>Makes a clock.</summary>
    /// <param name="start">What <see cref="GetUtcNow"/> shows at first; without it, 2030-01-01 00:00 UTC.</param>
    /// <param name="settle">
    /// Runs whatever is waiting to run. Called by <see cref="Advance"/> before the first timer, after each one, and at the end.
    /// A <see cref="SipSimulation"/> brings its own.
    /// </param>
    public SipVirtualTime(DateTimeOffset? start = null, Action? settle = null)
    {
        _start = (start ?? new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)).ToUniversalTime();
        _settle = settle;
    }

    /// <summary>The virtual time since the clock was made; wall-clock jumps do not count.</summary>
    public TimeSpan Elapsed => new(GetTimestamp());

    /// <summary>The number of timers that are armed.</summary>
    public int PendingTimers
    {
        get
        {
            lock (_gate) return _armed.Count;
        }
    }

    /// <summary>The time from now until the next timer is due, or null when none is armed.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            lock (_gate) return _armed.Min is { } first ? new TimeSpan(Math.Max(0, first.Due - _now)) : null;
        }
    }

    /// <summary>Ticks of 100 ns.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Always UTC, so that a test means the same on every machine.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref _now);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _start.AddTicks(_now + _jumped);
    }

    /// <inheritdoc/>
    /// <remarks>As with the system's clock, a due time of zero fires at the next opportunity, never inside this call.</remarks>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        VirtualTimer.Check(dueTime, period);
        var timer = new VirtualTimer(this, Interlocked.Increment(ref _created), callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock forward, firing every timer that becomes due on the way, also those made on the way.</summary>
    /// <param name="by">How far; zero fires what is due now.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">The clock is advancing already: a callback, or work that it posted, called this.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        BeginAdvance();
        try
        {
            var until = checked(_now + by.Ticks);
            _settle?.Invoke();
            while (Fire(until)) _settle?.Invoke();
            lock (_gate) _now = until;
            _settle?.Invoke();
        }
        finally
        {
            EndAdvance();
        }
    }

    /// <summary>Moves the clock to the next timer and fires that one timer.</summary>
    /// <returns>Whether there was a timer.</returns>
    /// <exception cref="InvalidOperationException">The clock is advancing already: a callback, or work that it posted, called this.</exception>
    public bool AdvanceToNextTimer()
    {
        BeginAdvance();
        try
        {
            _settle?.Invoke();
            if (!Fire(long.MaxValue)) return false;
            _settle?.Invoke();
            return true;
        }
        finally
        {
            EndAdvance();
        }
    }

    /// <summary>Sets the wall clock forward or back, as an operator or NTP would: timers and <see cref="GetTimestamp"/> do not notice.</summary>
    /// <param name="by">How far; negative sets it back.</param>
    /// <exception cref="ArgumentOutOfRangeException">The clock would leave the years 1 to 9999.</exception>
    public void JumpWallClock(TimeSpan by)
    {
        lock (_gate)
        {
            _ = _start.AddTicks(checked(_now + _jumped + by.Ticks));
            _jumped += by.Ticks;
        }
    }

    /// <summary>Fires the next timer if it is due by <paramref name="until"/>, and leaves what it posted to the caller, which is the simulation's pump.</summary>
    internal bool Step(long until)
    {
        BeginAdvance();
        try
        {
            return Fire(until);
        }
        finally
        {
            EndAdvance();
        }
    }

    internal bool Arm(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            if (timer.IsDisposed) return false;
            _armed.Remove(timer);
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            timer.Due = checked(_now + dueTime.Ticks);
            timer.Period = Math.Max(0, period.Ticks);
            _armed.Add(timer);
            return true;
        }
    }

    internal void Disarm(VirtualTimer timer)
    {
        lock (_gate)
        {
            timer.IsDisposed = true;
            _armed.Remove(timer);
        }
    }

    private bool Fire(long until)
    {
        VirtualTimer timer;
        lock (_gate)
        {
            if (_armed.Min is not { } first || first.Due > until) return false;
            timer = first;
            _armed.Remove(timer);
            _now = Math.Max(_now, timer.Due);
            if (timer.Period > 0)
            {
                timer.Due += timer.Period;
                _armed.Add(timer);
            }
        }

        timer.Invoke();
        return true;
    }

    private void BeginAdvance()
    {
        if (Interlocked.Exchange(ref _advancing, 1) != 0)
            throw new InvalidOperationException("Virtual time is advancing already. A callback, or work that it posted, must not advance it; await a delay instead.");
    }

    private void EndAdvance() => Volatile.Write(ref _advancing, 0);
}
