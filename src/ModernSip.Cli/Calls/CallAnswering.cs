using ModernSip.Cli.Output;
using ModernSip.Cli.Running;
using ModernSip.Messages;

namespace ModernSip.Cli.Calls;

/// <summary>Takes the calls that come in, many at once, up to a number.</summary>
internal sealed class CallAnswering(CommandRun run, IncomingCallSettings settings, MediaPort port, int? most)
{
    private readonly CallTally _tally = new();

    /// <summary>Takes calls until the stream ends, and waits for those that are up.</summary>
    /// <param name="requests">What comes in.</param>
    /// <param name="done">Ends the stream; cancelled when the last call wanted has ended.</param>
    public async Task<CallTally> RunAsync(IAsyncEnumerable<SipIncomingRequest> requests, CancellationTokenSource done)
    {
        var calls = new List<Task>();
        var taken = 0;
        try
        {
            await foreach (var incoming in requests.ConfigureAwait(false))
            {
                if (incoming is not SipIncomingInvite invite)
                {
                    run.Emit(EventsOf.Request(incoming.Request));
                    await incoming.RespondAsync(incoming.Request.Method == SipMethod.Options ? SipStatus.Ok : SipStatus.MethodNotAllowed, null, run.Abort).ConfigureAwait(false);
                }
                else if (taken == most)
                {
                    await invite.RejectAsync(SipStatus.BusyHere, run.Abort).ConfigureAwait(false); // the last ones are still up
                }
                else
                {
                    taken++;
                    run.Emit(EventsOf.Request(incoming.Request));
                    calls.RemoveAll(static ended => ended.IsCompletedSuccessfully);
                    calls.Add(PlayAsync(invite, done));
                }
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            // No more calls.
        }

        await Task.WhenAll(calls).ConfigureAwait(false);
        return _tally;
    }

    private async Task PlayAsync(SipIncomingInvite invite, CancellationTokenSource done)
    {
        _tally.Add(new CallResult(await new IncomingCallScript(run, settings, port, invite).RunAsync().ConfigureAwait(false)));
        if (_tally.Ended == most) await done.CancelAsync().ConfigureAwait(false);
    }
}
