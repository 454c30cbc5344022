using ModernSip.Messages;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Simulation;

/// <summary>Places one call, in one of the ways that applications have: awaiting, reading, cancelling, leaving.</summary>
internal sealed class Caller(Party party, SipConnection connection, Dice dice)
{
    public async Task<string> CallAsync(string uri)
    {
        var dialog = connection.CreateInviteDialog(uri!);
        using var giveUp = new CancellationTokenSource();
        var isLate = dice.Chance(0.2); // the offer comes in the 2xx
        var call = dialog.SendInviteAsync(isLate ? null : Party.Body, giveUp.Token);
        var way = dice.Next(20);
        switch (way)
        {
            case < 6 when !isLate:
                await call.FinalAsync();
                break;
            case < 12:
                await ReadAsync(dialog, call, isLate);
                break;
            case < 14:
                await LeaveAtFirstAsync(call);
                break;
            case < 16:
                await party.Run.Delay(dice.Seconds(0, 12));
                await call.CancelAsync();
                break;
            case < 18:
                await CancelByTokenAsync(call, giveUp);
                break;
            default:
                await party.Run.Delay(dice.Seconds(0, 12));
                break; // left unread, and disposed below
        }

        var outcome = dialog.IsConfirmed && way < 18 ? await new SessionLife(party, dialog, dice).LiveAsync() : await EndAsync(dialog);
        party.Ledger.Callers[dialog.CallId!] = outcome;
        return $"session {outcome.Cause}";
    }

    private static async Task<SipDialogOutcome> EndAsync(SipInviteDialog dialog)
    {
        await dialog.DisposeAsync();
        return await dialog.Completion;
    }

    /// <summary>Reads until the first final response, and acknowledges it where the stack cannot.</summary>
    private static async Task ReadAsync(SipInviteDialog dialog, SipInviteTransaction call, bool isLate)
    {
        await foreach (var response in call)
        {
            if (!response.IsFinal) continue;
            if (response.IsSuccess) await dialog.SendAckAsync(response, isLate ? Party.Body : null);
            break;
        }
    }

    private static async Task LeaveAtFirstAsync(SipInviteTransaction call)
    {
        await foreach (var response in call)
        {
            if (response.StatusCode > 0) break;
        }
    }

    private async Task CancelByTokenAsync(SipInviteTransaction call, CancellationTokenSource giveUp)
    {
        var final = call.FinalAsync();
        await party.Run.Delay(dice.Seconds(0, 12));
        giveUp.Cancel();
        try
        {
            await final;
        }
        catch (OperationCanceledException)
        {
            // The INVITE is the stack's to end now.
        }
    }
}
