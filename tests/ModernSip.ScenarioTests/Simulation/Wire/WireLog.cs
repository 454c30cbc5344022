using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ModernSip.Diagnostics;
using ModernSip.Testing;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests.Simulation.Wire;

/// <summary>Everything that the stacks of a world sent and received, in one order.</summary>
internal sealed class WireLog(SipSimulation simulation) : ISipMessageTap
{
    private readonly List<WireEvent> _events = [];

    public IReadOnlyList<WireEvent> Events => _events;

    /// <summary>Notes what really leaves a host: the tap of a stack also sees what its flow then refuses.</summary>
    public void Watch(SipSimulatedNetwork network) => network.Tap = packet =>
    {
        if (!packet.IsDuplicate) _events.Add(new WireEvent(simulation.Time.Elapsed, true, packet.Protocol == SipTransportProtocol.Udp ? "UDP" : "TCP", packet.From, packet.To, packet.Content.ToArray()));
    };

    public void OnMessage(SipTapDirection direction, string protocol, IPEndPoint local, IPEndPoint remote, ReadOnlySpan<byte> message)
    {
        if (direction == SipTapDirection.Received) _events.Add(new WireEvent(simulation.Time.Elapsed, false, protocol, local, remote, message.ToArray()));
    }

    /// <summary>A hash of all of it: of times, addresses, directions and octets.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var one in _events)
        {
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{one.At.Ticks} {one.IsSent} {one.Protocol} {one.Local} {one.Remote} {one.Octets.Length}\n")));
            hash.AppendData(one.Octets);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    public override string ToString() => string.Join('\n', _events.Where(static one => one.IsSent || one.Message is not null));
}
