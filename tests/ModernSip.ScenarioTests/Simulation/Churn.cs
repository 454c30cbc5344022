using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Sessions;
using ModernSip.Testing;

namespace ModernSip.ScenarioTests.Simulation;

/// <summary>Two stacks between which transactions begin by the hundred and end in every way: answered, timed out, cancelled, left alone, their connection disposed.</summary>
internal sealed class Churn
{
    private const string Nobody = "sip:nobody@10.0.0.9";
    private const int Batch = 400;
    private const int BatchesOfAConnection = 12;

    private readonly int _transactions;
    private readonly World _world;
    private readonly Dice _dice;
    private readonly StackGauges _gauges = new();
    private SipConnection _caller = null!; // opened before anything runs
    private SipConnection _callee = null!;

    private Churn(ulong seed, int transactions)
    {
        _transactions = transactions;
        _dice = new Dice(seed * 7919);
        _world = new World(seed);
        _world.Simulation.AwaitsOutsideWork = false;
        _world.Network.KeepsCaptured = false;
    }

    public Ledger Ledger { get; } = new();

    /// <summary>How many client transactions the applications began.</summary>
    public int Begun { get; private set; }

    /// <summary>How many connections were disposed with transactions under way.</summary>
    public int Disposed { get; private set; }

    /// <summary>What the stacks held when a connection was about to be disposed.</summary>
    public IReadOnlyList<string> HeldAtWork { get; private set; } = [];

    /// <summary>What they held 64*T1 behind the last of the applications' doings.</summary>
    public IReadOnlyList<string> HeldAtTheEnd { get; private set; } = [];

    public IReadOnlyList<string> Errors => _world.Faults.Errors;

    public int TimersOfTheClock => _world.Simulation.Time.PendingTimers;

    /// <summary>Runs until so many client transactions were begun, and until all have ended.</summary>
    public static Churn Run(ulong seed, int transactions)
    {
        var churn = new Churn(seed, transactions);
        churn._world.RunInline(churn.MainAsync);
        return churn;
    }

    private async Task MainAsync()
    {
        var caller = Create("10.0.0.1");
        var callee = Create("10.0.0.2");
        _caller = await caller.ConnectAsync();
        _callee = await OpenCalleeAsync(callee);
        for (var batch = 1; Begun < _transactions; batch++)
        {
            for (var i = 0; i < Batch; i++) Begin();
            await Delay(_dice.Seconds(0, 2));
            if (batch % BatchesOfAConnection != 0) continue;
            HeldAtWork = _gauges.ReadHeld();
            for (var i = 0; i < Batch; i++) Begin();
            await Delay(_dice.Seconds(0, 0.3)); // in the middle of them
            Disposed++;
            if (_dice.Chance(0.5))
            {
                await _caller.DisposeAsync();
                _caller = await caller.ConnectAsync();
            }
            else
            {
                await _callee.DisposeAsync();
                _callee = await OpenCalleeAsync(callee);
            }
        }

        while (Ledger.StillOpen.Any(static what => !what.StartsWith("listening", StringComparison.Ordinal))) await Delay(TimeSpan.FromSeconds(1));
        await Delay(TimeSpan.FromSeconds(33)); // 64*T1 and a little
        HeldAtTheEnd = _gauges.ReadHeld();
        await _caller.DisposeAsync();
        await _callee.DisposeAsync();
        await Ledger.WhenAllEndedAsync();
        await _world.DisposeStacksAsync();
        _world.Network.Dispose();
    }

    private Task Delay(TimeSpan time) => _world.Simulation.DelayAsync(time);

    private ISipClient Create(string address) => _world.CreateClient(address, configure: null, services =>
    {
        services.ConfigureSipStack(static options => options.MaxRequestsPerSource = 0);
        services.AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(_gauges);
    });

    private async Task<SipConnection> OpenCalleeAsync(ISipClient client)
    {
        var connection = await client.ConnectAsync();
        Ledger.Begin("listening", async () =>
        {
            await foreach (var incoming in connection.IncomingAsync())
            {
                if (incoming is SipIncomingInvite invite) Ledger.Begin("incoming call", () => AnswerAsync(invite), () => true);
                else Ledger.Begin("incoming request", () => AnswerAsync(incoming));
            }

            return "closed";
        });
        return connection;
    }

    private void Begin()
    {
        var (what, dice) = (_dice.Next(20), _dice.Fork());
        switch (what)
        {
            case < 7: Ledger.Begin("request", async () => Sender.Final(await Send("sip:any@10.0.0.2").FinalAsync())); break;
            case 7: Ledger.Begin("request to nobody", async () => Sender.Final(await Send(Nobody).FinalAsync())); break;
            case 8: Ledger.Begin("request unread", () => LeaveUnread(dice.Chance(0.5) ? Nobody : "sip:any@10.0.0.2")); break;
            case 9: Ledger.Begin("request to the mute", async () => Sender.Final(await Send("sip:mute@10.0.0.2").FinalAsync())); break;
            case 10: Ledger.Begin("request given up", () => GiveRequestUpAsync(dice), static () => true); break;
            case < 15: Ledger.Begin("call", () => CallAsync(dice)); break;
            case 15: Ledger.Begin("call cancelled", () => CancelAsync(dice)); break;
            case 16: Ledger.Begin("call left while it rang", LeaveAsync); break;
            case 17: Ledger.Begin("call given up", () => GiveCallUpAsync(dice), static () => true); break;
            case 18: Ledger.Begin("call to nobody", async () => Sender.Final(await Invite(Nobody).Call.FinalAsync())); break;
            default: Ledger.Begin("call disposed", () => DisposeAsync(dice)); break;
        }
    }

    private SipClientTransaction Send(string uri, CancellationToken giveUp = default)
    {
        Begun++;
        return _caller.SendAsync(SipRequest.Message(uri, "hello"), giveUp);
    }

    private (SipInviteDialog Dialog, SipInviteTransaction Call) Invite(string uri, CancellationToken giveUp = default)
    {
        Begun++;
        var dialog = _caller.CreateInviteDialog(uri);
        return (dialog, dialog.SendInviteAsync(Party.Body, giveUp));
    }

    private Task<string> LeaveUnread(string uri)
    {
        Send(uri);
        return Task.FromResult("left");
    }

    private async Task<string> GiveRequestUpAsync(Dice dice)
    {
        using var giveUp = new CancellationTokenSource();
        var final = Send(dice.Chance(0.5) ? Nobody : "sip:mute@10.0.0.2", giveUp.Token).FinalAsync();
        await Delay(dice.Seconds(0, 10));
        giveUp.Cancel();
        return Sender.Final(await final);
    }

    private async Task<string> CallAsync(Dice dice)
    {
        var (dialog, call) = Invite("sip:any@10.0.0.2");
        var final = await call.FinalAsync();
        if (!final.IsSuccess) return Sender.Final(final);
        await Delay(dice.Seconds(0, 6)); // the callee hangs up after three
        if (dialog.IsConfirmed)
        {
            Begun++;
            await dialog.SendByeAsync();
        }

        return $"session {(await dialog.Completion).Cause}";
    }

    private async Task<string> CancelAsync(Dice dice)
    {
        var (_, call) = Invite("sip:ring@10.0.0.2");
        await Delay(dice.Seconds(0, 2));
        Begun++;
        await call.CancelAsync();
        return Sender.Final(await call.FinalAsync());
    }

    private async Task<string> LeaveAsync()
    {
        await foreach (var response in Invite("sip:ring@10.0.0.2").Call)
        {
            if (response.StatusCode != SipStatus.Ringing.Code) continue;
            Begun++; // the CANCEL
            break;
        }

        return "left";
    }

    private async Task<string> GiveCallUpAsync(Dice dice)
    {
        using var giveUp = new CancellationTokenSource();
        var final = Invite(dice.Chance(0.2) ? Nobody : "sip:ring@10.0.0.2", giveUp.Token).Call.FinalAsync();
        await Delay(dice.Seconds(0, 2));
        giveUp.Cancel();
        return Sender.Final(await final);
    }

    private async Task<string> DisposeAsync(Dice dice)
    {
        var (dialog, _) = Invite(dice.Of("sip:ring@10.0.0.2", "sip:any@10.0.0.2", Nobody));
        await Delay(dice.Seconds(0, 2));
        await dialog.DisposeAsync();
        return $"session {(await dialog.Completion).Cause}";
    }

    private async Task<string> AnswerAsync(SipIncomingRequest incoming)
    {
        if (incoming.Request.RequestUri.User == "mute") return "never";
        await incoming.RespondAsync(SipStatus.Ok);
        return "answered";
    }

    private async Task<string> AnswerAsync(SipIncomingInvite invite)
    {
        try
        {
            await invite.RespondAsync(SipStatus.Ringing);
            if (invite.Request.RequestUri.User == "ring")
            {
                for (var seconds = 0; seconds < 20 && !invite.Canceled.IsCancellationRequested; seconds++) await Delay(TimeSpan.FromSeconds(1));
                await invite.RejectAsync(SipStatus.TemporarilyUnavailable);
                return "rejected";
            }

            await Delay(TimeSpan.FromSeconds(0.5));
            await using var dialog = await invite.AcceptAsync(SipContent.Sdp(Scene.Answer));
            await Delay(TimeSpan.FromSeconds(3));
            return "accepted";
        }
        catch (InvalidOperationException)
        {
            return "too late"; // it was cancelled meanwhile
        }
    }
}
