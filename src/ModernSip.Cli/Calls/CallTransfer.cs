using ModernSip.Cli.Output;
using ModernSip.Cli.Running;
using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.Cli.Calls;

/// <summary>Transfers a call of ours: blindly, or by a second call that the peer's then takes the place of.</summary>
internal sealed class CallTransfer(CommandRun run, SipUri target, bool isAttended, MediaPort port, Func<SipUri, SipInviteDialog> create)
{
    /// <summary>Why it failed: the last status that was heard, or the name of the error; null where it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>Transfers it.</summary>
    /// <returns>Whether the peer has reached the target, or took the transfer without telling how it went; or the command was interrupted.</returns>
    public async Task<bool> RunAsync(SipInviteDialog dialog)
    {
        try
        {
            if (isAttended) return await ConsultAsync(dialog).ConfigureAwait(false);
            return await WatchAsync(await dialog.TransferAsync(target, null, run.Stop).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (SipException exception)
        {
            Failure = exception.Response?.Status.ToString() ?? exception.GetType().Name;
            run.Report(exception);
            return false;
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            return true; // interrupted: all that is left is to hang up
        }
        catch (InvalidOperationException)
        {
            return false; // hung up meanwhile
        }
    }

    private async Task<bool> ConsultAsync(SipInviteDialog dialog)
    {
        var second = create(target);
        await using var hangingUp = second.ConfigureAwait(false);
        run.WithHeaders(second.InitialRequest);
        var answer = await second.SendInviteAsync(new CallMedia(port).Offer(), run.Stop).FinalAsync(run.Stop).ConfigureAwait(false);
        run.Emit(EventsOf.Response(answer));
        if (!answer.IsSuccess)
        {
            Failure = answer.Status.ToString();
            return false;
        }

        run.Emit(EventsOf.Dialog("confirmed", second));
        var isDone = await WatchAsync(await dialog.TransferAsync(second, null, run.Stop).ConfigureAwait(false)).ConfigureAwait(false);
        if (isDone) await WaitForReplacementAsync(second).ConfigureAwait(false);
        await second.DisposeAsync().ConfigureAwait(false);
        var outcome = await second.Completion.ConfigureAwait(false);
        run.Emit(EventsOf.Dialog("terminated", second) with { Cause = EventsOf.Cause(outcome.Cause) });
        return isDone;
    }

    /// <summary>The target hangs up what the peer's call took the place of; one that does not is hung up.</summary>
    private async Task WaitForReplacementAsync(SipInviteDialog second)
    {
        try
        {
            await second.Completion.WaitAsync(TimeSpan.FromSeconds(4), run.Time, run.Stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // Then this side does.
        }
    }

    private async Task<bool> WatchAsync(SipTransfer transfer)
    {
        await using var watching = ((IAsyncDisposable)transfer).ConfigureAwait(false);
        await foreach (var progress in transfer.WithCancellation(run.Stop).ConfigureAwait(false)) run.Emit(new TransferEvent(progress.Status.Code));
        if (transfer.Last is null or { IsSuccess: true }) return true;
        Failure = transfer.Last.Status.ToString();
        return false;
    }
}
