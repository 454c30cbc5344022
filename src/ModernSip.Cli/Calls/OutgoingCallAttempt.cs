using ModernSip.Cli.Output;
using ModernSip.Cli.Running;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sessions;

namespace ModernSip.Cli.Calls;

/// <summary>One INVITE to one target, and the call that it makes.</summary>
internal sealed class OutgoingCallAttempt(CommandRun run, OutgoingCallSettings settings, MediaPort port, Func<SipUri, SipInviteDialog> create)
{
    private readonly CallMedia _media = new(port, settings.Offer);
    private readonly HashSet<string> _early = new(StringComparer.Ordinal);
    private SipResponse? _last;
    private bool _isCancelWanted;
    private bool _isAnswered;
    private bool _isRefused;

    /// <summary>From the INVITE to its 2xx; null as long as there is none.</summary>
    public TimeSpan? Setup { get; private set; }

    /// <summary>Why there was no call, or what it was for failed: the final response, or the name of the error; null where nothing did.</summary>
    public string? Failure { get; private set; }

    /// <summary>Plays it.</summary>
    /// <returns>Whether it went as it was asked for.</returns>
    public async Task<bool> RunAsync(SipInviteDialog dialog)
    {
        await using var hangingUp = dialog.ConfigureAwait(false);
        run.WithHeaders(dialog.InitialRequest);
        if (!await InviteAsync(dialog).ConfigureAwait(false)) return await EndAsync(dialog, isOk: false).ConfigureAwait(false);
        var isTalkOk = await TalkAsync(dialog).ConfigureAwait(false);
        return await EndAsync(dialog, isTalkOk).ConfigureAwait(false);
    }

    /// <summary>Invites, and acknowledges the answer.</summary>
    /// <returns>Whether there is a call.</returns>
    private async Task<bool> InviteAsync(SipInviteDialog dialog)
    {
        var start = run.Time.GetTimestamp();
        var invite = dialog.SendInviteAsync(settings.IsLateOffer ? null : _media.Offer());
        using var settled = new CancellationTokenSource();
        var cancelling = CancelWhenWantedAsync(invite, settled.Token);
        try
        {
            await foreach (var response in invite.ConfigureAwait(false))
            {
                _last = response;
                run.Emit(EventsOf.Response(response));
                if (response.IsSuccess) Setup = run.Time.GetElapsedTime(start);
                else if (response.IsFinal) Failure = response.Status.ToString();
                if (response.IsSuccess) return await AcknowledgeAsync(dialog, response).ConfigureAwait(false);
                if (settings.IsLateOffer && response is { IsProvisional: true, Content: { } offer } && response.Headers.Contains("RSeq")) await AnswerEarlyAsync(dialog, response, offer).ConfigureAwait(false);
                if (response is { IsProvisional: true, StatusCode: > 100 } && response.Headers.To?.Tag is { } tag && _early.Add(tag))
                {
                    run.Emit(new DialogEvent("early", response.Headers.CallId, response.Headers.From?.Tag, tag));
                }
            }
        }
        catch (SipException exception)
        {
            Failure ??= exception.GetType().Name;
            run.Report(exception);
        }
        finally
        {
            await settled.CancelAsync().ConfigureAwait(false);
            await cancelling.ConfigureAwait(false);
        }

        return false;
    }

    private async Task<bool> AcknowledgeAsync(SipInviteDialog dialog, SipResponse response)
    {
        var answer = settings.IsLateOffer && !_isAnswered && response.Content is { } offer ? AnswerLate(offer) : null;
        await dialog.SendAckAsync(response, answer, run.Abort).ConfigureAwait(false);
        run.Emit(new DialogEvent("confirmed", response.Headers.CallId, response.Headers.From?.Tag, response.Headers.To?.Tag));
        if (!settings.IsLateOffer || (_isAnswered && !_isRefused)) return true;
        run.Emit(new ErrorEvent(nameof(FormatException), "The offer of the answer has nothing that this side can take; the call is ended."));
        await dialog.SendByeAsync(run.Abort).ConfigureAwait(false);
        return false;
    }

    /// <summary>A reliable provisional response holds the callee's offer: its PRACK holds the answer (RFC 3262 §5).</summary>
    private async Task AnswerEarlyAsync(SipInviteDialog dialog, SipResponse response, SipContent offer)
    {
        if (_isAnswered || AnswerLate(offer) is not { } answer) return;
        run.Emit(EventsOf.Response(await (await dialog.SendPrackAsync(response, answer, run.Abort).ConfigureAwait(false)).FinalAsync(run.Abort).ConfigureAwait(false)));
    }

    /// <summary>An offer of the callee's is answered also where nothing of it can be taken; the call is ended then (RFC 3261 §13.2.2.4). Null where it cannot be read.</summary>
    private SipContent? AnswerLate(SipContent offer)
    {
        var answer = _media.Answer(offer);
        _isRefused = answer is null;
        answer ??= _media.Refuse(offer);
        _isAnswered = answer is not null;
        return answer;
    }

    private async Task CancelWhenWantedAsync(SipInviteTransaction invite, CancellationToken settled)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(settled, run.Stop);
        try
        {
            await Task.Delay(settings.CancelAfter ?? Timeout.InfiniteTimeSpan, run.Time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (settled.IsCancellationRequested)
        {
            return;
        }
        catch (OperationCanceledException)
        {
            // Interrupted: cancelled like a call whose time is over.
        }

        _isCancelWanted = true;
        try
        {
            await invite.CancelAsync(settled).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The INVITE has its answer: the reader of the responses goes on with it.
        }
    }

    private async Task<bool> TalkAsync(SipInviteDialog dialog)
    {
        var answering = DialogRequests.AnswerAsync(run, dialog, _media);
        var ended = dialog.Completion;
        var start = run.Time.GetTimestamp();
        var changes = new CallChanges(run, settings, _media);
        var isOk = await changes.RunAsync(dialog, after => IsUpAfterAsync(ended, Rest(after, start))).ConfigureAwait(false);
        Failure = changes.Failure;
        var rest = settings.Hold is { } hold ? Rest(hold, start) : Timeout.InfiniteTimeSpan;
        if (await IsUpAfterAsync(ended, rest).ConfigureAwait(false) && isOk && settings.Transfer is { } target)
        {
            var transfer = new CallTransfer(run, target, settings.IsAttended, port, create);
            isOk = await transfer.RunAsync(dialog).ConfigureAwait(false);
            Failure = transfer.Failure;
        }

        if (!ended.IsCompleted) await dialog.SendByeAsync(run.Abort).ConfigureAwait(false);
        await answering.ConfigureAwait(false);
        return isOk;
    }

    private TimeSpan Rest(TimeSpan delay, long start) => delay - run.Time.GetElapsedTime(start) is { Ticks: > 0 } rest ? rest : TimeSpan.Zero;

    /// <summary>Waits until the call or the command ends, at most so long.</summary>
    /// <returns>Whether the whole time passed and neither ended.</returns>
    private async Task<bool> IsUpAfterAsync(Task ended, TimeSpan delay)
    {
        try
        {
            await ended.WaitAsync(delay, run.Time, run.Stop).ConfigureAwait(false);
            return false;
        }
        catch (TimeoutException)
        {
            return true;
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> EndAsync(SipInviteDialog dialog, bool isOk)
    {
        var outcome = await dialog.Completion.ConfigureAwait(false);
        run.Emit(new DialogEvent("terminated", dialog.CallId, dialog.LocalTag ?? _last?.Headers.From?.Tag, dialog.RemoteTag ?? _last?.Headers.To?.Tag, EventsOf.Cause(outcome.Cause)));
        if (outcome is { Cause: SipDialogEnd.LocalBye or SipDialogEnd.Transferred, EndedBy: SipDialogSide.Local, Reason: { } reason })
        {
            // The session is over all the same, but nobody confirmed it.
            run.Emit(new ErrorEvent(nameof(SipException), reason));
            return false;
        }

        return outcome.Cause switch
        {
            SipDialogEnd.LocalBye or SipDialogEnd.RemoteBye or SipDialogEnd.Transferred => isOk,
            SipDialogEnd.Canceled => _isCancelWanted,
            _ => false,
        };
    }
}
