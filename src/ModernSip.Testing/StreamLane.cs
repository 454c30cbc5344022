namespace ModernSip.Testing;

/// <summary>One direction of a stream: delivers in order whatever it is given, and holds it while the way is cut.</summary>
internal sealed class StreamLane(SipSimulatedNetwork network, SipSimulatedHost from, SipSimulatedHost? to)
{
    private readonly Queue<Action> _underWay = new();
    private long _lastArrival;
    private int _overdue;
    private int _stalls;

    /// <summary>Called once when something could not be delivered for too long.</summary>
    public Action? GaveUp { get; set; }

    public bool IsOpen => network.IsOpen(from, to);

    /// <summary>Delivers later. Call with the gate held; the delivery itself runs without it.</summary>
    public void Carry(Action deliver)
    {
        _underWay.Enqueue(deliver);
        Schedule();
    }

    /// <summary>The way is open again.</summary>
    public void Resume()
    {
        _stalls++;
        for (; _overdue > 0; _overdue--) Schedule();
    }

    private void Schedule()
    {
        _lastArrival = Math.Max(_lastArrival, network.After(network.Delay(network.ConditionsBetween(from, to))));
        network.Schedule(_lastArrival, DeliverNext);
    }

    // Each arrival delivers the oldest that is under way, so a cut that hits some of them cannot change their order.
    private void DeliverNext()
    {
        Action? deliver = null;
        lock (network.Gate)
        {
            if (IsOpen) _underWay.TryDequeue(out deliver);
            else if (_overdue++ == 0) Stall();
        }

        deliver?.Invoke();
    }

    private void Stall()
    {
        network.Stall(this);
        var stall = _stalls;
        network.Schedule(network.After(network.ConditionsBetween(from, to).StreamTimeout), () => GiveUp(stall));
    }

    private void GiveUp(int stall)
    {
        lock (network.Gate)
        {
            if (stall != _stalls) return;
            _underWay.Clear();
        }

        GaveUp?.Invoke();
    }
}
