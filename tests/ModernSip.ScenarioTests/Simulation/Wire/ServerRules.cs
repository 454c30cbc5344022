using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.ScenarioTests.Simulation.Wire;

/// <summary>What one stack answers (RFC 3261 §8.2.6, §13.3.1, §17.2, RFC 3262 §3, RFC 4320 §4, RFC 6026 §7.1).</summary>
internal sealed class ServerRules(IWireHistory history, Action<WireEvent, string> report)
{
    private readonly Dictionary<string, ServerExchange> _byKey = new(StringComparer.Ordinal);

    public void Received(WireEvent one, SipRequest request)
    {
        if (request.Method == SipMethod.Ack)
        {
            var key = one.ServerKey.Replace(" ACK", " INVITE", StringComparison.Ordinal);
            foreach (var invite in _byKey.Values.Where(exchange => exchange is { IsInvite: true, Final: not null } && (exchange.First.ServerKey == key || exchange.DialogKey == ServerExchange.KeyOf(one)))) invite.AckAt ??= one.At;
        }
        else if (_byKey.TryGetValue(one.ServerKey, out var known) && one.At < known.EndsAt)
        {
            known.RepeatedAt.Add(one.At);
        }
        else
        {
            _byKey[one.ServerKey] = new ServerExchange(one); // new, or so late a repeat that it passes for new
        }
    }

    public void Sent(WireEvent one, SipResponse response)
    {
        if (!_byKey.TryGetValue(one.ServerKey, out var exchange))
        {
            report(one, "answers a request that never came");
            return;
        }

        CheckCopied(one, exchange);
        if (response.IsProvisional) SentProvisional(one, response, exchange);
        else SentFinal(one, response, exchange);
    }

    /// <summary>What is owed at the end: every request gets its final response (RFC 3261 §8.2).</summary>
    public void Finish(TimeSpan end, Func<TimeSpan, bool> isClosed)
    {
        foreach (var exchange in _byKey.Values)
        {
            var isExcused = exchange.Final is not null || isClosed(exchange.First.At) || (exchange.First.IsReliable && history.ConnectionsBroke);
            if (!isExcused && end > exchange.First.At + TimeSpan.FromMinutes(4)) report(exchange.First, "was never answered");
        }
    }

    private void SentProvisional(WireEvent one, SipResponse response, ServerExchange exchange)
    {
        if (exchange.Final is not null) report(one, "is sent after the final response");
        if (!exchange.IsInvite && !one.IsReliable && one.At < exchange.First.At + WireTimers.LateTrying) report(one, "is sent before timer E reaches T2 (RFC 4320)");
        if (!exchange.Provisionals.TryGetValue(response.StatusCode, out var first))
        {
            exchange.Provisionals.Add(response.StatusCode, (one, new Repeats(one.At, isCapped: false)));
            return;
        }

        if (!first.Event.Octets.AsSpan().SequenceEqual(one.Octets)) report(one, "is repeated with other octets");
        if (exchange.TakeRepeat(one.At) || WireTimers.IsMinutes(one.At - first.Event.At) || (one.IsReliable && history.ConnectionsBroke)) return; // each minute it says that it still rings (RFC 3261 §13.3.1.1)
        if (!one.Headers.Contains("RSeq") || !first.Repeats.Next(one.At)) report(one, "is repeated unasked");
    }

    private void SentFinal(WireEvent one, SipResponse response, ServerExchange exchange)
    {
        if (exchange.Final is not { } final)
        {
            exchange.Final = one;
            exchange.Repeats = new Repeats(one.At, isCapped: true);
            if (!exchange.IsInvite && one.At > exchange.First.At + WireTimers.Timeout) report(one, "is a late answer to a request that has timed out (RFC 4320)");
            return;
        }

        if (((SipResponse)final.Message!).StatusCode != response.StatusCode) report(one, "is a second final response");
        else if (!final.Octets.AsSpan().SequenceEqual(one.Octets)) report(one, "is repeated with other octets");
        if (one.IsReliable && history.ConnectionsBroke) return; // it may have waited for a new connection (RFC 3261 §18.2.2)
        var isSuccess = response.IsSuccess;
        if (exchange.IsInvite && isSuccess ? false : exchange.TakeRepeat(one.At)) return;
        if (!exchange.IsInvite) report(one, "is repeated unasked");
        else if (!isSuccess && one.IsReliable) report(one, "is repeated on a reliable transport");
        else if (exchange.AckAt < one.At) report(one, "is repeated after its ACK");
        else if (!exchange.Repeats!.Next(one.At)) report(one, "is not repeated in time");
    }

    /// <summary>What a response takes from its request (RFC 3261 §8.2.6.2).</summary>
    private void CheckCopied(WireEvent one, ServerExchange exchange)
    {
        foreach (var name in new[] { "From", "Call-ID", "CSeq" })
        {
            if (!MessageRules.SameText(one.Headers, exchange.First.Headers, name)) report(one, $"has another {name} than its request");
        }

        var asked = exchange.First.Headers.To!.Tag;
        var tag = one.Headers.To!.Tag;
        if (asked is not null && tag != asked) report(one, "has another To tag than its request");
        if (tag is not null) exchange.Tag ??= tag;
        if (tag is not null && exchange.Tag != tag) report(one, "has another To tag than the response before");
        if (!one.Remote.Address.Equals(exchange.First.Remote.Address)) report(one, "goes to another address than the request came from");
        if (one.Protocol != exchange.First.Protocol) report(one, "goes over another transport than the request came on");
    }
}

/// <summary>A request that arrived, and what was answered.</summary>
internal sealed class ServerExchange(WireEvent first)
{
    public WireEvent First { get; } = first;

    public bool IsInvite { get; } = ((SipRequest)first.Message!).Method == SipMethod.Invite;

    public string DialogKey { get; } = KeyOf(first);

    /// <summary>When the request came again, as long as that was not answered.</summary>
    public List<TimeSpan> RepeatedAt { get; } = [];

    public Dictionary<int, (WireEvent Event, Repeats Repeats)> Provisionals { get; } = [];

    public WireEvent? Final { get; set; }

    public Repeats? Repeats { get; set; }

    /// <summary>Until when repeats of the request are taken for repeats (timers J and L; with the ACK, timer I).</summary>
    public TimeSpan EndsAt => Final is null ? TimeSpan.MaxValue : IsInvite && AckAt is { } ack && ((SipResponse)Final.Message!).StatusCode >= 300 ? ack + WireTimers.T4 : Final.At + WireTimers.Timeout;

    public TimeSpan? AckAt { get; set; }

    public string? Tag { get; set; }

    public static string KeyOf(WireEvent one) => $"{one.Headers.CallId} {one.Headers.From!.Tag} {one.CSeq.Number}";

    /// <summary>Whether the request was repeated just now; each repeat is answered once.</summary>
    public bool TakeRepeat(TimeSpan at) => RepeatedAt.Remove(at);
}
