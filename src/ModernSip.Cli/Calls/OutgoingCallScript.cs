using ModernSip.Cli.Running;
using ModernSip.Messages;

namespace ModernSip.Cli.Calls;

/// <summary>Plays one call of ours from the INVITE to its end.</summary>
internal sealed class OutgoingCallScript(CommandRun run, OutgoingCallSettings settings, MediaPort port, Func<SipUri, SipInviteDialog> create)
{
    /// <summary>Plays it.</summary>
    public async Task<CallResult> RunAsync()
    {
        var dialog = create(settings.Target);
        dialog.FollowsRedirects = settings.Follows;
        var attempt = new OutgoingCallAttempt(run, settings, port, create);
        var isOk = await attempt.RunAsync(dialog).ConfigureAwait(false);
        return new CallResult(isOk, attempt.Setup, isOk ? null : attempt.Failure ?? "ended before its time");
    }
}
