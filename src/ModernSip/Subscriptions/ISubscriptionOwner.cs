namespace ModernSip.Subscriptions;

/// <summary>Who hears of a subscription. Called on the shard only; must not block.</summary>
internal interface ISubscriptionOwner
{
    /// <summary>The request is about to be sent.</summary>
    void OnStarting(SubscriptionAttempt attempt);

    /// <summary>A notifier granted a time.</summary>
    void OnGranted(SubscriptionLeg leg);

    /// <summary>A NOTIFY came and was answered.</summary>
    void OnNotified(SubscriptionLeg leg, SipNotification notification);

    /// <summary>All forks of an attempt that was accepted have ended.</summary>
    /// <param name="attempt">The attempt that has ended.</param>
    /// <param name="end">How the last of them did.</param>
    void OnEnded(SubscriptionAttempt attempt, SubscriptionEnd end);
}
