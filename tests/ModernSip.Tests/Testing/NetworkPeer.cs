using System.Globalization;
using System.Net;
using System.Text;
using ModernSip.Testing;
using ModernSip.Transport;

namespace ModernSip.Tests.Testing;

/// <summary>A bound transport of a simulated host that notes what it is told.</summary>
internal sealed class NetworkPeer : ISipReceiver
{
    private readonly TimeProvider _time;
    private readonly long _begin;

    private NetworkPeer(TimeProvider time) => (_time, _begin) = (time, time.GetTimestamp());

    public List<string> Messages { get; } = [];

    public List<string> Arrivals { get; } = [];

    public List<SipFlow> Flows { get; } = [];

    public List<(SipFlow Flow, Exception? Error)> Closed { get; } = [];

    /// <summary>What to do with each message, beside noting it.</summary>
    public Action<SipFlow, string>? Answer { get; set; }

    public ISipTransportBinding Binding { get; private set; } = null!;

    public IPEndPoint Local => Binding.LocalEndPoint;

    public static async Task<NetworkPeer> BindAsync(TimeProvider time, SipSimulatedHost host, ISipTransport transport, int port = 5060)
    {
        var peer = new NetworkPeer(time);
        peer.Binding = await transport.BindAsync(new IPEndPoint(host.Address, port), peer, default);
        return peer;
    }

    public Task<SipFlow> ConnectAsync(IPEndPoint remote) => Binding.ConnectAsync(new(remote), default).AsTask();

    public void OnMessage(SipFlow flow, ReadOnlySpan<byte> message)
    {
        var text = Encoding.UTF8.GetString(message);
        Messages.Add(text);
        Arrivals.Add(string.Create(CultureInfo.InvariantCulture, $"{text}@{_time.GetElapsedTime(_begin).TotalMilliseconds}"));
        Flows.Add(flow);
        Answer?.Invoke(flow, text);
    }

    public void OnMalformed(SipFlow flow, ReadOnlySpan<byte> octets, string reason) => throw new InvalidOperationException("A simulated network frames nothing.");

    public void OnClosed(SipFlow flow, Exception? error) => Closed.Add((flow, error));
}
