namespace ModernSip.Testing;

/// <summary>One direction between two hosts: its conditions, where they differ from the network's, and what keeps datagrams in order.</summary>
internal sealed class NetworkLink
{
    private long _lastArrival;

    public SipNetworkConditions? Conditions { get; set; }

    public bool IsCut { get; set; }

    /// <summary>When a datagram sent now arrives: not before those sent earlier, unless it or they are held back.</summary>
    public long Arrival(SipSimulatedNetwork network, SipNetworkConditions conditions)
    {
        var arrival = network.After(network.Delay(conditions));
        if (network.Happens(conditions.Reordering)) return arrival + network.Ticks(conditions.ReorderingDelay);
        return _lastArrival = Math.Max(arrival, _lastArrival);
    }
}
