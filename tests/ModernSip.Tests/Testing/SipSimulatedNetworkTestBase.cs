using System.Net;
using System.Text;
using ModernSip.Testing;
using ModernSip.Transport;

namespace ModernSip.Tests.Testing;

public abstract class SipSimulatedNetworkTestBase : IDisposable
{
    private protected SipSimulatedNetworkTestBase()
    {
        Network = new SipSimulatedNetwork(Simulation);
        Alice = Network.CreateHost("10.0.0.1");
        Bob = Network.CreateHost("10.0.0.2");
    }

    private protected SipSimulation Simulation { get; } = new(seed: 42);

    private protected SipSimulatedNetwork Network { get; }

    private protected SipSimulatedHost Alice { get; }

    private protected SipSimulatedHost Bob { get; }

    public void Dispose()
    {
        Network.Dispose();
        Simulation.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static IPEndPoint End(string text) => IPEndPoint.Parse(text);

    private protected static void Send(SipFlow flow, string text) => flow.Send(Encoding.UTF8.GetBytes(text));

    private protected Task<NetworkPeer> Udp(SipSimulatedHost host, int port = 5060) => NetworkPeer.BindAsync(Simulation.Time, host, host.Udp, port);

    private protected Task<NetworkPeer> Tcp(SipSimulatedHost host, int port = 5060) => NetworkPeer.BindAsync(Simulation.Time, host, host.Tcp, port);

    private protected Task Quiet(double seconds = 1) => Simulation.DelayAsync(TimeSpan.FromSeconds(seconds));
}
