using System.Net;
using ModernSip.Diagnostics;
using ModernSip.Errors;
using ModernSip.Platform;
using ModernSip.Transport;

namespace ModernSip.Testing;

/// <summary>An IP network in memory. Its hosts give transports for UDP and TCP that a SIP stack uses like real ones.</summary>
/// <remarks>
/// <para>
/// Datagrams can be lost, doubled, delayed and overtaken, as <see cref="SipNetworkConditions"/> say. Where there is no such host or port, and where the
/// way is cut, they vanish: ICMP is not simulated. Streams are reliable and ordered and carry whole messages: their framing is not
/// simulated. While the way is cut, a stream holds what it carries.
/// </para>
/// <para>
/// Everything arrives through a timer of the platform's clock, one event at a time, never inside a call of the sender. All chance comes from the seed: the same seed
/// and the same calls give the same <see cref="Captured"/>, octet for octet.
/// </para>
/// </remarks>
public sealed class SipSimulatedNetwork : IDisposable
{
    private readonly TimeProvider _time;
    private readonly SipRandom _random;
    private readonly NetworkWire _wire;
    private readonly long _made;
    private readonly Dictionary<(SipSimulatedNat? Realm, IPAddress Address), SipSimulatedHost> _hosts = [];
    private readonly Dictionary<IPAddress, SipSimulatedNat> _translators = [];
    private readonly Dictionary<(SipSimulatedHost From, SipSimulatedHost? To), NetworkLink> _links = [];
    private readonly List<SipCapturedPacket> _captured = [];
    private readonly List<StreamLane> _stalled = [];
    private SipNetworkConditions _conditions;

    /// <summary>Makes an empty network in a simulation; it draws from a random sequence of its own.</summary>
    /// <param name="simulation">Gives the clock and the seed.</param>
    /// <param name="conditions">How it treats what it carries; without it, <see cref="SipNetworkConditions.Default"/>.</param>
    public SipSimulatedNetwork(SipSimulation simulation, SipNetworkConditions? conditions = null)
        : this(simulation.Platform, simulation.Random.Fork(), conditions)
    {
    }

    /// <summary>Makes an empty network on any clock, also on the real one.</summary>
    /// <param name="platform">Gives the clock, the randomness, and where awaited connections continue.</param>
    /// <param name="conditions">How it treats what it carries; without it, <see cref="SipNetworkConditions.Default"/>.</param>
    public SipSimulatedNetwork(SipPlatform platform, SipNetworkConditions? conditions = null)
        : this(platform, platform.Random, conditions)
    {
    }

    private SipSimulatedNetwork(SipPlatform platform, SipRandom random, SipNetworkConditions? conditions)
    {
        _time = platform.Time;
        _random = random;
        _made = _time.GetTimestamp();
        _conditions = conditions ?? SipNetworkConditions.Default;
        _wire = new NetworkWire(_time);
        Continuations = platform.Continuations;
    }

    /// <summary>How the network treats what is sent from now on, on all links that have no conditions of their own.</summary>
    public SipNetworkConditions Conditions
    {
        get
        {
            lock (Gate) return _conditions;
        }

        set
        {
            ArgumentNullException.ThrowIfNull(value);
            lock (Gate) _conditions = value;
        }
    }

    /// <summary>Whether <see cref="Captured"/> keeps what is sent from now on; without it long runs stay small. Default true.</summary>
    public bool KeepsCaptured { get; set; } = true;

    /// <summary>Everything that was sent so far, in order.</summary>
    public IReadOnlyList<SipCapturedPacket> Captured
    {
        get
        {
            lock (Gate) return [.. _captured];
        }
    }

    /// <summary>Draws what was captured as a ladder; packets that did not arrive end in an x.</summary>
    /// <param name="names">What to write above an end point ("10.0.0.1:5060") or a host ("10.0.0.1"); others are called by their addresses.</param>
    public SipLadder Explain(IReadOnlyDictionary<string, string>? names = null)
    {
        return new SipLadder(Captured.Select(packet => new SipLadderRow(packet.At, Name(packet.From), Name(packet.To), SipLadder.Label(packet.Content.Span)) { IsLost = packet.IsDropped }));

        string Name(IPEndPoint end) => names?.GetValueOrDefault(end.ToString()) ?? names?.GetValueOrDefault(end.Address.ToString()) ?? end.ToString();
    }

    /// <summary>Is given each packet when it is sent. It must not send, block or throw.</summary>
    public Action<SipCapturedPacket>? Tap { get; set; }

    // On a real clock the transports are used from any thread, and a simulated network has no thread of its own that could own this state.
    // Never held while a receiver is called.
    internal Lock Gate { get; } = new();

    internal SipContinuations Continuations { get; }

    /// <summary>Adds a host.</summary>
    /// <param name="addresses">Its IP addresses, at least one.</param>
    /// <exception cref="ArgumentException">An address is none, or is taken.</exception>
    public SipSimulatedHost CreateHost(params string[] addresses) => AddHost(null, addresses);

    /// <summary>Adds a translator of addresses (RFC 4787), behind which hosts with private addresses can be put.</summary>
    /// <param name="address">Its public address.</param>
    /// <exception cref="ArgumentException">The address is none, or is taken.</exception>
    public SipSimulatedNat CreateNat(string address)
    {
        var parsed = Parse(address);
        lock (Gate)
        {
            if (IsTaken(null, parsed)) throw new ArgumentException($"The address {parsed} is taken.", nameof(address));
            return _translators[parsed] = new SipSimulatedNat(this, parsed);
        }
    }

    /// <summary>Gives one direction between two hosts conditions of its own.</summary>
    /// <param name="from">The sending host.</param>
    /// <param name="to">The receiving host.</param>
    /// <param name="conditions">The conditions; null for those of the network.</param>
    public void SetConditions(SipSimulatedHost from, SipSimulatedHost to, SipNetworkConditions? conditions)
    {
        lock (Gate) Link(from, to).Conditions = conditions;
    }

    /// <summary>Cuts the way between two hosts, both ways. What is under way between them does not arrive.</summary>
    /// <param name="one">A host.</param>
    /// <param name="other">Another.</param>
    public void Disconnect(SipSimulatedHost one, SipSimulatedHost other) => Cut(one, other, isCut: true);

    /// <summary>Mends the way between two hosts. Streams deliver what they held.</summary>
    /// <param name="one">A host.</param>
    /// <param name="other">Another.</param>
    public void Reconnect(SipSimulatedHost one, SipSimulatedHost other) => Cut(one, other, isCut: false);

    /// <summary>Stops the network: nothing more arrives.</summary>
    public void Dispose() => _wire.Dispose();

    internal static IPAddress Parse(string address) =>
        IPAddress.TryParse(address, out var parsed) ? parsed : throw new ArgumentException($"'{address}' is not an IP address.", nameof(address));

    internal SipSimulatedHost AddHost(SipSimulatedNat? realm, string[] addresses)
    {
        if (addresses.Length == 0) throw new ArgumentException("A host has an address.", nameof(addresses));
        var parsed = Array.ConvertAll(addresses, Parse);
        lock (Gate)
        {
            if (parsed.FirstOrDefault(address => IsTaken(realm, address)) is { } taken) throw new ArgumentException($"The address {taken} is taken.", nameof(addresses));
            var host = new SipSimulatedHost(this, realm, parsed);
            foreach (var address in parsed) _hosts.Add((realm, address), host);
            return host;
        }
    }

    /// <summary>Gives a host other addresses. Called with the gate held.</summary>
    internal IPAddress[] Move(SipSimulatedHost host, string[] addresses)
    {
        if (addresses.Length == 0) throw new ArgumentException("A host has an address.", nameof(addresses));
        var parsed = Array.ConvertAll(addresses, Parse);
        if (parsed.FirstOrDefault(address => IsTaken(host.Nat, address) && !host.Owns(address)) is { } taken) throw new ArgumentException($"The address {taken} is taken.", nameof(addresses));
        foreach (var address in host.Addresses) _hosts.Remove((host.Nat, address));
        foreach (var address in parsed) _hosts.Add((host.Nat, address), host);
        return parsed;
    }

    internal long Now() => _time.GetTimestamp();

    internal long After(TimeSpan delay) => Now() + Ticks(delay);

    internal long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _time.TimestampFrequency);

    internal void Schedule(long timestamp, Action carryOut) => _wire.At(timestamp, carryOut);

    internal bool Happens(double probability) => probability > 0 && _random.NextDouble() < probability;

    internal TimeSpan Delay(SipNetworkConditions conditions) => conditions.MaxDelay <= conditions.MinDelay
        ? conditions.MinDelay
        : conditions.MinDelay + ((conditions.MaxDelay - conditions.MinDelay) * _random.NextDouble());

    internal SipNetworkConditions ConditionsBetween(SipSimulatedHost from, SipSimulatedHost? to) => Link(from, to).Conditions ?? _conditions;

    internal bool IsOpen(SipSimulatedHost from, SipSimulatedHost? to) => to is { IsUp: true } && from.IsUp && !Link(from, to).IsCut;

    /// <summary>The host that has an address, seen from another host; for a translator's address, the host behind it that the port leads to.</summary>
    internal SipSimulatedHost? Find(SipSimulatedHost from, IPEndPoint source, IPEndPoint target) =>
        _hosts.GetValueOrDefault((from.Nat, target.Address))
        ?? _hosts.GetValueOrDefault((null, target.Address))
        ?? _translators.GetValueOrDefault(target.Address)?.Inside(source, target.Port)?.Host;

    internal SipCapturedPacket Capture(SipCapturedPacket packet)
    {
        if (KeepsCaptured) _captured.Add(packet);
        Tap?.Invoke(packet);
        return packet;
    }

    internal TimeSpan Elapsed() => _time.GetElapsedTime(_made);

    internal void SendDatagram(SipSimulatedHost from, IPEndPoint local, IPEndPoint remote, ReadOnlySpan<byte> octets)
    {
        lock (Gate)
        {
            if (!from.IsUp) throw new SipTransportException($"The network of {local} is down.");
            if (!from.Owns(local.Address)) throw new SipTransportException($"{local.Address} is no address of the host any more.");
            var source = from.SourceTowards(SipTransportProtocol.Udp, local, remote);
            var to = Find(from, source, remote);
            var conditions = ConditionsBetween(from, to);
            var copy = octets.ToArray();
            var fate = octets.Length > conditions.Mtu ? SipPacketFate.TooLarge
                : !IsOpen(from, to) ? SipPacketFate.Unreachable
                : Happens(conditions.Loss) ? SipPacketFate.Lost
                : SipPacketFate.InFlight;
            Launch(isDuplicate: false);
            if (fate == SipPacketFate.InFlight && Happens(conditions.Duplication)) Launch(isDuplicate: true);

            void Launch(bool isDuplicate)
            {
                var packet = Capture(new SipCapturedPacket(Elapsed(), local, remote, SipTransportProtocol.Udp, copy)
                {
                    TranslatedFrom = source.Equals(local) ? null : source,
                    IsDuplicate = isDuplicate,
                    Fate = fate,
                });
                if (fate == SipPacketFate.InFlight) Schedule(Link(from, to).Arrival(this, conditions), () => Arrive(packet, from, source));
            }
        }
    }

    /// <summary>Whether a host has the address, so that it and not a translator is meant.</summary>
    internal bool IsInRealm(SipSimulatedNat? realm, IPAddress address) => _hosts.ContainsKey((realm, address));

    internal void Stall(StreamLane lane) => _stalled.Add(lane);

    internal void WayMended()
    {
        foreach (var lane in _stalled.FindAll(static lane => lane.IsOpen)) lane.Resume();
        _stalled.RemoveAll(static lane => lane.IsOpen);
    }

    private void Arrive(SipCapturedPacket packet, SipSimulatedHost from, IPEndPoint source)
    {
        DatagramFlow? flow = null;
        DatagramBinding? binding = null;
        lock (Gate)
        {
            var to = Find(from, source, packet.To);
            if (!IsOpen(from, to))
            {
                packet.Fate = SipPacketFate.Unreachable;
                return;
            }

            var local = to!.Owns(packet.To.Address) ? packet.To : _translators[packet.To.Address].Inside(source, packet.To.Port)!.Inner; // open: found above
            binding = to.Datagrams.Find(local);
            flow = binding?.FlowTo(local, source);
            packet.Fate = flow is null ? SipPacketFate.NoListener : SipPacketFate.Delivered;
        }

        if (flow is not null) binding!.Receiver.OnMessage(flow, packet.Content.Span); // a flow has its binding
    }

    private void Cut(SipSimulatedHost one, SipSimulatedHost other, bool isCut)
    {
        lock (Gate)
        {
            Link(one, other).IsCut = Link(other, one).IsCut = isCut;
            if (!isCut) WayMended();
        }
    }

    private NetworkLink Link(SipSimulatedHost from, SipSimulatedHost? to)
    {
        if (!_links.TryGetValue((from, to), out var link)) _links[(from, to)] = link = new NetworkLink();
        return link;
    }

    private bool IsTaken(SipSimulatedNat? realm, IPAddress address) =>
        _hosts.ContainsKey((realm, address)) || (realm is null && _translators.ContainsKey(address));
}
