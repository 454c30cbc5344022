using ModernSip.Cli.Running;
using ModernSip.Messages;

namespace ModernSip.Cli.Calls;

/// <summary>Plays one call of ours from the INVITE to its end, redirections included.</summary>
internal sealed class OutgoingCallScript(CommandRun run, OutgoingCallSettings settings, MediaPort port, Func<SipUri, SipInviteDialog> create)
{
    private const int MostTargets = 10;

    /// <summary>Plays it.</summary>
    /// <returns>Whether it went as it was asked for.</returns>
    public async Task<bool> RunAsync()
    {
        var targets = new List<SipUri> { settings.Target };
        for (var i = 0; i < targets.Count; i++)
        {
            var (isOk, contacts) = await new OutgoingCallAttempt(run, settings, port).RunAsync(create(targets[i])).ConfigureAwait(false);
            if (isOk) return true;
            if (!settings.Follows || run.Stop.IsCancellationRequested) return false;

            // Nobody is asked twice (RFC 3261 §8.1.3.4).
            var fresh = contacts.Where(contact => contact.IsSip && !targets.Contains(contact)).Take(MostTargets - targets.Count).ToList();
            targets.InsertRange(i + 1, fresh);
        }

        return false;
    }
}
