using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Stack;

namespace ModernSip.Sessions.Reliability;

/// <summary>Who wants provisional responses reliable, and what follows (RFC 3262 §3, §4). Pure.</summary>
internal static class ReliabilityRules
{
    /// <summary>Whether a provisional response goes out reliably: where either side demands it, where the application asks for it, and where it carries a description that would else be lost.</summary>
    public static bool SendsReliably(SessionSettings settings, SipRequest invite, SipResponse response, bool isAsked)
    {
        if (response.StatusCode <= 100) return false;
        if (OptionTags.Contains(invite, SipHeaderNames.Require, OptionTags.Reliable)) return true;
        if (!IsOffered(settings, invite)) return false;
        return isAsked || settings.DemandsReliable || !response.Body.IsEmpty || OptionTags.Contains(response, SipHeaderNames.Require, OptionTags.Reliable);
    }

    /// <summary>Whether both sides can.</summary>
    public static bool IsOffered(SessionSettings settings, SipRequest invite) =>
        settings.OffersReliable && (OptionTags.Contains(invite, SipHeaderNames.Supported, OptionTags.Reliable) || OptionTags.Contains(invite, SipHeaderNames.Require, OptionTags.Reliable));
}
