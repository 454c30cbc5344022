namespace ModernSip.Testing;

/// <summary>Carries out the events of a simulated network one after the other, in the order of their times, then of their making.</summary>
internal sealed class NetworkWire : IDisposable
{
    // On a real clock senders and the timer are on different threads. Never held while an event runs.
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Action, (long Due, long Order)> _events = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _order;
    private bool _busy;
    private bool _disposed;

    public NetworkWire(TimeProvider time)
    {
        _time = time;
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(static wire => ((NetworkWire)wire!).CarryOut(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Never runs the event inside this call.</summary>
    public void At(long timestamp, Action carryOut)
    {
        lock (_gate)
        {
            if (_disposed) return;
            _events.Enqueue(carryOut, (timestamp, _order++));
            if (!_busy) Arm();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _events.Clear();
        }

        _timer.Dispose();
    }

    // One event a time, and then the timer again, so that on virtual time the work that the event set in motion is done before the next.
    private void CarryOut()
    {
        Action carryOut;
        lock (_gate)
        {
            if (_busy || !_events.TryPeek(out carryOut!, out var next)) return; // `!`: set where this is true
            if (next.Due > _time.GetTimestamp())
            {
                Arm(); // a real timer may fire a little early
                return;
            }

            _events.Dequeue();
            _busy = true;
        }

        try
        {
            carryOut();
        }
        finally
        {
            lock (_gate)
            {
                _busy = false;
                Arm();
            }
        }
    }

    private void Arm()
    {
        if (_disposed || !_events.TryPeek(out _, out var next)) return;
        var now = _time.GetTimestamp();
        _timer.Change(next.Due <= now ? TimeSpan.Zero : _time.GetElapsedTime(now, next.Due), Timeout.InfiniteTimeSpan);
    }
}
