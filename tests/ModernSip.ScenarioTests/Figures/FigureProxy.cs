using System.Net;
using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests.Figures;

/// <summary>
/// A proxy as the figures of RFC 3665 draw one: it answers INVITE with 100, challenges where it has a realm, adds Via and Record-Route, follows Route, and acknowledges failures hop by hop.
/// The network loses nothing, so it repeats nothing but what a test asks for.
/// </summary>
internal sealed class FigureProxy : ISipReceiver
{
    private readonly string _address;
    private readonly Dictionary<string, SipRequest> _forwarded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly Dictionary<IPAddress, SipFlow> _flows = [];

    private FigureProxy(string address) => _address = address;

    /// <summary>Where a request for this proxy's own domain goes.</summary>
    public required Func<SipRequest, SipUri> Retarget { get; init; }

    /// <summary>Asks for credentials; null for a proxy that lets everybody in.</summary>
    public SipDigestVerifier? Gate { get; init; }

    /// <summary>Whether it stays on the way of the dialog.</summary>
    public bool RecordsRoute { get; init; } = true;

    /// <summary>Changes the session descriptions that pass; null for none.</summary>
    public Func<string, string>? Rewrite { get; init; }

    private string Identity => $"sip:{_address};lr";

    public static async Task<FigureProxy> StartAsync(World world, string address, Func<SipRequest, SipUri> retarget, string? realm = null, bool recordsRoute = true, Func<string, string>? rewrite = null)
    {
        var proxy = new FigureProxy(address)
        {
            Retarget = retarget,
            RecordsRoute = recordsRoute,
            Rewrite = rewrite,
            Gate = realm is null ? null : new SipDigestVerifier(realm, world.Simulation.Time, world.Simulation.Random),
        };
        world.Hosts[address] = world.Network.CreateHost(address);
        var binding = await world.Hosts[address].Udp.BindAsync(new IPEndPoint(IPAddress.Parse(address), 5060), proxy, default);
        foreach (var other in new[] { "10.0.0.1", "10.0.0.2", FigureStage.First, FigureStage.Second, "10.0.0.21" })
        {
            var end = new IPEndPoint(IPAddress.Parse(other), 5060);
            proxy._flows[end.Address] = await binding.ConnectAsync(new(end), default);
        }

        return proxy;
    }

    public void OnMessage(SipFlow flow, ReadOnlySpan<byte> message)
    {
        if (!SipMessage.TryParse(message, out var parsed, out var error)) throw new InvalidOperationException($"What arrived is no message: {error}.");
        if (parsed is SipRequest request) OnRequest(flow, request);
        else OnResponse((SipResponse)parsed);
    }

    public void OnMalformed(SipFlow flow, ReadOnlySpan<byte> octets, string reason) => throw new InvalidOperationException(reason);

    public void OnClosed(SipFlow flow, Exception? error)
    {
        // Datagrams have no end.
    }

    /// <summary>Answers an INVITE that it forwarded in place of a callee that does not.</summary>
    public void GiveUp(SipStatus status)
    {
        var invite = _forwarded.Values.Single(static request => request.Method == SipMethod.Invite);
        var response = invite.CreateResponse(status);
        response.Headers.To = response.Headers.To!.WithTag("p");
        foreach (var branch in _forwarded.Where(entry => ReferenceEquals(entry.Value, invite)).Select(static entry => entry.Key).ToList()) _refused.Add(branch);
        Back(response);
    }

    /// <summary>Sends an INVITE that it forwarded once more.</summary>
    public void Repeat()
    {
        var (branch, invite) = _forwarded.Single(static entry => entry.Value.Method == SipMethod.Invite);
        Forward(invite, branch);
    }

    private void OnRequest(SipFlow flow, SipRequest request)
    {
        var branch = $"{request.Headers.Via!.Branch}-{_address[^2..]}";
        if (request.Method == SipMethod.Ack && _refused.Contains(branch)) return; // hop by hop
        if (request.Method == SipMethod.Cancel)
        {
            flow.Send(request.CreateResponse(SipStatus.Ok).ToOctets());
            Forward(request, branch);
            return;
        }

        var isInvite = request.Method == SipMethod.Invite && request.Headers.To!.Tag is null;
        if (isInvite && Gate is not null && Gate.Verify(request, static _ => "secret", isProxy: true).Outcome != SipDigestOutcome.Accepted)
        {
            _refused.Add(branch);
            var challenge = Gate.Challenge(request, isProxy: true);
            challenge.Headers.To = challenge.Headers.To!.WithTag("p");
            flow.Send(challenge.ToOctets());
            return;
        }

        if (request.Method == SipMethod.Invite) flow.Send(request.CreateResponse(SipStatus.Trying).ToOctets());
        if (request.Method != SipMethod.Ack) _forwarded[branch] = request;
        Forward(request, branch);
    }

    private void Forward(SipRequest request, string branch)
    {
        var routes = request.Headers.GetAll(SipHeaderNames.Route).ToList();
        if (routes.Count > 0 && IsHere(routes[0].Uri)) routes.RemoveAt(0);
        var target = routes.Count == 0 && request.RequestUri.Host == _address ? Retarget(request) : request.RequestUri;
        var next = (SipRequest)CopyOf(request);
        next.RequestUri = target;
        next.Headers.SetAll(SipHeaderNames.Route, routes);
        next.Headers.Prepend(SipHeaderNames.Via, new SipVia("UDP", _address, 5060, branch));
        if (RecordsRoute && request.Method == SipMethod.Invite && request.Headers.To!.Tag is null) next.Headers.Prepend(SipHeaderNames.RecordRoute, SipNameAddress.Parse($"<{Identity}>"));
        next.Headers["Max-Forwards"] = $"{int.Parse(request.Headers["Max-Forwards"]!, System.Globalization.CultureInfo.InvariantCulture) - 1}";
        Send(next, routes.Count > 0 ? routes[0].Uri : target);
    }

    private void OnResponse(SipResponse response)
    {
        if (response.StatusCode == 100) return;
        if (response.Headers.CSeq!.Value.Method == SipMethod.Cancel) return; // of its own
        var branch = response.Headers.Via!.Branch!;
        if (!_forwarded.TryGetValue(branch, out var request)) return;
        if (response.StatusCode >= 300 && request.Method == SipMethod.Invite) Acknowledge(request, response, branch);
        else if (response.IsFinal) _forwarded.Remove(branch);
        var back = (SipResponse)CopyOf(response);
        back.Headers.SetAll(SipHeaderNames.Via, response.Headers.GetAll(SipHeaderNames.Via).Skip(1));
        Back(back);
    }

    private void Acknowledge(SipRequest request, SipResponse response, string branch)
    {
        _forwarded.Remove(branch);
        _refused.Add(branch);
        var ack = new SipRequest(SipMethod.Ack, request.RequestUri);
        foreach (var name in new[] { "From", "Call-ID", "Max-Forwards" }) ack.Headers[name] = request.Headers[name];
        ack.Headers.To = response.Headers.To;
        ack.Headers.CSeq = new SipCSeq(request.Headers.CSeq!.Value.Number, SipMethod.Ack);
        foreach (var route in request.Headers.GetAll(SipHeaderNames.Route)) ack.Headers.Add(SipHeaderNames.Route, route);
        ack.Headers.Prepend(SipHeaderNames.Via, new SipVia("UDP", _address, 5060, branch));
        var routes = ack.Headers.GetAll(SipHeaderNames.Route).ToList();
        if (routes.Count > 0 && IsHere(routes[0].Uri)) routes.RemoveAt(0);
        ack.Headers.SetAll(SipHeaderNames.Route, routes);
        var target = request.RequestUri.Host == _address ? Retarget(request) : request.RequestUri;
        Send(ack, routes.Count > 0 ? routes[0].Uri : target);
    }

    private bool IsHere(SipUri uri) => uri.Host == _address || uri.Host.EndsWith(".test", StringComparison.Ordinal);

    private SipMessage CopyOf(SipMessage message)
    {
        if (!SipMessage.TryParse(message.ToOctets(), out var copy, out var error)) throw new InvalidOperationException(error.ToString());
        if (Rewrite is not null && copy.Content is { } content) copy.Content = SipContent.Sdp(Rewrite(content.GetText()));
        return copy;
    }

    private void Back(SipResponse response)
    {
        var via = response.Headers.Via!;
        SendTo(response, via.Received ?? IPAddress.Parse(via.Host), via.ResponsePort ?? via.Port ?? 5060);
    }

    private void Send(SipMessage message, SipUri to) => SendTo(message, IPAddress.Parse(to.Host), to.Port ?? 5060);

    private void SendTo(SipMessage message, IPAddress address, int port)
    {
        port.Should().Be(5060, "nobody else is on the stage");
        _flows[address].Send(message.ToOctets());
    }
}
