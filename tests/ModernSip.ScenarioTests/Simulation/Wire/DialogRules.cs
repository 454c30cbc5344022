using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.ScenarioTests.Simulation.Wire;

/// <summary>What one stack sends in dialogs and to make them: tags, sequence numbers, remote targets (RFC 3261 §12, §15).</summary>
internal sealed class DialogRules(IWireHistory history, Action<WireEvent, string> report)
{
    private readonly Dictionary<string, uint> _sequences = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _targets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _answered = new(StringComparer.Ordinal);
    private readonly HashSet<string> _acknowledged = new(StringComparer.Ordinal);

    /// <summary>Notes what makes dialogs and what moves their targets.</summary>
    public void Read(WireEvent one)
    {
        var (headers, contact) = (one.Headers, one.Headers.Contact?.Uri.ToString());
        if (headers.To!.Tag is not { } tag)
        {
            if (!one.IsSent && contact is not null) Targets($"{headers.CallId} {headers.From!.Tag}").Add(contact); // the dialog's other tag is still to come
            return;
        }

        if (one is { IsSent: false, Message: SipResponse }) Enter(Key(headers.CallId!, headers.From!.Tag!, tag), contact);
        else if (one is { IsSent: false }) Enter(Key(headers.CallId!, tag, headers.From!.Tag!), contact);
        else if (one.Message is SipResponse response) EnterOwn(one, response, tag);

        if (one is { IsSent: false, Message: SipRequest { Method: var method } } && method == SipMethod.Ack) _acknowledged.Add($"{headers.CallId} {tag}");
    }

    /// <summary>A request that is sent for the first time; neither ACK nor a repeat.</summary>
    public void Began(WireEvent one, SipRequest request)
    {
        var headers = one.Headers;
        if (request.Method == SipMethod.Cancel) return;
        var sequence = $"{headers.CallId} {headers.From!.Tag}";
        if (_sequences.TryGetValue(sequence, out var last) && one.CSeq.Number <= last) report(one, $"has a sequence number that is not above {last}");
        _sequences[sequence] = one.CSeq.Number;
        if (headers.To!.Tag is not { } tag) return;
        if (!_targets.TryGetValue(Key(headers.CallId!, headers.From!.Tag!, tag), out var targets)) report(one, "is in a dialog that does not exist");
        else if (!targets.Contains(request.RequestUri.ToString())) report(one, "is addressed to no Contact of the peer");
        if (request.Method == SipMethod.Bye) CheckBye(one);
    }

    private static string Key(string callId, string local, string remote) => $"{callId} {local} {remote}";

    private void EnterOwn(WireEvent one, SipResponse response, string tag)
    {
        var headers = one.Headers;
        Enter(Key(headers.CallId!, tag, headers.From!.Tag!), null);
        Targets(Key(headers.CallId!, tag, headers.From!.Tag!)).UnionWith(Targets($"{headers.CallId} {headers.From!.Tag}"));
        if (response.IsSuccess && one.CSeq.Method == SipMethod.Invite) _answered.TryAdd($"{headers.CallId} {tag}", one.At);
    }

    /// <summary>A callee hangs up after the ACK, or after the time it waits for one (RFC 3261 §15).</summary>
    private void CheckBye(WireEvent one)
    {
        var key = $"{one.Headers.CallId} {one.Headers.From!.Tag}";
        if (one.IsReliable && history.ConnectionsBroke) return; // the 2xx may have left before it was on the wire
        if (_answered.TryGetValue(key, out var at) && !_acknowledged.Contains(key) && one.At < at + WireTimers.Timeout) report(one, "hangs up before the ACK");
    }

    private void Enter(string key, string? contact)
    {
        var targets = Targets(key);
        if (contact is not null) targets.Add(contact);
    }

    private HashSet<string> Targets(string key)
    {
        if (!_targets.TryGetValue(key, out var targets)) _targets.Add(key, targets = new HashSet<string>(StringComparer.Ordinal));
        return targets;
    }
}
