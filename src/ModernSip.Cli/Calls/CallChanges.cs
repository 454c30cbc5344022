using ModernSip.Cli.Output;
using ModernSip.Cli.Running;
using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.Cli.Calls;

/// <summary>Changes a call of ours at the times that were asked for, by a re-INVITE and by an UPDATE.</summary>
internal sealed class CallChanges(CommandRun run, OutgoingCallSettings settings, CallMedia media)
{
    /// <summary>Why a change failed: its final response, or the name of the error; null where none did.</summary>
    public string? Failure { get; private set; }

    /// <summary>Makes the changes that are due before the call is to be hung up, one after the other, until one fails.</summary>
    /// <param name="dialog">The call.</param>
    /// <param name="isUpAt">Waits until so long after the answer; false where the call has ended by then.</param>
    /// <returns>Whether the peer has agreed to those that were made.</returns>
    public async Task<bool> RunAsync(SipInviteDialog dialog, Func<TimeSpan, Task<bool>> isUpAt)
    {
        (TimeSpan? After, Func<SipInviteDialog, Task<SipResponse?>> Make)[] changes = [(settings.ReinviteAfter, ReinviteAsync), (settings.UpdateAfter, UpdateAsync)];
        foreach (var (after, make) in changes.Where(change => change.After < (settings.Hold ?? TimeSpan.MaxValue)).OrderBy(static change => change.After))
        {
            if (!await isUpAt(after!.Value).ConfigureAwait(false)) return true;
            if (!await TryAsync(dialog, make).ConfigureAwait(false)) return false;
        }

        return true;
    }

    private async Task<bool> TryAsync(SipInviteDialog dialog, Func<SipInviteDialog, Task<SipResponse?>> make)
    {
        try
        {
            var response = await make(dialog).ConfigureAwait(false);
            if (response is { IsSuccess: true } || !dialog.IsConfirmed) return true; // agreed to, or crossed by the peer's BYE
            Failure = response?.Status.ToString();
            return false;
        }
        catch (InvalidOperationException) when (!dialog.IsConfirmed)
        {
            return true; // hung up meanwhile
        }
        catch (Exception exception) when (exception is SipException or InvalidOperationException) // an offer of the one side or the other is open
        {
            Failure = exception.GetType().Name;
            run.Report(exception);
            return false;
        }
    }

    private async Task<SipResponse?> ReinviteAsync(SipInviteDialog dialog)
    {
        SipResponse? last = null;
        await foreach (var response in dialog.SendInviteAsync(media.Offer()).ConfigureAwait(false))
        {
            last = response;
            run.Emit(EventsOf.Response(response));
            if (!response.IsSuccess) continue;
            await dialog.SendAckAsync(response, null, run.Abort).ConfigureAwait(false);
            break;
        }

        return last;
    }

    private async Task<SipResponse?> UpdateAsync(SipInviteDialog dialog)
    {
        var response = await dialog.SendAsync(SipMethod.Update, media.Offer(), null, run.Abort).FinalAsync(run.Abort).ConfigureAwait(false);
        run.Emit(EventsOf.Response(response));
        return response;
    }
}
