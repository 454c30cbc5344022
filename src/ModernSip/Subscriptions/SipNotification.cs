using ModernSip.Messages;

namespace ModernSip.Subscriptions;

/// <summary>One NOTIFY of a subscription. The stack has answered it.</summary>
public sealed class SipNotification
{
    internal SipNotification(SipRequest request, NotifiedState state)
    {
        Request = request;
        State = state.State;
        Reason = state.Reason;
        RetryAfter = state.RetryAfter;
        Expires = state.Expires;
    }

    /// <summary>The NOTIFY.</summary>
    public SipRequest Request { get; }

    /// <summary>The body with its media type; null where there is none.</summary>
    public SipContent? Content => Request.Content;

    /// <summary>Where the subscription stands with this NOTIFY.</summary>
    public SipSubscriptionState State { get; }

    /// <summary>Why it was terminated, for example "deactivated", "rejected" or "noresource"; null where nothing is said.</summary>
    public string? Reason { get; }

    /// <summary>How long the notifier wants the next SUBSCRIBE to wait; null where nothing is said.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>How long the subscription holds from now on; null where nothing is said.</summary>
    public TimeSpan? Expires { get; }

    /// <summary>The tag of the notifier: tells those apart that a forked SUBSCRIBE reached (RFC 6665 §4.4.1).</summary>
    public string NotifierTag => Request.Headers.From?.Tag ?? "";
}
