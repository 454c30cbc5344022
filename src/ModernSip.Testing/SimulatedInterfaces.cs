using System.Collections.Immutable;
using ModernSip.Platform;

namespace ModernSip.Testing;

/// <summary>The one interface of a simulated host.</summary>
internal sealed class SimulatedInterfaces(SipSimulatedHost host) : SipNetworkMonitor
{
    private ImmutableList<Watcher> _watchers = [];

    public override IReadOnlyList<SipNetworkInterface> GetInterfaces() => [new SipNetworkInterface("eth0", host.IsUp, host.Addresses, HasDefaultRoute: true)];

    public override IDisposable Watch(Action changed, TimeProvider time)
    {
        var watcher = new Watcher(this, changed);
        ImmutableInterlocked.Update(ref _watchers, static (list, item) => list.Add(item), watcher);
        return watcher;
    }

    public void Changed()
    {
        foreach (var watcher in _watchers) watcher.Tell();
    }

    private sealed class Watcher(SimulatedInterfaces interfaces, Action changed) : IDisposable
    {
        public void Tell() => changed();

        public void Dispose() => ImmutableInterlocked.Update(ref interfaces._watchers, static (list, item) => list.Remove(item), this);
    }
}
