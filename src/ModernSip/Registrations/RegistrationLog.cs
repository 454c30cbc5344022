using Microsoft.Extensions.Logging;

namespace ModernSip.Registrations;

/// <summary>The log events of registrations: ids from 4000.</summary>
internal static partial class RegistrationLog
{
    [LoggerMessage(EventId = 4000, EventName = "Registered", Level = LogLevel.Information, Message = "{AddressOfRecord} is registered for {Granted}")]
    public static partial void Registered(this ILogger logger, string addressOfRecord, TimeSpan granted);

    [LoggerMessage(EventId = 4001, EventName = "RefreshFailed", Level = LogLevel.Warning, Message = "Refreshing the registration of {AddressOfRecord} failed; next attempt in {Delay}: {Reason}")]
    public static partial void RefreshFailed(this ILogger logger, string addressOfRecord, TimeSpan delay, string reason);

    [LoggerMessage(EventId = 4002, EventName = "RegistrationEnded", Level = LogLevel.Error, Message = "The registration of {AddressOfRecord} has ended: {Reason}")]
    public static partial void RegistrationEnded(this ILogger logger, string addressOfRecord, string reason);

    [LoggerMessage(EventId = 4003, EventName = "RegistrationLapsed", Level = LogLevel.Warning, Message = "The registration of {AddressOfRecord} has run out")]
    public static partial void RegistrationLapsed(this ILogger logger, string addressOfRecord);
}
