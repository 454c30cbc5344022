using ModernSip.Cli.Output;
using ModernSip.Cli.Running;
using ModernSip.Messages;

namespace ModernSip.Cli.Calls;

/// <summary>Tells and answers what the peer sends within a call.</summary>
internal static class DialogRequests
{
    /// <summary>Answers until the call ends, and the calls that the peer has transferred this side to.</summary>
    public static async Task AnswerAsync(CommandRun run, SipInviteDialog dialog, CallMedia media)
    {
        var followed = new List<Task>();
        await foreach (var incoming in dialog.IncomingAsync(run.Abort).ConfigureAwait(false))
        {
            run.Emit(EventsOf.Request(incoming.Request));
            if (incoming is SipIncomingRefer refer)
            {
                followed.Add(FollowedCall.RunAsync(run, refer, media.ForAnotherCall()));
                continue;
            }

            var (status, content) = Answer(incoming.Request, media);
            await incoming.RespondAsync(status, content, run.Abort).ConfigureAwait(false);
        }

        await Task.WhenAll(followed).ConfigureAwait(false);
    }

    private static (SipStatus Status, SipContent? Content) Answer(SipRequest request, CallMedia media)
    {
        if (request.Method != SipMethod.Invite && request.Method != SipMethod.Update) return (SipStatus.Ok, null);
        if (request.Content is not { } offer) return (SipStatus.Ok, request.Method == SipMethod.Invite ? media.Offer() : null);
        return media.Answer(offer) is { } answer ? (SipStatus.Ok, answer) : (SipStatus.NotAcceptableHere, null);
    }
}
