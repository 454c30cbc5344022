using System.Net;
using ModernSip.Messages;

namespace ModernSip.ScenarioTests.Simulation.Wire;

/// <summary>Reads every message that stacks exchange and says which of them break RFC 3261 (with RFC 3581, 4320 and 6026), and how.</summary>
internal sealed class WireChecker(IWireHistory history)
{
    private readonly Dictionary<(IPAddress Address, int Life), (ClientRules Clients, ServerRules Servers, DialogRules Dialogs)> _stacks = [];
    private readonly List<string> _violations = [];

    /// <summary>Checks a whole run.</summary>
    /// <param name="events">Everything, in order.</param>
    /// <param name="history">When stacks closed and began anew.</param>
    public static IReadOnlyList<string> Check(IReadOnlyList<WireEvent> events, IWireHistory history)
    {
        var checker = new WireChecker(history);
        foreach (var one in events) checker.Read(one);
        var end = events.Count > 0 ? events[^1].At : TimeSpan.Zero;
        foreach (var ((address, _), (clients, servers, _)) in checker._stacks)
        {
            clients.Finish(at => history.WasClosed(address, at));
            servers.Finish(end, at => history.WasClosed(address, at));
        }

        return checker._violations;
    }

    private void Read(WireEvent one)
    {
        if (one.Message is null)
        {
            if (one.IsSent) Report(one, $"is no message: {one.Error}");
            return;
        }

        var life = (one.Local.Address, history.LifeOf(one.Local.Address, one.At));
        if (!_stacks.TryGetValue(life, out var rules))
        {
            var dialogs = new DialogRules(history, Report);
            _stacks[life] = rules = (new ClientRules(dialogs, Report), new ServerRules(history, Report), dialogs);
        }

        if (one.IsSent) MessageRules.Check(one, Report);
        rules.Dialogs.Read(one);
        switch (one.Message, one.IsSent)
        {
            case (SipRequest request, true): rules.Clients.Sent(one, request); break;
            case (SipResponse response, false): rules.Clients.Received(one, response); break;
            case (SipRequest request, false): rules.Servers.Received(one, request); break;
            case (SipResponse response, true): rules.Servers.Sent(one, response); break;
        }
    }

    private void Report(WireEvent one, string what) => _violations.Add($"{one}\n    {what}");
}

/// <summary>What a checker must know beside the wire: a stack that was closed owes nothing any more, and one that was opened again remembers nothing.</summary>
internal interface IWireHistory
{
    /// <summary>Whether the stack was closed at a time, or so soon after it that what it owed may be missing.</summary>
    bool WasClosed(IPAddress address, TimeSpan at);

    /// <summary>Whether connections broke: what was owed on one may then be missing, or come late over another.</summary>
    bool ConnectionsBroke { get; }

    /// <summary>How often the stack had been closed by then.</summary>
    int LifeOf(IPAddress address, TimeSpan at);
}
