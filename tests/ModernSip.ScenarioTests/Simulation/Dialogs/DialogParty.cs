using ModernSip.Messages;

namespace ModernSip.ScenarioTests.Simulation.Dialogs;

/// <summary>One stack whose application calls, is called, changes its sessions and ends them, at times that chance gives it.</summary>
internal sealed class DialogParty(DialogRun run, string address, ISipClient client, Dice dice)
{
    private SipConnection? _connection;

    public string Address => address;

    /// <summary>Every session that its application was given.</summary>
    public List<SipInviteDialog> Dialogs { get; } = [];

    private SipConnection Connection => _connection ?? throw new InvalidOperationException("It is not open.");

    public async Task OpenAsync()
    {
        _connection = await client.ConnectAsync();
        run.Ledger.Begin("listening", () => ListenAsync(dice.Fork()));
    }

    public async Task CloseAsync() => await Connection.DisposeAsync();

    public void Call(string uri) => run.Ledger.Begin("call", () => CallAsync(uri, dice.Fork()), static () => true);

    private async Task<string> ListenAsync(Dice own)
    {
        await foreach (var incoming in Connection.IncomingAsync()) run.Ledger.Begin("incoming call", () => AnswerAsync((SipIncomingInvite)incoming, own.Fork()), static () => true);
        return "closed";
    }

    private async Task<string> CallAsync(string uri, Dice own)
    {
        await run.Delay(own.Seconds(0, 10));
        var dialog = Connection.CreateInviteDialog(uri!);
        var giveUp = new CancellationTokenSource(); // outlives the call: it may fire when that is over
        var call = dialog.SendInviteAsync(Party.Body, giveUp.Token);
        var way = own.Next(10);
        if (way < 3) run.Ledger.Begin("cancel", () => CancelAsync(call, giveUp, way == 0, own.Fork()), static () => true);
        if (way == 9)
        {
            await run.Delay(own.Seconds(0, 8));
            await dialog.DisposeAsync(); // whatever it has come to
            return "disposed";
        }

        if (own.Chance(0.5)) return await FollowAsync(dialog, call, own);
        await call.FinalAsync();
        return Begin(dialog, own);
    }

    /// <summary>Reads to the end, and goes on with each fork that answers, or with the first alone.</summary>
    private async Task<string> FollowAsync(SipInviteDialog dialog, SipInviteTransaction call, Dice own)
    {
        var takesAll = own.Chance(0.4);
        var ending = "ended without a session";
        await foreach (var response in call)
        {
            if (!response.IsSuccess) continue;
            try
            {
                ending = Begin(await dialog.TakeForkAsync(response), own);
            }
            catch (ArgumentException)
            {
                ending = "ended before it was taken"; // the callee has hung up meanwhile
            }

            if (!takesAll) break;
        }

        return ending;
    }

    private async Task<string> CancelAsync(SipInviteTransaction call, CancellationTokenSource giveUp, bool byToken, Dice own)
    {
        await run.Delay(own.Seconds(0, 8));
        if (byToken) giveUp.Cancel();
        else await call.CancelAsync();
        return "cancelled";
    }

    private async Task<string> AnswerAsync(SipIncomingInvite invite, Dice own)
    {
        try
        {
            if (own.Chance(0.8))
            {
                await run.Delay(own.Seconds(0, 1));
                await invite.RespondAsync(SipStatus.Ringing);
            }

            await run.Delay(own.Seconds(0, 7));
            if (own.Chance(0.15))
            {
                await invite.RejectAsync(SipStatus.BusyHere);
                return "rejected";
            }
        }
        catch (InvalidOperationException)
        {
            return "gone while it rang";
        }

        var dialog = await invite.AcceptAsync(Party.Body);
        return Begin(dialog, own);
    }

    private string Begin(SipInviteDialog dialog, Dice own)
    {
        if (!dialog.IsConfirmed) return "no session";
        Dialogs.Add(dialog);
        run.Ledger.Begin("serving a session", () => ServeAsync(dialog, own.Fork()));
        run.Ledger.Begin("session", () => LiveAsync(dialog, own.Fork()));
        return "a session";
    }

    private async Task<string> ServeAsync(SipInviteDialog dialog, Dice own)
    {
        await foreach (var incoming in dialog.IncomingAsync())
        {
            var chance = own.Fork();
            run.Ledger.Begin($"answer to {incoming.Request.Method}", () => AnswerInSessionAsync(incoming, chance));
        }

        return "session ended";
    }

    private async Task<string> AnswerInSessionAsync(SipIncomingRequest incoming, Dice own)
    {
        if (own.Chance(0.4)) await run.Delay(own.Seconds(0, 3));
        var carriesOffer = incoming.Request.Method == SipMethod.Invite || !incoming.Request.Body.IsEmpty;
        try
        {
            if (own.Chance(0.1)) await incoming.RespondAsync(SipStatus.NotAcceptableHere);
            else await incoming.RespondAsync(SipStatus.Ok, carriesOffer && incoming.Request.Method != SipMethod.Info ? Party.Body : null);
            return "answered";
        }
        catch (InvalidOperationException)
        {
            return "no longer wanted";
        }
    }

    /// <summary>Changes at whole seconds, so that both sides often begin at the same one; then the end, which may be left to the peer.</summary>
    private async Task<string> LiveAsync(SipInviteDialog dialog, Dice own)
    {
        for (var changes = own.Next(6); changes > 0 && dialog.IsConfirmed; changes--)
        {
            await run.Delay(TimeSpan.FromSeconds(Math.Ceiling(run.Now.TotalSeconds) + own.Next(4)) - run.Now);
            var what = own.Next(10);
            run.Ledger.Begin("change", () => ChangeAsync(dialog, what));
        }

        await run.Delay(own.Seconds(0, 10));
        if (own.Chance(0.6)) await dialog.SendByeAsync();
        return "lived";
    }

    private static async Task<string> ChangeAsync(SipInviteDialog dialog, int what)
    {
        try
        {
            switch (what)
            {
                case < 5:
                    return Sender.Final(await dialog.SendInviteAsync(Party.Body).FinalAsync());
                case 5:
                    await foreach (var response in dialog.SendInviteAsync())
                    {
                        if (response.IsSuccess) await dialog.SendAckAsync(response, Party.Body);
                        if (response.IsFinal) return Sender.Final(response);
                    }

                    return "no final response";
                case < 9:
                    return Sender.Final(await dialog.SendAsync(SipMethod.Update, Party.Body).FinalAsync());
                default:
                    return Sender.Final(await dialog.SendAsync(SipMethod.Info, SipContent.PlainText("hello")).FinalAsync());
            }
        }
        catch (InvalidOperationException)
        {
            return "not possible now"; // another change is under way, or the session has ended
        }
    }
}
