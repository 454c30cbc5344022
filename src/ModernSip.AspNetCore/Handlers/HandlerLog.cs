using Microsoft.Extensions.Logging;
using ModernSip.Messages;

namespace ModernSip.AspNetCore.Handlers;

/// <summary>What is logged of handlers.</summary>
internal static partial class HandlerLog
{
    [LoggerMessage(EventId = 9001, EventName = "HandlerFailed", Level = LogLevel.Error, Message = "The handler of {Method} to {Uri} failed")]
    public static partial void HandlerFailed(this ILogger logger, Exception exception, SipMethod method, SipUri uri);

    [LoggerMessage(EventId = 9002, EventName = "AnswerLost", Level = LogLevel.Information, Message = "The answer to {Method} to {Uri} could not be given: {Reason}")]
    public static partial void AnswerLost(this ILogger logger, SipMethod method, SipUri uri, string reason);
}
