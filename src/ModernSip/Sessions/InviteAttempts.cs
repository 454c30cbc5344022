using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sessions.Timers;
using ModernSip.Stack;

namespace ModernSip.Sessions;

/// <summary>The INVITEs that one call sends, one after the other, until one is answered for good: behind a 422 with a longer interval, behind a 3xx to another target. Pure.</summary>
internal sealed class InviteAttempts
{
    private readonly SessionSettings _settings;
    private readonly SipRequest _template;
    private readonly Redirection? _redirection;
    private uint _minimum;

    public InviteAttempts(SipRequest template, SessionSettings settings, bool followsRedirects)
    {
        _template = template;
        _settings = settings;
        if (followsRedirects) _redirection = new Redirection(template.RequestUri);
    }

    public SipRequest First()
    {
        var invite = _template.Copy();
        if (_settings.DemandsReliable) OptionTags.Add(invite, SipHeaderNames.Require, OptionTags.Reliable);
        SessionTimerRules.Ask(invite, _settings, null, _minimum);
        return invite;
    }

    /// <summary>What follows an answer; null where the answer stands. The same call goes on (RFC 3261 §8.1.3.4, RFC 4028 §7.4).</summary>
    public SipRequest? Next(SipRequest last, SipResponse response)
    {
        var target = last.RequestUri;
        if (SessionTimerRules.Raise(last, response) is { } minimum) _minimum = minimum;
        else if (_redirection?.TryFollow(response) is { } next) target = next;
        else return null;
        var invite = First();
        invite.RequestUri = target;
        var cseq = last.Headers.CSeq!.Value;
        invite.Headers.CSeq = cseq with { Number = cseq.Number + 1 };
        return invite;
    }

    /// <summary>Those whom a 3xx names are strangers to the account: they get no answer to a challenge (F7).</summary>
    public bool IsElsewhere(SipRequest invite) => _redirection?.IsElsewhere(invite.RequestUri) == true;
}
