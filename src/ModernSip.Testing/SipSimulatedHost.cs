using System.Net;
using System.Net.Sockets;
using ModernSip.Errors;
using ModernSip.Platform;
using ModernSip.Transport;

namespace ModernSip.Testing;

/// <summary>A host of a <see cref="SipSimulatedNetwork"/>.</summary>
public sealed class SipSimulatedHost
{
    private readonly SimulatedInterfaces _interfaces;
    private IPAddress[] _addresses;
    private bool _isUp = true;

    internal SipSimulatedHost(SipSimulatedNetwork network, SipSimulatedNat? nat, IPAddress[] addresses)
    {
        Network = network;
        Nat = nat;
        _addresses = addresses;
        _interfaces = new SimulatedInterfaces(this);
        Udp = new DatagramTransport(this);
        Tcp = new StreamTransport(this);
    }

    /// <summary>The first address.</summary>
    public IPAddress Address => _addresses[0];

    /// <summary>All addresses.</summary>
    public IReadOnlyList<IPAddress> Addresses => _addresses;

    /// <summary>The interface of the host, named "eth0", for a platform that lets connections follow it: see <see cref="ModernSip.Platform.SipPlatform.Network"/>.</summary>
    public SipNetworkMonitor Interfaces => _interfaces;

    /// <summary>The transport for datagrams.</summary>
    public ISipTransport Udp { get; }

    /// <summary>The transport for streams. Streams carry whole messages, so nothing malformed is ever reported.</summary>
    public ISipTransport Tcp { get; }

    /// <summary>
    /// Whether the host is joined to the network. While it is not, sending a datagram throws, nothing arrives, and streams hold what they carry; its
    /// bound ports and its connections stay.
    /// </summary>
    public bool IsUp
    {
        get
        {
            lock (Network.Gate) return _isUp;
        }

        set
        {
            lock (Network.Gate)
            {
                _isUp = value;
                if (value) Network.WayMended();
            }

            _interfaces.Changed();
        }
    }

    internal SipSimulatedNetwork Network { get; }

    /// <summary>The translator that the host is behind.</summary>
    internal SipSimulatedNat? Nat { get; }

    internal PortTable<DatagramBinding> Datagrams { get; } = new();

    internal PortTable<StreamBinding> Streams { get; } = new();

    /// <summary>Breaks every connection, as a host does that was restarted: both ends see an error, each when it learns of it.</summary>
    public void ResetConnections()
    {
        StreamBinding[] bindings;
        lock (Network.Gate) bindings = [.. Streams.All];
        foreach (var binding in bindings) binding.Reset();
    }

    /// <summary>Gives the host other addresses, as a lease or a move to another network does. What was bound to the old ones neither sends nor receives any more.</summary>
    /// <param name="addresses">The addresses, at least one.</param>
    /// <exception cref="ArgumentException">An address is none, or another host's.</exception>
    public void SetAddresses(params string[] addresses)
    {
        lock (Network.Gate) _addresses = Network.Move(this, addresses);
        _interfaces.Changed();
    }

    /// <inheritdoc/>
    public override string ToString() => Address.ToString();

    internal bool Owns(IPAddress address) => Array.IndexOf(_addresses, address) >= 0;

    internal void CheckLocal(IPEndPoint local)
    {
        if (!IsWildcard(local.Address) && !Owns(local.Address)) throw new SipTransportException($"{local.Address} is not an address of the host {this}.");
    }

    /// <summary>The address that packets to a peer carry as their source, before any translation.</summary>
    internal IPAddress LocalTowards(IPAddress bound, IPEndPoint remote)
    {
        if (!IsWildcard(bound) && bound.AddressFamily == remote.AddressFamily) return bound;
        var own = IsWildcard(bound) ? Array.Find(_addresses, address => address.AddressFamily == remote.AddressFamily) : null;
        return own ?? throw new SipTransportException($"The host {this} has no way to {remote} from {bound}.");
    }

    /// <summary>The source address as the peer sees it.</summary>
    internal IPEndPoint SourceTowards(SipTransportProtocol protocol, IPEndPoint local, IPEndPoint remote) =>
        Nat is null || Network.IsInRealm(Nat, remote.Address) ? local : Nat.Translate(this, protocol, local, remote);

    internal static bool IsWildcard(IPAddress address) =>
        address.Equals(address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any);
}
