using Microsoft.Extensions.Logging;

namespace ModernSip.Publications;

/// <summary>The log events of publications: ids from 6100.</summary>
internal static partial class PublicationsLog
{
    [LoggerMessage(EventId = 6100, EventName = "PublicationEnded", Level = LogLevel.Warning, Message = "The publication of {Package} has ended: {Reason}")]
    public static partial void PublicationEnded(this ILogger logger, string package, string reason);

    [LoggerMessage(EventId = 6101, EventName = "PublicationRetrying", Level = LogLevel.Information, Message = "The publication of {Package} could not be refreshed ({Reason}); it is tried again in {Delay}")]
    public static partial void PublicationRetrying(this ILogger logger, string package, string reason, TimeSpan delay);

    [LoggerMessage(EventId = 6102, EventName = "PublicationNotRemoved", Level = LogLevel.Information, Message = "The publication of {Package} could not be removed ({Reason}); it ends when its time is over")]
    public static partial void PublicationNotRemoved(this ILogger logger, string package, string reason);
}
