using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Stack;

namespace ModernSip.Sessions.Timers;

/// <summary>Who asks for which interval, who grants it, and who refreshes (RFC 4028 §7 to §9). Pure.</summary>
internal static class SessionTimerRules
{
    private const string Refresher = "refresher";
    private const string Caller = "uac";
    private const string Callee = "uas";

    /// <summary>Puts into an INVITE or UPDATE what this side asks for: what is agreed already, else what it was set to. What the application set, stays.</summary>
    /// <param name="request">The request.</param>
    /// <param name="settings">What this side wants.</param>
    /// <param name="agreed">What is agreed; null before the session is answered, and where there is no timer.</param>
    /// <param name="minimum">The largest Min-SE that a 422 has told; 0 for none.</param>
    public static void Ask(SipRequest request, SessionSettings settings, SessionInterval? agreed, uint minimum)
    {
        if (!settings.UsesTimers || request.Headers.Contains("Session-Expires")) return;
        if ((agreed?.Seconds ?? settings.Expires) is not { } seconds) return;
        var expires = new SipSecondsValue(Math.Max(seconds, minimum));
        if (agreed is { } interval) expires = expires.WithParameter(Refresher, interval.IsLocalRefresher ? Caller : Callee);
        request.Headers.Set(SipHeaderNames.SessionExpires, expires);
        if (minimum > SessionInterval.Least) request.Headers.Set(SipHeaderNames.MinSE, new SipSecondsValue(minimum)); // §7.4: from a 422 on
    }

    /// <summary>The interval that this side grants to an INVITE or UPDATE of the peer, and tells in the 2xx; null for none.</summary>
    public static SessionInterval? Grant(SipRequest request, SessionSettings settings, SessionInterval? agreed)
    {
        if (!settings.UsesTimers) return null;
        var canRefresh = OptionTags.Contains(request, SipHeaderNames.Supported, OptionTags.Timer);
        if (request.Headers.Get(SipHeaderNames.SessionExpires) is { } asked)
        {
            var isLocal = !canRefresh || string.Equals(asked.Parameters[Refresher], Callee, StringComparison.OrdinalIgnoreCase); // §9, table 2
            return new SessionInterval(Math.Max(asked.Seconds, SessionInterval.Least), isLocal);
        }

        if (agreed is { } interval) return interval;
        if (settings.Expires is not { } own) return null;
        var least = request.Headers.Get(SipHeaderNames.MinSE)?.Seconds ?? 0;
        return new SessionInterval(Math.Max(own, least), IsLocalRefresher: !canRefresh);
    }

    /// <summary>Writes what was granted into the 2xx.</summary>
    public static void Tell(SipRequest request, SipResponse success, SessionInterval granted)
    {
        success.Headers.Set(SipHeaderNames.SessionExpires, new SipSecondsValue(granted.Seconds).WithParameter(Refresher, granted.IsLocalRefresher ? Callee : Caller));
        if (OptionTags.Contains(request, SipHeaderNames.Supported, OptionTags.Timer)) OptionTags.Add(success, SipHeaderNames.Require, OptionTags.Timer);
    }

    /// <summary>The interval that a 2xx to an INVITE or UPDATE of this side tells; null for none (§7.2).</summary>
    public static SessionInterval? Learn(SipResponse success, SessionSettings settings)
    {
        if (!settings.UsesTimers || success.Headers.Get(SipHeaderNames.SessionExpires) is not { } told) return null;
        var isLocal = !string.Equals(told.Parameters[Refresher], Callee, StringComparison.OrdinalIgnoreCase); // where it is left out, this side had better refresh
        return new SessionInterval(Math.Max(told.Seconds, SessionInterval.Least), isLocal);
    }

    /// <summary>The interval to ask for behind a 422; null where it is none, tells nothing, or asks for no more than was offered (§7.4).</summary>
    public static uint? Raise(SipRequest request, SipResponse response)
    {
        if (response.StatusCode != 422 || response.Headers.Get(SipHeaderNames.MinSE) is not { } least) return null;
        return request.Headers.Get(SipHeaderNames.SessionExpires) is { } asked && asked.Seconds < least.Seconds ? least.Seconds : null;
    }
}
