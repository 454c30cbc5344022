using System.Diagnostics.CodeAnalysis;
using System.Net;
using ModernSip.Platform;
using ModernSip.Transport;

namespace ModernSip.Resolution;

/// <summary>The procedure of RFC 3263 §4: from what a URI says to targets in order. Pure: it says what it has to know, and is told.</summary>
/// <remarks>
/// It asks no more than the next target needs, so that the first request does not wait for look-ups that only a failure would need. The RFC lets a
/// client choose among the transports that a domain has: the preferred one is taken first.
/// </remarks>
internal sealed class TargetSearch
{
    private readonly HopRules _rules;
    private readonly Reach _reach;
    private readonly SipTransportProtocol _usual;
    private readonly SipRandom _random;
    private readonly HopTarget? _preferred;
    private readonly LinkedList<Step> _steps = [];
    private SipTransportProtocol? _bare;
    private bool _hasServers;

    /// <summary>Begins a search.</summary>
    /// <param name="rules">What the URI says.</param>
    /// <param name="reach">What this side has.</param>
    /// <param name="usual">The transport where neither the URI nor the domain says one.</param>
    /// <param name="random">Draws lots among servers of one priority.</param>
    /// <param name="preferred">A target that is to be kept to, among those of its priority.</param>
    public TargetSearch(HopRules rules, Reach reach, SipTransportProtocol usual, SipRandom random, HopTarget? preferred = null)
    {
        (_rules, _reach, _random, _preferred) = (rules, reach, random, preferred);
        _usual = rules.ProtocolOr(usual);
        if (rules.Address is { } address) _steps.AddLast(new Step.Ready(rules.TargetAt(address, usual)));
        else if (rules.Port is { } port) _steps.AddLast(new Step.Host(_usual, rules.Host, port));
        else if (rules.Protocol is not null) Guess([_usual]);
        else _steps.AddLast(new Step.Domain(rules.Host));
    }

    /// <summary>Why the domain has no target; null where nothing more is known than that it has none.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether there may be another target.</summary>
    public bool HasNext => _steps.Count > 0;

    /// <summary>What must be known before <see cref="TryTake"/> has the next target; null where it has, or where there is none.</summary>
    public TargetQuestion? Question => _steps.First?.Value switch
    {
        Step.Domain domain => new TargetQuestion.Naptr(domain.Name),
        Step.Services services => new TargetQuestion.Srv([.. services.Names.Select(static service => service.Name)]),
        Step.Host host => new TargetQuestion.Addresses(host.Name, _reach.FamiliesOf(host.Protocol)),
        _ => null,
    };

    /// <summary>Takes the next target.</summary>
    public bool TryTake([NotNullWhen(true)] out HopTarget? target)
    {
        target = _steps.First?.Value is Step.Ready ready ? ready.Target : null;
        if (target is null) return false;
        _steps.RemoveFirst();
        return true;
    }

    /// <summary>Whether the next target is another address of the same server.</summary>
    public bool HasSibling(HopTarget target) =>
        target.Server is not null && _steps.First?.Value is Step.Ready ready && ready.Target.Protocol == target.Protocol && ready.Target.Server == target.Server;

    /// <summary>Answers <see cref="TargetQuestion.Naptr"/>.</summary>
    public void Answer(IEnumerable<SipNaptrRecord> records)
    {
        Take<Step.Domain>();
        if (NaptrOrder.Choose(records, _rules.IsSecure, _reach) is not { } rules)
        {
            Guess(_rules.IsSecure ? [_usual] : [.. new[] { _usual, SipTransportProtocol.Udp, SipTransportProtocol.Tcp }.Distinct().Where(_reach.Has)]);
            return;
        }

        if (rules.Count == 0) Problem = $"'{_rules.Host}' has no transport in common with this side";
        foreach (var (protocol, rule) in rules)
        {
            if (rule.Flags is "s" or "S") _steps.AddLast(new Step.Services([(protocol, rule.Replacement)]));
            else AddServer(protocol, rule.Replacement);
        }
    }

    /// <summary>Answers <see cref="TargetQuestion.Srv"/>, in its order.</summary>
    public void Answer(IReadOnlyList<IReadOnlyList<SipSrvRecord>> records)
    {
        var services = Take<Step.Services>();
        var found = new List<Step>();
        for (var i = 0; i < services.Names.Count; i++)
        {
            var (protocol, name) = services.Names[i];
            _hasServers |= records[i].Count > 0;
            if (records[i].Any(static record => record.Target == ".")) Problem = $"'{name}' says that the service is not to be had (RFC 2782)";
            var servers = records[i].Where(static record => record.Target != "." && record.Port is > 0 and <= 65_535);
            found.AddRange(SrvOrder.Order(servers, _random, _preferred?.Server).Select(record => new Step.Host(protocol, record.Target, record.Port)));
        }

        for (var i = found.Count - 1; i >= 0; i--) _steps.AddFirst(found[i]);
        // RFC 3263 §4.2: where no service has servers, the host itself is the server.
        _bare ??= _rules.Protocol is null && services.Names.Any(service => service.Protocol == _usual) ? _usual : services.Names[0].Protocol;
        if (!_hasServers && _steps.Count == 0) AddServer(_bare.Value, _rules.Host);
    }

    /// <summary>Answers <see cref="TargetQuestion.Addresses"/>.</summary>
    public void Answer(IEnumerable<IPAddress> addresses)
    {
        var host = Take<Step.Host>();
        var server = $"{host.Name}:{host.Port}";
        var ordered = AddressOrder.Order(addresses, _reach.FamiliesOf(host.Protocol), _preferred?.EndPoint.Address);
        if (ordered.Count == 0) Problem ??= $"'{host.Name}' has no address that {host.Protocol.ToViaToken()} reaches from here";
        for (var i = ordered.Count - 1; i >= 0; i--) _steps.AddFirst(new Step.Ready(new HopTarget(host.Protocol, new IPEndPoint(ordered[i], host.Port), server)));
    }

    private void AddServer(SipTransportProtocol protocol, string host)
    {
        _hasServers = true;
        _steps.AddLast(new Step.Host(protocol, host, HopRules.DefaultPort(protocol)));
    }

    private T Take<T>()
        where T : Step
    {
        var step = (T)(_steps.First ?? throw new InvalidOperationException("Nothing was asked.")).Value;
        _steps.RemoveFirst();
        return step;
    }

    /// <summary>A domain that says nothing is asked for servers of each transport (RFC 3263 §4.1, last paragraphs).</summary>
    private void Guess(IReadOnlyList<SipTransportProtocol> protocols)
    {
        var named = protocols.Where(static protocol => Prefix(protocol) is not null).Select(protocol => (protocol, $"{Prefix(protocol)}.{_rules.Host}")).ToList();
        if (named.Count > 0) _steps.AddLast(new Step.Services(named));
        else AddServer(_usual, _rules.Host);
    }

    private static string? Prefix(SipTransportProtocol protocol) => protocol switch
    {
        SipTransportProtocol.Udp => "_sip._udp",
        SipTransportProtocol.Tcp => "_sip._tcp",
        SipTransportProtocol.Tls => "_sips._tcp",
        _ => null, // RFC 7118 defines no SRV service: a WebSocket's server is told by its URL
    };

    private abstract record Step
    {
        public sealed record Domain(string Name) : Step;

        public sealed record Services(IReadOnlyList<(SipTransportProtocol Protocol, string Name)> Names) : Step;

        public sealed record Host(SipTransportProtocol Protocol, string Name, int Port) : Step;

        public sealed record Ready(HopTarget Target) : Step;
    }
}
