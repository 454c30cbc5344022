using Microsoft.Extensions.Logging;

namespace ModernSip.Profiles;

/// <summary>The log events of profiles: ids from 5000.</summary>
internal static partial class ProfileLog
{
    [LoggerMessage(EventId = 5000, EventName = "ProfileStateChanged", Level = LogLevel.Information, Message = "The profile {Name} is {State}")]
    public static partial void StateChanged(this ILogger logger, string name, SipProfileState state);

    [LoggerMessage(EventId = 5001, EventName = "ProfileFailed", Level = LogLevel.Error, Message = "The profile {Name} is not registered and is not tried any more: {Reason}")]
    public static partial void ProfileFailed(this ILogger logger, string name, string reason);

    [LoggerMessage(EventId = 5002, EventName = "ProfileStoreFailed", Level = LogLevel.Error, Message = "The store of the profiles cannot be read; they go on as they were")]
    public static partial void StoreFailed(this ILogger logger, Exception exception);
}
