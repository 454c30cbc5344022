using System.Net;
using ModernSip.Errors;
using ModernSip.Transport;

namespace ModernSip.Testing;

/// <summary>Which packets share a translated address (RFC 4787 §4.1).</summary>
public enum SipNatMapping
{
    /// <summary>All from one inner address and port, whatever their target.</summary>
    EndpointIndependent,

    /// <summary>All from one inner address and port to one target address and port.</summary>
    AddressAndPortDependent,
}

/// <summary>Whose datagrams a translated address lets in (RFC 4787 §5).</summary>
public enum SipNatFiltering
{
    /// <summary>Only those of an address and port that was sent to.</summary>
    AddressAndPortDependent,

    /// <summary>Everybody's.</summary>
    EndpointIndependent,
}

/// <summary>A translator of addresses: the hosts behind it share its public address.</summary>
/// <remarks>
/// They can reach the network, and it can answer; connections are made only from the inside. Mappings of datagrams end when nothing was sent from the
/// inside for <see cref="MappingTimeout"/>; a connection keeps its address as long as it lasts.
/// </remarks>
public sealed class SipSimulatedNat
{
    private const int FirstPort = 20_000;

    private readonly SipSimulatedNetwork _network;
    private readonly Dictionary<(SipTransportProtocol Protocol, IPEndPoint Inner, IPEndPoint? Remote), Entry> _bySource = [];
    private readonly Dictionary<int, Entry> _byPort = [];
    private int _next = FirstPort;

    internal SipSimulatedNat(SipSimulatedNetwork network, IPAddress address)
    {
        _network = network;
        Address = address;
    }

    /// <summary>The public address.</summary>
    public IPAddress Address { get; }

    /// <summary>Which packets share a translated address. Set it before anything is sent.</summary>
    public SipNatMapping Mapping { get; set; }

    /// <summary>Whose datagrams are let in.</summary>
    public SipNatFiltering Filtering { get; set; }

    /// <summary>How long a mapping lives after the last packet from the inside. Default 30 s, shorter than RFC 4787 §4.3 wants, as many are.</summary>
    public TimeSpan MappingTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Adds a host behind the translator.</summary>
    /// <param name="addresses">Its private addresses; hosts behind other translators may have the same.</param>
    /// <exception cref="ArgumentException">An address is none, or is taken here.</exception>
    public SipSimulatedHost CreateHost(params string[] addresses) => _network.AddHost(this, addresses);

    /// <summary>Forgets all mappings, as a restart does; what is sent next gets new ports.</summary>
    public void ForgetMappings()
    {
        lock (_network.Gate)
        {
            _bySource.Clear();
            _byPort.Clear();
        }
    }

    internal IPEndPoint Translate(SipSimulatedHost host, SipTransportProtocol protocol, IPEndPoint inner, IPEndPoint remote)
    {
        var key = (protocol, inner, Mapping == SipNatMapping.AddressAndPortDependent ? remote : null);
        if (!_bySource.TryGetValue(key, out var entry) || IsOver(entry))
        {
            if (entry is not null) _byPort.Remove(entry.Outer.Port);
            entry = new Entry(host, protocol, inner, new IPEndPoint(Address, FreePort()));
            _bySource[key] = entry;
            _byPort.Add(entry.Outer.Port, entry);
        }

        entry.SentTo.Add(remote);
        entry.LastSent = _network.Now();
        return entry.Outer;
    }

    /// <summary>Where a datagram that came to a public port is to go, if it is let in.</summary>
    internal Entry? Inside(IPEndPoint source, int port) =>
        _byPort.TryGetValue(port, out var entry) && entry.Protocol == SipTransportProtocol.Udp && !IsOver(entry) && (Filtering == SipNatFiltering.EndpointIndependent || entry.SentTo.Contains(source))
            ? entry
            : null;

    private bool IsOver(Entry entry) => _network.Now() - entry.LastSent > _network.Ticks(MappingTimeout);

    private int FreePort()
    {
        for (var tried = FirstPort; tried <= IPEndPoint.MaxPort; tried++)
        {
            var port = _next;
            _next = port == IPEndPoint.MaxPort ? FirstPort : port + 1;
            if (!_byPort.ContainsKey(port)) return port;
        }

        throw new SipTransportException($"The translator {Address} has no free port.");
    }

    internal sealed class Entry(SipSimulatedHost host, SipTransportProtocol protocol, IPEndPoint inner, IPEndPoint outer)
    {
        public SipSimulatedHost Host { get; } = host;

        public SipTransportProtocol Protocol { get; } = protocol;

        public IPEndPoint Inner { get; } = inner;

        public IPEndPoint Outer { get; } = outer;

        public HashSet<IPEndPoint> SentTo { get; } = [];

        public long LastSent { get; set; }
    }
}
