using Microsoft.Extensions.DependencyInjection;
using ModernSip.Diagnostics;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Simulation.Wire;
using ModernSip.Testing;

namespace ModernSip.ScenarioTests.Simulation.Dialogs;

/// <summary>One run of three stacks, between which calls are forked, cancelled, changed from both sides and ended, and what must hold behind it.</summary>
internal sealed class DialogRun
{
    private const string ForkerAddress = "10.0.0.100";

    private readonly ulong _seed;
    private readonly Dice _dice;
    private readonly World _world;
    private readonly List<DialogParty> _parties = [];
    private readonly StackGauges _gauges = new();

    private DialogRun(ulong seed)
    {
        _seed = seed;
        _dice = new Dice(seed * 104_729);
        _world = new World(seed, Conditions());
        _world.Simulation.AwaitsOutsideWork = false;
        _world.Network.KeepsCaptured = false;
        Wire = new WireLog(_world.Simulation);
        Wire.Watch(_world.Network);
    }

    public WireLog Wire { get; }

    public Ledger Ledger { get; } = new();

    public TimeSpan Now => _world.Now;

    /// <summary>How many sessions both sides were given, how many forks answered beside another, and how many changes met.</summary>
    public (int Sessions, int StillUp, int Glares) Counts { get; private set; }

    public static DialogRun Run(ulong seed)
    {
        var run = new DialogRun(seed);
        try
        {
            run._world.RunInline(run.MainAsync);
        }
        catch (Exception exception)
        {
            run.Ledger.Violations.Add($"The run itself failed: {exception}");
        }

        run.CheckAfterwards();
        return run;
    }

    public Task Delay(TimeSpan time) => _world.Simulation.DelayAsync(time);

    public string Describe(bool withWire) => $"seed {_seed}: {string.Join("\n  ", Ledger.Violations.Take(10))}{(withWire ? "\n" + Wire : "")}";

    private SipNetworkConditions Conditions() => new()
    {
        Loss = _dice.Chance(0.3) ? 0 : _dice.Between(0, 0.25),
        Duplication = _dice.Chance(0.5) ? 0 : _dice.Between(0, 0.2),
        Reordering = _dice.Chance(0.4) ? 0 : _dice.Between(0, 0.4),
        ReorderingDelay = _dice.Seconds(0.01, 1),
        MinDelay = _dice.Seconds(0.001, 0.02),
        MaxDelay = _dice.Chance(0.2) ? _dice.Seconds(0.1, 2) : _dice.Seconds(0.02, 0.1),
    };

    private async Task MainAsync()
    {
        for (var i = 1; i <= 3; i++) _parties.Add(Create($"10.0.0.{i}"));
        var middle = _world.Hosts[ForkerAddress] = _world.Network.CreateHost(ForkerAddress);
        await new Forker(ForkerAddress, ["10.0.0.2", "10.0.0.3"]).BindAsync(middle.Udp);
        foreach (var party in _parties)
        {
            _world.Network.SetConditions(_world.Hosts[party.Address], middle, _world.Network.Conditions with { Loss = 0 });
            _world.Network.SetConditions(middle, _world.Hosts[party.Address], _world.Network.Conditions with { Loss = 0 });
            await party.OpenAsync();
        }

        for (var calls = 1 + _dice.Next(2); calls > 0; calls--) _parties[0].Call($"sip:any@{ForkerAddress}");
        if (_dice.Chance(0.7)) _parties[_dice.Next(2)].Call("sip:any@10.0.0.3");
        if (_dice.Chance(0.4)) _parties[2].Call("sip:any@10.0.0.1");
        await Delay(TimeSpan.FromSeconds(60));
        _world.Network.Conditions = SipNetworkConditions.Default;
        await WaitAsync(TimeSpan.FromMinutes(10), static what => !what.StartsWith("listening", StringComparison.Ordinal) && !what.StartsWith("serving", StringComparison.Ordinal));
        await Delay(TimeSpan.FromSeconds(70)); // 64*T1 for what is owed still, and once more for the BYE behind it
        CheckAgreement();
        foreach (var dialog in _parties.SelectMany(static party => party.Dialogs).ToList()) await dialog.DisposeAsync();
        await WaitAsync(TimeSpan.FromMinutes(10), static what => !what.StartsWith("listening", StringComparison.Ordinal));
        await Delay(TimeSpan.FromMinutes(2));
        Ledger.Violations.AddRange(_gauges.ReadHeld().Select(static held => $"The stacks still hold {held}"));
        foreach (var party in _parties) await party.CloseAsync();
        await Ledger.WhenAllEndedAsync().WaitAsync(TimeSpan.FromMinutes(10), _world.Simulation.Time);
        await _world.DisposeStacksAsync();
        _world.Network.Dispose();
    }

    private DialogParty Create(string address)
    {
        var client = _world.CreateClient(address, options => options.From = $"<sip:party@{address}>", services =>
        {
            services.AddSingleton<ISipMessageTap>(Wire);
            services.AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(_gauges);
        });
        return new DialogParty(this, address, client, _dice.Fork());
    }

    private async Task WaitAsync(TimeSpan atMost, Func<string, bool> matters)
    {
        for (var until = Now + atMost; Now < until && Ledger.StillOpen.Any(matters);) await Delay(TimeSpan.FromSeconds(1));
        Ledger.Violations.AddRange(Ledger.StillOpen.Where(matters).Select(static what => $"Did not end in time: {what}"));
    }

    /// <summary>A session that is up at one side is up at the other.</summary>
    private void CheckAgreement()
    {
        var up = _parties.SelectMany(static party => party.Dialogs).Where(static dialog => dialog.IsConfirmed).Select(static dialog => (dialog.CallId, dialog.LocalTag, dialog.RemoteTag)).ToHashSet();
        foreach (var (callId, local, remote) in up)
        {
            if (!up.Contains((callId, remote, local))) Ledger.Violations.Add($"The session {callId} is up at {local} and not at {remote}.");
        }

        Counts = (_parties.Sum(static party => party.Dialogs.Count), up.Count, Wire.Events.Count(static one => one is { IsSent: true, Message: SipResponse { StatusCode: 491 } }));
    }

    private void CheckAfterwards()
    {
        var violations = Ledger.Violations;
        violations.AddRange(Ledger.StillOpen.Select(static what => $"Never ended: {what}"));
        violations.AddRange(_world.Faults.Errors.Select(static error => $"Logged as an error: {error}"));
        if (_world.Simulation.Time.PendingTimers > 0) violations.Add($"{_world.Simulation.Time.PendingTimers} timers of the clock are left");
        violations.AddRange(InviteLedger.Check(Wire.Events, ForkerAddress));
    }
}
