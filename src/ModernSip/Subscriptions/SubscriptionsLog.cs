using Microsoft.Extensions.Logging;

namespace ModernSip.Subscriptions;

/// <summary>The log events of subscriptions and publications: ids from 6000.</summary>
internal static partial class SubscriptionsLog
{
    [LoggerMessage(EventId = 6000, EventName = "SubscriptionRefreshFailed", Level = LogLevel.Information, Message = "The subscription to {Package} could not be refreshed ({Reason}); it is tried again in {Delay}")]
    public static partial void SubscriptionRefreshFailed(this ILogger logger, string package, string reason, TimeSpan delay);

    [LoggerMessage(EventId = 6001, EventName = "Resubscribing", Level = LogLevel.Information, Message = "The subscription to {Package} has ended ({Reason}); it is made anew in {Delay}")]
    public static partial void Resubscribing(this ILogger logger, string package, string reason, TimeSpan delay);

    [LoggerMessage(EventId = 6002, EventName = "SubscriptionEnded", Level = LogLevel.Warning, Message = "The subscription to {Package} has ended: {Reason}")]
    public static partial void SubscriptionEnded(this ILogger logger, string package, string reason);

    [LoggerMessage(EventId = 6003, EventName = "NotificationsDropped", Level = LogLevel.Warning, Message = "Nobody reads the notifications of {Package}: the oldest are dropped")]
    public static partial void NotificationsDropped(this ILogger logger, string package);
}
