using System.Net;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests.Simulation.Hostile;

/// <summary>Somebody who sends, and hears nothing.</summary>
internal sealed class SilentPeer : ISipReceiver
{
    private ISipTransportBinding? _binding;

    public static async Task<SilentPeer> BindAsync(World world, string address)
    {
        var peer = new SilentPeer();
        peer._binding = await world.Network.CreateHost(address).Udp.BindAsync(new IPEndPoint(IPAddress.Parse(address), 5060), peer, default);
        return peer;
    }

    public async Task SendAsync(byte[] octets, IPEndPoint to) => (await _binding!.ConnectAsync(new(to), default)).Send(octets);

    public void OnMessage(SipFlow flow, ReadOnlySpan<byte> message)
    {
        // What is answered does not matter to it.
    }

    public void OnMalformed(SipFlow flow, ReadOnlySpan<byte> octets, string reason)
    {
        // Its own words come back at times.
    }

    public void OnClosed(SipFlow flow, Exception? error)
    {
        // A datagram flow is not missed.
    }
}
