using ModernSip.Messages;

namespace ModernSip.Subscriptions;

/// <summary>How a subscription is accepted; a copy that nobody changes.</summary>
internal sealed record NotifierSettings
{
    public TimeSpan LongestExpiry { get; init; } = TimeSpan.FromHours(1);

    public bool StartsPending { get; init; }

    public SipContent? Content { get; init; }
}
