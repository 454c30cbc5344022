using ModernSip.Cli.Output;
using ModernSip.Cli.Running;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sessions;

namespace ModernSip.Cli.Calls;

/// <summary>Plays one call of a peer's: rings, answers or refuses, and holds it.</summary>
internal sealed class IncomingCallScript(CommandRun run, IncomingCallSettings settings, MediaPort port, SipIncomingInvite invite)
{
    private readonly CallMedia _media = new(port);
    private SipContent? _description;

    /// <summary>Plays it.</summary>
    /// <returns>Whether it went as it was asked for; a caller who gives up is no failure of this side.</returns>
    public async Task<bool> RunAsync()
    {
        try
        {
            if (!await RingAsync().ConfigureAwait(false)) return Ended("cancelled", isOk: true);
            if (await RefuseAsync().ConfigureAwait(false)) return Ended("rejected", isOk: true);
            var dialog = await invite.AcceptAsync(WithDescription(invite.Request.CreateResponse(settings.Status)), run.Abort).ConfigureAwait(false);
            await using var hangingUp = dialog.ConfigureAwait(false);
            return await HoldAsync(dialog).ConfigureAwait(false);
        }
        catch (SipConnectionClosedException) when (invite.Canceled.IsCancellationRequested)
        {
            return Ended("cancelled", isOk: true);
        }
        catch (SipException exception)
        {
            run.Report(exception);
            return Ended(exception is SipTimeoutException ? "timeout" : "error", isOk: false);
        }
    }

    /// <summary>Rings as long as it is to.</summary>
    /// <returns>Whether the caller still waits.</returns>
    private async Task<bool> RingAsync()
    {
        if (settings.IsEarly && invite.Request.Content is not null && Describe()) await invite.RespondAsync(WithDescription(invite.Request.CreateResponse(SipStatus.SessionProgress)), run.Abort).ConfigureAwait(false);
        else if (settings.Redirect is null) await invite.RespondAsync(SipStatus.Ringing, null, run.Abort).ConfigureAwait(false);
        if (settings.Ring == TimeSpan.Zero) return !invite.Canceled.IsCancellationRequested;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(invite.Canceled, run.Stop);
        try
        {
            await Task.Delay(settings.Ring, run.Time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Given up by the caller, or by this side: told apart below.
        }

        return !invite.Canceled.IsCancellationRequested;
    }

    /// <summary>Refuses the call where it is not to be, or cannot be, accepted.</summary>
    /// <returns>Whether it was refused.</returns>
    private async Task<bool> RefuseAsync()
    {
        if (settings.Redirect is { } target)
        {
            var moved = invite.Request.CreateResponse(SipStatus.MovedTemporarily);
            moved.Headers.Contact = target;
            await invite.RespondAsync(moved, run.Abort).ConfigureAwait(false);
            return true;
        }

        SipStatus? refusal = run.Stop.IsCancellationRequested ? SipStatus.TemporarilyUnavailable
            : !settings.Status.IsSuccess ? settings.Status
            : !Describe() ? SipStatus.NotAcceptableHere
            : null;
        if (refusal is not { } status) return false;
        await invite.RejectAsync(status, run.Abort).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> HoldAsync(SipInviteDialog dialog)
    {
        run.Emit(EventsOf.Dialog("confirmed", dialog));
        var answering = DialogRequests.AnswerAsync(run, dialog, _media);
        try
        {
            await dialog.Completion.WaitAsync(settings.Hold ?? Timeout.InfiniteTimeSpan, run.Time, run.Stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            await dialog.SendByeAsync(run.Abort).ConfigureAwait(false);
        }

        await answering.ConfigureAwait(false);
        var outcome = await dialog.Completion.ConfigureAwait(false);
        run.Emit(EventsOf.Dialog("terminated", dialog) with { Cause = EventsOf.Cause(outcome.Cause) });
        return outcome.Cause is SipDialogEnd.LocalBye or SipDialogEnd.RemoteBye or SipDialogEnd.Transferred;
    }

    /// <summary>Makes this side's description: the answer to the caller's offer, or an offer where there is none.</summary>
    /// <returns>Whether there is one.</returns>
    private bool Describe()
    {
        _description ??= invite.Request.Content is { } offer ? _media.Answer(offer) : _media.Offer();
        return _description is not null;
    }

    private SipResponse WithDescription(SipResponse response)
    {
        response.Content = _description;
        return response;
    }

    private bool Ended(string cause, bool isOk)
    {
        run.Emit(new DialogEvent("terminated", invite.Request.Headers.CallId, null, invite.Request.Headers.From?.Tag, cause));
        return isOk;
    }
}
