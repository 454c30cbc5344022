using ModernSip.Cli.Running;
using ModernSip.Messages;

namespace ModernSip.Cli.Calls;

/// <summary>Plays one call of ours from the INVITE to its end.</summary>
internal sealed class OutgoingCallScript(CommandRun run, OutgoingCallSettings settings, MediaPort port, Func<SipUri, SipInviteDialog> create)
{
    /// <summary>Plays it.</summary>
    /// <returns>Whether it went as it was asked for.</returns>
    public Task<bool> RunAsync()
    {
        var dialog = create(settings.Target);
        dialog.FollowsRedirects = settings.Follows;
        return new OutgoingCallAttempt(run, settings, port).RunAsync(dialog);
    }
}
