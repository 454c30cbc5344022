using System.Globalization;
using System.Net;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests.Simulation.Dialogs;

/// <summary>A proxy that sends an INVITE on to several callees at once (RFC 3261 §16.7): provisional responses and 2xx pass, of failures the last word alone.</summary>
/// <remarks>It keeps no timers: the links to it lose nothing. It records no route, so what follows goes from end to end.</remarks>
internal sealed class Forker(string address, IReadOnlyList<string> targets) : ISipReceiver
{
    private readonly Dictionary<string, Fork> _byBranch = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Leg> _legs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SipFlow> _flows = new(StringComparer.Ordinal);

    public async Task BindAsync(ISipTransport transport)
    {
        var binding = await transport.BindAsync(new IPEndPoint(IPAddress.Parse(address), 5060), this, default).ConfigureAwait(false);
        foreach (var target in targets) _flows[target] = await binding.ConnectAsync(new(new IPEndPoint(IPAddress.Parse(target), 5060)), default).ConfigureAwait(false);
    }

    public void OnMessage(SipFlow flow, ReadOnlySpan<byte> message)
    {
        if (!SipMessage.TryParse(message, out var parsed, out var error)) throw new InvalidOperationException($"The stack sent what is no message: {error}.");
        if (parsed is SipResponse response) OnResponse(response);
        else if (parsed is SipRequest request && request.Method == SipMethod.Invite) OnInvite(request, flow);
        else if (parsed is SipRequest cancel && cancel.Method == SipMethod.Cancel) OnCancel(cancel, flow);
        else if (((SipRequest)parsed).Method != SipMethod.Ack) throw new InvalidOperationException($"{((SipRequest)parsed).Method} was not to come this way.");
    }

    public void OnMalformed(SipFlow flow, ReadOnlySpan<byte> octets, string reason) => throw new InvalidOperationException(reason);

    public void OnClosed(SipFlow flow, Exception? error)
    {
        // A datagram flow is not missed.
    }

    private void OnInvite(SipRequest invite, SipFlow flow)
    {
        var branch = invite.Headers.Via!.Branch!;
        if (_byBranch.ContainsKey(branch)) return;
        var fork = _byBranch[branch] = new Fork(flow);
        flow.Send(invite.CreateResponse(SipStatus.Trying).ToOctets());
        foreach (var target in targets)
        {
            var copy = (SipRequest)Copy(invite);
            copy.RequestUri = $"sip:any@{target}";
            copy.Headers.MaxForwards = 69;
            copy.Headers.Prepend(SipHeaderNames.Via, new SipVia("UDP", address, 5060, string.Create(CultureInfo.InvariantCulture, $"z9hG4bK-fork-{_legs.Count}")));
            var leg = new Leg(fork, copy, target);
            fork.Legs.Add(leg);
            _legs.Add(copy.Headers.Via!.Branch!, leg);
            Send(leg, copy);
        }
    }

    private void OnCancel(SipRequest cancel, SipFlow flow)
    {
        var isKnown = _byBranch.TryGetValue(cancel.Headers.Via!.Branch!, out var fork);
        var answer = cancel.CreateResponse(isKnown ? SipStatus.Ok : SipStatus.CallDoesNotExist);
        answer.Headers.To = answer.Headers.To!.WithTag("fork");
        flow.Send(answer.ToOctets());
        if (isKnown) fork!.Legs.ForEach(Cancel);
    }

    private void OnResponse(SipResponse response)
    {
        var leg = _legs[response.Headers.Via!.Branch!];
        if (response.Headers.CSeq!.Value.Method == SipMethod.Cancel) return;
        leg.HasAnswered = true;
        if (response.StatusCode >= 300)
        {
            OnFailure(leg, response);
            return;
        }

        if (leg.IsCancelWanted && response.IsProvisional) Cancel(leg);
        if (response.StatusCode == 100 || leg.Fork.IsOver) return;
        leg.IsOver |= response.IsSuccess;
        PassUp(leg.Fork, response);
        if (!response.IsSuccess) return;
        leg.Fork.HasSuccess = true;
        leg.Fork.Legs.ForEach(Cancel);
    }

    private void OnFailure(Leg leg, SipResponse response)
    {
        var ack = new SipRequest(SipMethod.Ack, leg.Invite.RequestUri);
        foreach (var name in new[] { "From", "Call-ID", "Max-Forwards" }) ack.Headers[name] = leg.Invite.Headers[name];
        ack.Headers.Prepend(SipHeaderNames.Via, leg.Invite.Headers.Via!);
        ack.Headers.To = response.Headers.To;
        ack.Headers.CSeq = leg.Invite.Headers.CSeq!.Value with { Method = SipMethod.Ack };
        Send(leg, ack);
        leg.IsOver = true;
        leg.Fork.Worst = leg.Fork.Worst is { } worst && worst.StatusCode < response.StatusCode ? worst : response;
        if (leg.Fork.HasSuccess || leg.Fork.IsOver || leg.Fork.Legs.Exists(static one => !one.IsOver)) return;
        leg.Fork.IsOver = true;
        PassUp(leg.Fork, leg.Fork.Worst);
    }

    private void Cancel(Leg leg)
    {
        leg.IsCancelWanted = true;
        if (leg.IsOver || leg.IsCancelled || !leg.HasAnswered) return;
        leg.IsCancelled = true;
        var cancel = new SipRequest(SipMethod.Cancel, leg.Invite.RequestUri);
        foreach (var name in new[] { "From", "To", "Call-ID", "Max-Forwards" }) cancel.Headers[name] = leg.Invite.Headers[name];
        cancel.Headers.Prepend(SipHeaderNames.Via, leg.Invite.Headers.Via!);
        cancel.Headers.CSeq = leg.Invite.Headers.CSeq!.Value with { Method = SipMethod.Cancel };
        Send(leg, cancel);
    }

    private static void PassUp(Fork fork, SipResponse response)
    {
        var passed = Copy(response);
        passed.Headers.SetAll(SipHeaderNames.Via, [.. passed.Headers.GetAll(SipHeaderNames.Via).Skip(1)]);
        fork.Upstream.Send(passed.ToOctets());
    }

    private static SipMessage Copy(SipMessage message) => SipMessage.TryParse(message.ToOctets(), out var copy, out var error) ? copy : throw new InvalidOperationException($"{error}");

    private void Send(Leg leg, SipRequest request) => _flows[leg.Target].Send(request.ToOctets());

    private sealed class Fork(SipFlow upstream)
    {
        public SipFlow Upstream { get; } = upstream;

        public List<Leg> Legs { get; } = [];

        public SipResponse? Worst { get; set; }

        public bool HasSuccess { get; set; }

        public bool IsOver { get; set; }
    }

    private sealed class Leg(Fork fork, SipRequest invite, string target)
    {
        public Fork Fork { get; } = fork;

        public SipRequest Invite { get; } = invite;

        public string Target { get; } = target;

        public bool HasAnswered { get; set; }

        public bool IsCancelWanted { get; set; }

        public bool IsCancelled { get; set; }

        public bool IsOver { get; set; }
    }
}
