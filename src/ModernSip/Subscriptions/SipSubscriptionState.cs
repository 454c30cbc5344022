namespace ModernSip.Subscriptions;

/// <summary>Where a subscription stands (RFC 6665 §4.1.2.4, §4.1.3).</summary>
public enum SipSubscriptionState
{
    /// <summary>No NOTIFY has come yet.</summary>
    Waiting,

    /// <summary>The notifier does not know yet whether it may tell.</summary>
    Pending,

    /// <summary>The notifier tells.</summary>
    Active,

    /// <summary>It has ended.</summary>
    Terminated,
}
