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
    private Task _answering = Task.CompletedTask;

    /// <summary>Plays it.</summary>
    /// <returns>Whether it went as it was asked for; a caller who gives up is no failure of this side.</returns>
    public async Task<bool> RunAsync()
    {
        try
        {
            if (!await RingAsync().ConfigureAwait(false)) return await EndedAsync("cancelled", isOk: true).ConfigureAwait(false);
            if (await RefuseAsync().ConfigureAwait(false)) return await EndedAsync("rejected", isOk: true).ConfigureAwait(false);
            var dialog = await invite.AcceptAsync(CreateSuccess(), run.Abort).ConfigureAwait(false);
            await using var hangingUp = dialog.ConfigureAwait(false);
            return await HoldAsync(dialog).ConfigureAwait(false);
        }
        catch (SipConnectionClosedException) when (invite.Canceled.IsCancellationRequested)
        {
            return await EndedAsync("cancelled", isOk: true).ConfigureAwait(false);
        }
        catch (SipException exception)
        {
            run.Report(exception);
            return await EndedAsync(exception is SipTimeoutException ? "timeout" : "error", isOk: false).ConfigureAwait(false);
        }
    }

    /// <summary>Rings as long as it is to.</summary>
    /// <returns>Whether the caller still waits.</returns>
    private async Task<bool> RingAsync()
    {
        if (settings.IsEarly && invite.Request.Content is not null && Describe()) await invite.RespondAsync(WithDescription(invite.Request.CreateResponse(SipStatus.SessionProgress)), run.Abort).ConfigureAwait(false);
        else if (settings.Redirect is null) await invite.RespondAsync(SipStatus.Ringing, null, run.Abort).ConfigureAwait(false);
        if (invite.Dialog is { } early) _answering = DialogRequests.AnswerAsync(run, early, _media); // the caller may change the session before it is answered (RFC 3311)
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
        try
        {
            await dialog.Completion.WaitAsync(settings.Hold ?? Timeout.InfiniteTimeSpan, run.Time, run.Stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            await dialog.SendByeAsync(run.Abort).ConfigureAwait(false);
        }

        await _answering.ConfigureAwait(false);
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

    private SipResponse CreateSuccess()
    {
        var success = invite.Request.CreateResponse(settings.Status);
        // A session that was changed while it rang was answered then; what was said first holds no more (RFC 6337 §3.1.1).
        return _media.IsLast(_description) ? WithDescription(success) : success;
    }

    private SipResponse WithDescription(SipResponse response)
    {
        response.Content = _description;
        return response;
    }

    private async Task<bool> EndedAsync(string cause, bool isOk)
    {
        await _answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // ends with the dialog; why, is told here
        run.Emit(new DialogEvent("terminated", invite.Request.Headers.CallId, null, invite.Request.Headers.From?.Tag, cause));
        return isOk;
    }
}
