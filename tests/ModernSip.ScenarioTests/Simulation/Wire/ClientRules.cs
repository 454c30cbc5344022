using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.ScenarioTests.Simulation.Wire;

/// <summary>What one stack sends as a client: requests, their repeats, ACK and CANCEL (RFC 3261 §9.1, §13.2.2.4, §17.1).</summary>
internal sealed class ClientRules(DialogRules dialogs, Action<WireEvent, string> report)
{
    private readonly Dictionary<string, ClientExchange> _byKey = new(StringComparer.Ordinal);
    private readonly HashSet<string> _branches = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WireEvent> _acks = new(StringComparer.Ordinal);

    public void Sent(WireEvent one, SipRequest request)
    {
        if (request.Method == SipMethod.Ack) SentAck(one, request);
        else if (_byKey.TryGetValue(one.ClientKey, out var known)) Repeated(one, known);
        else Began(one, request);
    }

    public void Received(WireEvent one, SipResponse response)
    {
        // What the stack makes of a stray shows in what it sends.
        if (!_byKey.TryGetValue(one.ClientKey, out var exchange)) return;
        if (one.At < exchange.EndsAt) exchange.Received(one, response);
        else if (response.IsSuccess) exchange.Responses.Add(one); // the dialog acknowledges it still
    }

    /// <summary>What is owed at the end.</summary>
    public void Finish(Func<TimeSpan, bool> isClosed)
    {
        foreach (var owed in _byKey.Values.SelectMany(static exchange => exchange.AcksOwed).Where(owed => !owed.IsReliable && !isClosed(owed.At))) report(owed, "was not acknowledged");
    }

    private void Began(WireEvent one, SipRequest request)
    {
        if (request.Method == SipMethod.Cancel) CheckCancel(one, request);
        else if (!_branches.Add(one.Headers.Via!.Branch!)) report(one, "begins with a branch that was used before");
        _byKey.Add(one.ClientKey, new ClientExchange(one));
        dialogs.Began(one, request);
    }

    private void Repeated(WireEvent one, ClientExchange exchange)
    {
        var isAsFirst = one.Octets.AsSpan().SequenceEqual(exchange.First.Octets) && one.Remote.Equals(exchange.First.Remote);
        if (!isAsFirst) report(one, "is repeated with other octets");
        if (one.IsReliable) report(one, "is repeated on a reliable transport");
        if (exchange.FinalAt < one.At) report(one, "is repeated after its final response");
        if (exchange.IsInvite && exchange.ProvisionalAt < one.At) report(one, "is repeated after a provisional response");
        var due = exchange.Repeats.Due;
        if (!exchange.Repeats.Next(one.At, !exchange.IsInvite && exchange.ProvisionalAt <= one.At)) report(one, $"is not repeated in time; it was due at {due}");
    }

    private void CheckCancel(WireEvent one, SipRequest cancel)
    {
        if (!_byKey.TryGetValue($"{one.Headers.Via!.Branch} INVITE", out var invite))
        {
            report(one, "cancels nothing that was sent");
            return;
        }

        CheckDerived(one, cancel, invite.First, "To");
        if (invite.ProvisionalAt is null || invite.ProvisionalAt > one.At) report(one, "is sent before a provisional response");
        if (invite.FinalAt < one.At) report(one, "is sent after the final response");
        invite.Cancelled(one.At);
    }

    private void SentAck(WireEvent one, SipRequest ack)
    {
        if (_byKey.TryGetValue($"{one.Headers.Via!.Branch} INVITE", out var failed)) SentFailureAck(one, ack, failed);
        else SentSuccessAck(one, ack);
    }

    private void SentFailureAck(WireEvent one, SipRequest ack, ClientExchange invite)
    {
        CheckDerived(one, ack, invite.First, null);
        var last = invite.Responses.LastOrDefault();
        if (last is null || last.At != one.At) report(one, "acknowledges no response that came just now");
        else if (((SipResponse)last.Message!).StatusCode < 300) report(one, "acknowledges a 2xx with the INVITE's own branch");
        else if (!MessageRules.SameText(one.Headers, last.Headers, "To") && !MessageRules.SameText(one.Headers, invite.Responses[0].Headers, "To")) report(one, "has another To than the response");
        if (invite.Ack is { } first && !first.Octets.AsSpan().SequenceEqual(one.Octets)) report(one, "is repeated with other octets");
        invite.Ack ??= one;
        invite.AcksOwed.RemoveAll(owed => owed.At == one.At);
    }

    private void SentSuccessAck(WireEvent one, SipRequest ack)
    {
        var key = $"{ack.Headers.CallId} {ack.Headers.From!.Tag} {one.CSeq.Number}";
        var invite = _byKey.Values.LastOrDefault(exchange => exchange.IsInvite && exchange.DialogKey == key);
        var success = invite?.Responses.LastOrDefault(response => ((SipResponse)response.Message!).IsSuccess && response.Headers.To!.Tag == ack.Headers.To!.Tag);
        if (success is null)
        {
            report(one, "acknowledges no 2xx that was received");
            return;
        }

        if (ack.RequestUri.ToString() != success.Headers.Contact!.Uri.ToString()) report(one, "is not addressed to the Contact of the 2xx");
        if (_acks.TryGetValue($"{key} {ack.Headers.To!.Tag}", out var first))
        {
            if (!one.IsReliable && !first.IsReliable && !first.Octets.AsSpan().SequenceEqual(one.Octets)) report(one, "is repeated with other octets");
            if (!one.IsReliable && success.At != one.At) report(one, "is repeated although no 2xx came");
        }
        else
        {
            if (!_branches.Add(one.Headers.Via!.Branch!)) report(one, "begins with a branch that was used before");
            _acks.Add($"{key} {ack.Headers.To!.Tag}", one);
        }
    }

    /// <summary>ACK to a failure and CANCEL are made from their INVITE (RFC 3261 §9.1, §17.1.1.3).</summary>
    private void CheckDerived(WireEvent one, SipRequest request, WireEvent invite, string? alsoSame)
    {
        if (request.RequestUri.ToString() != ((SipRequest)invite.Message!).RequestUri.ToString()) report(one, "has another Request-URI than its INVITE");
        foreach (var name in new[] { "Via", "From", "Call-ID", "Route", alsoSame })
        {
            if (name is not null && !MessageRules.SameText(one.Headers, invite.Headers, name)) report(one, $"has another {name} than its INVITE");
        }

        if (one.CSeq.Number != invite.CSeq.Number) report(one, "has another sequence number than its INVITE");
        if (!one.Remote.Equals(invite.Remote)) report(one, "goes elsewhere than its INVITE");
    }
}

/// <summary>A request that was sent, and what came back.</summary>
internal sealed class ClientExchange(WireEvent first)
{
    private bool _isCancelled;

    public WireEvent First { get; } = first;

    public bool IsInvite { get; } = ((SipRequest)first.Message!).Method == SipMethod.Invite;

    public string DialogKey { get; } = $"{first.Headers.CallId} {first.Headers.From!.Tag} {first.CSeq.Number}";

    public Repeats Repeats { get; } = new(first.At, isCapped: ((SipRequest)first.Message!).Method != SipMethod.Invite);

    public TimeSpan? ProvisionalAt { get; private set; }

    public TimeSpan? FinalAt { get; private set; }

    /// <summary>Until when the transaction is certainly there: timer B or F, the limit in Proceeding, or timer D ends it.</summary>
    public TimeSpan EndsAt { get; private set; } = first.At + WireTimers.Timeout;

    public List<WireEvent> Responses { get; } = [];

    public List<WireEvent> AcksOwed { get; } = [];

    public WireEvent? Ack { get; set; }

    public void Received(WireEvent one, SipResponse response)
    {
        if (response.IsProvisional)
        {
            ProvisionalAt ??= one.At;
            if (IsInvite && FinalAt is null && !_isCancelled) EndsAt = one.At + WireTimers.ProceedingLimit;
            return;
        }

        Responses.Add(one);
        if (FinalAt is null)
        {
            FinalAt = one.At;
            EndsAt = First.IsReliable ? one.At : one.At + WireTimers.Timeout;
        }

        if (IsInvite && ((SipResponse)Responses[0].Message!).StatusCode >= 300 && !response.IsSuccess) AcksOwed.Add(one);
    }

    /// <summary>A callee has 64*T1 to answer the INVITE once it is cancelled (RFC 3261 §9.1).</summary>
    public void Cancelled(TimeSpan at)
    {
        _isCancelled = true;
        if (at + WireTimers.Timeout < EndsAt) EndsAt = at + WireTimers.Timeout;
    }
}
