using ModernSip.Messages;
using ModernSip.ScenarioTests.Simulation.Wire;

namespace ModernSip.ScenarioTests.Simulation.Dialogs;

/// <summary>Reads a wire for what INVITEs owe: each that arrived has one final response, and each 2xx that arrived its ACK (RFC 3261 §13.2.2.4, §13.3.1).</summary>
internal static class InviteLedger
{
    public static IEnumerable<string> Check(IReadOnlyList<WireEvent> events, string middle)
    {
        var answered = new Dictionary<string, HashSet<int>>(StringComparer.Ordinal);
        var acknowledged = new HashSet<string>(StringComparer.Ordinal);
        foreach (var one in events)
        {
            if (one.Local.Address.ToString() == middle || !one.IsSent) continue;
            if (one.Message is SipResponse { IsFinal: true } final && one.CSeq.Method == SipMethod.Invite) (answered.TryGetValue(Place(one), out var statuses) ? statuses : answered[Place(one)] = []).Add(final.StatusCode);
            if (one.Message is SipRequest { Method: var method } && method == SipMethod.Ack) acknowledged.Add(Session(one));
        }

        foreach (var one in events)
        {
            if (one.Local.Address.ToString() == middle || one.IsSent) continue;
            if (one.Message is SipRequest { Method: var method } && method == SipMethod.Invite && !answered.ContainsKey(Place(one))) yield return $"{one}\n    was never answered";
            if (one.Message is SipResponse { IsSuccess: true } && one.CSeq.Method == SipMethod.Invite && !acknowledged.Contains(Session(one))) yield return $"{one}\n    was never acknowledged";
        }

        foreach (var (place, statuses) in answered)
        {
            if (statuses.Count > 1) yield return $"{place} was answered {string.Join(" and ", statuses)}";
        }
    }

    private static string Place(WireEvent one) => $"{one.Local} {one.ServerKey}";

    private static string Session(WireEvent one) => $"{one.Local} {one.Headers.CallId} {one.Headers.From!.Tag} {one.Headers.To!.Tag} {one.CSeq.Number}";
}
