using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.ScenarioTests.Simulation;

/// <summary>Answers one incoming request: at once, late, twice, wrongly, never, or with an exception.</summary>
internal sealed class Answerer(Party party, Dice dice)
{
    public Task<string> HandleAsync(SipIncomingRequest incoming) => incoming is SipIncomingInvite invite ? HandleInviteAsync(invite) : HandleOtherAsync(incoming);

    public async Task<string> HandleOtherAsync(SipIncomingRequest incoming)
    {
        switch (dice.Next(20))
        {
            case < 10:
                break;
            case < 13:
                await party.Run.Delay(dice.Seconds(0, 40)); // beyond 28.8 s the stack has answered
                break;
            case < 15:
                return "never";
            case < 17:
                throw new ApplicationFault();
            case 17:
                await incoming.RespondAsync(dice.Of(SipStatus.BusyHere, SipStatus.ServerInternalError, SipStatus.Decline));
                return "refused";
            default:
                await incoming.RespondAsync(SipStatus.Ok, Content(incoming));
                await RespondTwiceAsync(incoming);
                return "answered twice";
        }

        try
        {
            await incoming.RespondAsync(SipStatus.Ok, Content(incoming));
            return "answered";
        }
        catch (InvalidOperationException)
        {
            return "too late";
        }
    }

    private static SipContent? Content(SipIncomingRequest incoming) => incoming.Request.Method == SipMethod.Invite ? Party.Body : null;

    private async Task RespondTwiceAsync(SipIncomingRequest incoming)
    {
        try
        {
            await incoming.RespondAsync(SipStatus.Decline);
            if (!incoming.Canceled.IsCancellationRequested) party.Ledger.Violations.Add("A second final response was taken.");
        }
        catch (InvalidOperationException)
        {
            // As it should be.
        }
    }

    private async Task<string> HandleInviteAsync(SipIncomingInvite invite)
    {
        using var giveUp = new CancellationTokenSource();
        if (dice.Chance(0.8))
        {
            await party.Run.Delay(dice.Seconds(0, 1));
            if (!await TryAsync(() => invite.RespondAsync(SipStatus.Ringing))) return "gone while it rang";
        }

        await party.Run.Delay(dice.Chance(0.2) ? TimeSpan.Zero : dice.Seconds(0, 15));
        switch (dice.Next(20))
        {
            case < 3:
                var status = dice.Of(SipStatus.BusyHere, SipStatus.Decline, SipStatus.MovedTemporarily);
                return await TryAsync(() => invite.RejectAsync(status)) ? "rejected" : "gone before the rejection";
            case < 5:
                return "never";
            case 5:
                throw new ApplicationFault();
        }

        var accepting = invite.AcceptAsync(Party.Body, giveUp.Token);
        if (dice.Chance(0.05))
        {
            await party.Run.Delay(dice.Seconds(0, 2));
            giveUp.Cancel();
        }

        SipInviteDialog dialog;
        try
        {
            dialog = await accepting;
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            return "accepting was given up";
        }

        var outcome = await new SessionLife(party, dialog, dice).LiveAsync();
        party.Ledger.Callees[invite.Request.Headers.CallId!] = outcome;
        return $"session {outcome.Cause}";
    }

    /// <summary>An answer that comes behind a CANCEL is no fault of the application.</summary>
    private static async Task<bool> TryAsync(Func<Task> respond)
    {
        try
        {
            await respond();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
