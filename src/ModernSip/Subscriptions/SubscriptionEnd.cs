using ModernSip.Errors;

namespace ModernSip.Subscriptions;

/// <summary>How a subscription, or one fork of it, ended.</summary>
internal abstract record SubscriptionEnd
{
    /// <summary>The notifier ended it.</summary>
    public sealed record ByNotifier(string? Reason, TimeSpan? RetryAfter) : SubscriptionEnd;

    /// <summary>Its time ran out while refreshing failed in passing.</summary>
    public sealed record RanOut : SubscriptionEnd;

    /// <summary>It failed: refused, not notified in time, or its connection is gone.</summary>
    public sealed record Failed(SipException Error) : SubscriptionEnd;

    /// <summary>This side let go of it.</summary>
    public sealed record LetGo : SubscriptionEnd;
}
