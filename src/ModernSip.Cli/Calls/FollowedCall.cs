using ModernSip.Cli.Output;
using ModernSip.Cli.Running;
using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.Cli.Calls;

/// <summary>The call that a peer transfers this side to: made, told about, and held until one side hangs up.</summary>
internal static class FollowedCall
{
    /// <summary>Follows a REFER to the end of the call that it asks for.</summary>
    public static async Task RunAsync(CommandRun run, SipIncomingRefer refer, CallMedia media)
    {
        try
        {
            if (refer.Method != SipMethod.Invite)
            {
                await refer.RespondAsync(SipStatus.Decline, null, run.Abort).ConfigureAwait(false);
                return;
            }

            var referral = await refer.AcceptAsync(run.Abort).ConfigureAwait(false);
            await using var reporting = referral.ConfigureAwait(false);
            var dialog = await referral.FollowAsync(media.Offer(), run.Stop).ConfigureAwait(false);
            await using var hangingUp = dialog.ConfigureAwait(false);
            await HoldAsync(run, dialog, media).ConfigureAwait(false);
        }
        catch (SipException exception)
        {
            run.Report(exception);
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            // Interrupted while it rang.
        }
    }

    private static async Task HoldAsync(CommandRun run, SipInviteDialog dialog, CallMedia media)
    {
        run.Emit(EventsOf.Dialog("confirmed", dialog));
        var answering = DialogRequests.AnswerAsync(run, dialog, media);
        try
        {
            await dialog.Completion.WaitAsync(run.Stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await dialog.SendByeAsync(run.Abort).ConfigureAwait(false);
        }

        await answering.ConfigureAwait(false);
        var outcome = await dialog.Completion.ConfigureAwait(false);
        run.Emit(EventsOf.Dialog("terminated", dialog) with { Cause = EventsOf.Cause(outcome.Cause) });
    }
}
