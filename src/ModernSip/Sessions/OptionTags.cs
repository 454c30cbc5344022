using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Sessions;

/// <summary>The extensions of sessions, as Supported and Require name them.</summary>
internal static class OptionTags
{
    /// <summary>RFC 3262.</summary>
    public const string Reliable = "100rel";

    /// <summary>RFC 4028.</summary>
    public const string Timer = "timer";

    /// <summary>RFC 3891.</summary>
    public const string Replaces = "replaces";

    /// <summary>RFC 4488: a REFER may ask not to be told of its progress.</summary>
    public const string NoReferSubscription = "norefersub";

    /// <summary>RFC 6228: 199 tells that one fork of several has ended.</summary>
    public const string EarlyDialogEnded = "199";

    public static bool Contains(SipMessage message, SipHeaderName<string> header, string tag)
    {
        if (!message.Headers.Contains(header.Name)) return false;
        foreach (var each in message.Headers.GetAll(header))
        {
            if (each.Equals(tag, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    /// <summary>Adds a tag unless it is there.</summary>
    public static void Add(SipMessage message, SipHeaderName<string> header, string tag)
    {
        if (!Contains(message, header, tag)) message.Headers.Add(header, tag);
    }
}
