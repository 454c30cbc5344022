using System.Net;
using System.Net.NetworkInformation;

namespace ModernSip.Platform;

/// <summary>The interfaces of this machine. The system tells of changes; a look every two seconds finds what it does not tell.</summary>
internal sealed class SystemNetworkMonitor : SipNetworkMonitor
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public override IReadOnlyList<SipNetworkInterface> GetInterfaces()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces().Select(Describe)];
        }
        catch (NetworkInformationException)
        {
            return []; // some containers forbid the question; nothing can be told then
        }
    }

    public override IDisposable Watch(Action changed, TimeProvider time) => new Watcher(this, changed, time);

    private static SipNetworkInterface Describe(NetworkInterface one)
    {
        try
        {
            var properties = one.GetIPProperties();
            return new SipNetworkInterface(
                one.Name,
                one.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown, // loopback and tunnels say "unknown" on Linux
                [.. properties.UnicastAddresses.Select(static unicast => unicast.Address)],
                properties.GatewayAddresses.Any(static gateway => !gateway.Address.Equals(IPAddress.None)));
        }
        catch (NetworkInformationException)
        {
            return new SipNetworkInterface(one.Name, false, []); // it went away while it was looked at
        }
    }

    private sealed class Watcher : IDisposable
    {
        private readonly SystemNetworkMonitor _monitor;
        private readonly Action _changed;
        private readonly ITimer _timer;
        private string _last;

        public Watcher(SystemNetworkMonitor monitor, Action changed, TimeProvider time)
        {
            _monitor = monitor;
            _changed = changed;
            _last = Picture();
            NetworkChange.NetworkAddressChanged += OnAddressChanged;
            NetworkChange.NetworkAvailabilityChanged += OnAvailabilityChanged;
            using (ExecutionContext.SuppressFlow())
            {
                _timer = time.CreateTimer(static watcher => ((Watcher)watcher!).Look(), this, Interval, Interval);
            }
        }

        public void Dispose()
        {
            NetworkChange.NetworkAddressChanged -= OnAddressChanged;
            NetworkChange.NetworkAvailabilityChanged -= OnAvailabilityChanged;
            _timer.Dispose();
        }

        private void OnAddressChanged(object? sender, EventArgs e) => _changed();

        private void OnAvailabilityChanged(object? sender, NetworkAvailabilityEventArgs e) => _changed();

        private void Look()
        {
            var now = Picture();
            if (Interlocked.Exchange(ref _last, now) != now) _changed();
        }

        private string Picture() => string.Join('\n', _monitor.GetInterfaces().Select(static one => $"{one.Name} {one.IsUp} {one.HasDefaultRoute} {string.Join(' ', one.Addresses)}"));
    }
}
