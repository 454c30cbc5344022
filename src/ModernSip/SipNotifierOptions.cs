using ModernSip.Messages;

namespace ModernSip;

/// <summary>How a subscription is accepted.</summary>
public sealed class SipNotifierOptions
{
    /// <summary>The longest time that is granted, 1 s to 136 years. Default: 1 hour.</summary>
    public TimeSpan LongestExpiry { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Whether the subscription starts as pending: it is not decided yet whether the subscriber may be told (RFC 6665 §4.2.1.1). Default: false.</summary>
    public bool StartsPending { get; set; }

    /// <summary>The first state, sent at once; null for a NOTIFY without a body.</summary>
    public SipContent? Content { get; set; }
}
