using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ModernSip.Messages;
using ModernSip.Messages.Parsing;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>Where peers reach this side, as Via and Contact tell them: at the local address, unless the application said or a peer has seen another.</summary>
/// <remarks>
/// What a peer sees stands in "received" and "rport" of its responses (RFC 3261 §18.2.1, RFC 3581 §4). It is believed towards that peer only: one that
/// lies misdirects what it sends itself, and nothing else.
/// </remarks>
internal sealed class PublicAddresses(IReadOnlyList<IPEndPoint> advertised, bool learns)
{
    private const int Capacity = 256;

    private readonly ConcurrentDictionary<(SipTransportProtocol, IPAddress), IPEndPoint> _seen = new();

    /// <summary>The address and port to tell the peer of a flow.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="listeningPort">The local port that this side listens on.</param>
    public (IPAddress Address, int Port) Of(SipFlow flow, int listeningPort)
    {
        if (Advertised(flow.RemoteEndPoint.AddressFamily) is { } own) return (own.Address, own.Port == 0 ? listeningPort : own.Port);
        if (!_seen.IsEmpty && _seen.TryGetValue((flow.Protocol, flow.RemoteEndPoint.Address), out var seen)) return (seen.Address, seen.Port);
        return (flow.LocalEndPoint.Address, listeningPort);
    }

    /// <summary>Whether an address and port are this side's own towards somebody.</summary>
    public bool Contains(IPAddress address, int port) =>
        advertised.Any(own => own.Address.Equals(address) && (own.Port == 0 || own.Port == port)) || _seen.Values.Any(seen => seen.Address.Equals(address) && seen.Port == port);

    /// <summary>Looks at what a peer says where a request came from.</summary>
    /// <param name="flow">The flow that the request went out on.</param>
    /// <param name="via">The topmost Via of the response: this side's own, as the peer completed it.</param>
    /// <param name="listeningPort">The local port that this side listens on.</param>
    /// <returns>Whether that is another address than the peer was told.</returns>
    public bool Learn(SipFlow flow, SipVia via, int listeningPort)
    {
        var remote = flow.RemoteEndPoint.Address;
        if (!learns || Advertised(remote.AddressFamily) is not null) return false;
        var told = Of(flow, listeningPort);
        var address = via.Received ?? (UriText.TryParseAddress(via.HostOctets, out var sentBy) ? sentBy : told.Address);
        if (!IsBelievable(address, remote)) return false;

        // The port of a connection is not the one that this side listens on: it is told only to a peer behind a translator, where the other leads nowhere.
        var isLocal = address.Equals(flow.LocalEndPoint.Address);
        var port = isLocal && flow.IsReliable ? listeningPort : via.ResponsePort ?? via.Port ?? listeningPort;
        if (address.Equals(told.Address) && port == told.Port) return false;
        if (_seen.Count >= Capacity) _seen.Clear();
        if (isLocal && port == listeningPort) _seen.TryRemove((flow.Protocol, remote), out _);
        else _seen[(flow.Protocol, remote)] = new IPEndPoint(address, port);
        return true;
    }

    private static bool IsBelievable(IPAddress address, IPAddress remote) =>
        address.AddressFamily == remote.AddressFamily
        && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !address.Equals(IPAddress.Broadcast) && !address.IsIPv6Multicast
        && !(address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] is 0 or >= 224)
        && (!IPAddress.IsLoopback(address) || IPAddress.IsLoopback(remote));

    private IPEndPoint? Advertised(AddressFamily family)
    {
        foreach (var own in advertised)
        {
            if (own.AddressFamily == family) return own;
        }

        return null;
    }
}
