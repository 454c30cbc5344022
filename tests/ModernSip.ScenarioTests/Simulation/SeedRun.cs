using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Diagnostics;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Simulation.Wire;
using ModernSip.Sessions;
using ModernSip.Testing;

namespace ModernSip.ScenarioTests.Simulation;

/// <summary>One run of a small world in which everything that is left to chance follows from a seed, and what must hold behind it.</summary>
internal sealed class SeedRun : IWireHistory
{
    private readonly ulong _seed;
    private readonly Dice _dice;
    private readonly List<Party> _parties = [];
    private readonly StackGauges _gauges = new();

    private SeedRun(ulong seed)
    {
        _seed = seed;
        _dice = new Dice(seed * 7919);
        World = new World(seed, Conditions());
        World.Simulation.AwaitsOutsideWork = false;
        World.Network.KeepsCaptured = false;
        Wire = new WireLog(World.Simulation);
        Wire.Watch(World.Network);
    }

    public World World { get; }

    public WireLog Wire { get; }

    public Ledger Ledger { get; } = new();

    public TimeSpan Now => World.Now;

    /// <summary>Runs a seed to its end.</summary>
    /// <returns>The run, with what it found in its <see cref="Ledger"/>.</returns>
    public static SeedRun Run(ulong seed)
    {
        var run = new SeedRun(seed);
        try
        {
            run.World.RunInline(run.MainAsync);
        }
        catch (Exception exception)
        {
            run.Ledger.Violations.Add($"The run itself failed: {exception}");
        }

        run.CheckAfterwards();
        return run;
    }

    public Task Delay(TimeSpan time) => World.Simulation.DelayAsync(time);

    /// <summary>What a failed run shows: the seed, what was wrong, and the wire up to there.</summary>
    public string Describe(bool withWire) => $"seed {_seed}: {string.Join("\n  ", Ledger.Violations.Take(10))}{(withWire ? "\n" + Wire : "")}";

    public bool ConnectionsBroke { get; private set; }

    public bool WasClosed(IPAddress address, TimeSpan at) => PartyAt(address).WasClosed(at);

    public int LifeOf(IPAddress address, TimeSpan at) => PartyAt(address).LifeOf(at);

    private SipNetworkConditions Conditions() => new()
    {
        Loss = _dice.Chance(0.3) ? 0 : _dice.Between(0, 0.3),
        Duplication = _dice.Chance(0.5) ? 0 : _dice.Between(0, 0.3),
        Reordering = _dice.Chance(0.5) ? 0 : _dice.Between(0, 0.3),
        ReorderingDelay = _dice.Seconds(0.01, 1),
        MinDelay = _dice.Seconds(0.001, 0.02),
        MaxDelay = _dice.Chance(0.2) ? _dice.Seconds(0.1, 3) : _dice.Seconds(0.001, 0.1),
    };

    private async Task MainAsync()
    {
        var count = _dice.Chance(0.3) ? 3 : 2;
        for (var i = 1; i <= count; i++) _parties.Add(Create($"10.0.0.{i}"));
        foreach (var party in _parties) await party.OpenAsync();
        foreach (var party in _parties) party.Act([.. _parties.Where(other => other != party)], 2 + _dice.Next(4), 30);
        if (_dice.Chance(0.3)) Ledger.Begin("partition", PartitionAsync);
        if (_dice.Chance(0.15)) Ledger.Begin("reset of connections", ResetAsync);
        if (_dice.Chance(0.2)) Ledger.Begin("closing in the middle", CloseAsync);

        await Delay(TimeSpan.FromSeconds(60));
        World.Network.Conditions = SipNetworkConditions.Default;
        await WorkAsync(Now + TimeSpan.FromMinutes(20));
        await Delay(TimeSpan.FromMinutes(5)); // the longest ringing, and the last timers behind it
        Ledger.Violations.AddRange(_gauges.ReadHeld().Select(static held => $"The stacks still hold {held}"));
        foreach (var party in _parties) await party.CloseAsync();
        await Ledger.WhenAllEndedAsync().WaitAsync(TimeSpan.FromMinutes(10), World.Simulation.Time);
        await World.DisposeStacksAsync();
        World.Network.Dispose();
    }

    private Party Create(string address)
    {
        var client = World.CreateClient(address, options => options.From = $"<sip:party@{address}>", services =>
        {
            services.AddSingleton<ISipMessageTap>(Wire);
            services.AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(_gauges);
        });
        return new Party(this, address, client, _dice.Fork());
    }

    /// <summary>Everything but the listening, which ends with the connections.</summary>
    private async Task WorkAsync(TimeSpan until)
    {
        while (Now < until && Ledger.StillOpen.Any(static what => !what.StartsWith("listening", StringComparison.Ordinal))) await Delay(TimeSpan.FromSeconds(1));
    }

    private async Task<string> PartitionAsync()
    {
        await Delay(_dice.Seconds(0, 30));
        World.Network.Disconnect(_parties[0].Host, _parties[1].Host);
        await Delay(_dice.Seconds(0, 25));
        World.Network.Reconnect(_parties[0].Host, _parties[1].Host);
        return "mended";
    }

    private async Task<string> ResetAsync()
    {
        await Delay(_dice.Seconds(0, 40));
        ConnectionsBroke = true;
        _parties[_dice.Next(_parties.Count)].Host.ResetConnections();
        return "done";
    }

    private async Task<string> CloseAsync()
    {
        var party = _parties[_dice.Next(_parties.Count)];
        await Delay(_dice.Seconds(0, 40));
        ConnectionsBroke = true;
        await party.CloseAsync();
        await Delay(_dice.Seconds(0, 10));
        if (_dice.Chance(0.5)) await party.ReopenAsync();
        return "done";
    }

    private void CheckAfterwards()
    {
        var violations = Ledger.Violations;
        violations.AddRange(Ledger.StillOpen.Select(static what => $"Never ended: {what}"));
        violations.AddRange(World.Faults.Errors.Select(static error => $"Logged as an error: {error}"));
        violations.AddRange(WireChecker.Check(Wire.Events, this));
        if (World.Simulation.Time.PendingTimers > 0) violations.Add($"{World.Simulation.Time.PendingTimers} timers of the clock are left");
        foreach (var (callId, callee) in Ledger.Callees)
        {
            if (Ledger.Callers.TryGetValue(callId, out var caller) && !Agree(callId, caller, callee)) violations.Add($"The call {callId} ended as {caller} at the caller and as {callee} at the callee.");
        }
    }

    private Party PartyAt(IPAddress address) => _parties.Find(party => party.Address == address.ToString())!;

    /// <summary>A callee that was in a session was not rejected, and whoever was hung up on was so by the other.</summary>
    private bool Agree(string callId, SipDialogOutcome caller, SipDialogOutcome callee)
    {
        var byes = Wire.Events.Where(one => one is { IsSent: true, Message: SipRequest request } && request.Method == SipMethod.Bye && request.Headers.CallId == callId).Select(static one => one.Local.Address).Distinct().Count();
        var hungUpOn = new[] { caller, callee }.Count(static outcome => outcome.Cause == SipDialogEnd.RemoteBye);
        return caller.Cause != SipDialogEnd.Rejected && hungUpOn <= byes;
    }
}
