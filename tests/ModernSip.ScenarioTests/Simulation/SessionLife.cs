using ModernSip.Messages;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Simulation;

/// <summary>What an application does with a session that is up: requests in it, changes of it, its end.</summary>
internal sealed class SessionLife(Party party, SipInviteDialog dialog, Dice dice)
{
    public async Task<SipDialogOutcome> LiveAsync()
    {
        if (dice.Chance(0.7)) party.Ledger.Begin("serving a session", ServeAsync);
        for (var actions = dice.Next(4); actions > 0; actions--)
        {
            await party.Run.Delay(dice.Seconds(0, 8));
            if (!dialog.IsConfirmed) break;
            if (dice.Chance(0.3)) party.Ledger.Begin("re-INVITE", ChangeAsync);
            else party.Ledger.Begin("request in a session", SendAsync);
        }

        if (dice.Chance(0.5)) await Task.WhenAny(dialog.Completion, party.Run.Delay(TimeSpan.FromSeconds(40)));
        else await party.Run.Delay(dice.Seconds(0, 5));
        if (dice.Chance(0.2) && dialog.IsConfirmed) await dialog.SendByeAsync();
        await dialog.DisposeAsync();
        return await dialog.Completion;
    }

    private async Task<string> ServeAsync()
    {
        await foreach (var incoming in dialog.IncomingAsync())
        {
            party.Saw(incoming.Request);
            var answerer = new Answerer(party, dice.Fork());
            party.Ledger.Begin($"answer to {incoming.Request.Method} in a session", () => answerer.HandleOtherAsync(incoming));
        }

        return "session ended";
    }

    private async Task<string> SendAsync()
    {
        SipClientTransaction sent;
        try
        {
            sent = dialog.SendAsync(dice.Of(SipMethod.Info, SipMethod.Options, SipMethod.Message), SipContent.PlainText("hello"));
        }
        catch (InvalidOperationException)
        {
            return "not begun";
        }

        return dice.Chance(0.5) ? Sender.Final(await sent.FinalAsync()) : await Sender.ReadAsync(sent, party);
    }

    private async Task<string> ChangeAsync()
    {
        SipInviteTransaction sent;
        try
        {
            sent = dialog.SendInviteAsync(Party.Body);
        }
        catch (InvalidOperationException)
        {
            return "not begun";
        }

        return Sender.Final(await sent.FinalAsync());
    }
}
