using Microsoft.Extensions.Logging;
using ModernSip.Transport;

namespace ModernSip.Transactions;

/// <summary>The log events of the transaction layer: ids from 2000.</summary>
internal static partial class TransactionsLog
{
    [LoggerMessage(EventId = 2000, EventName = "ShardFault", Level = LogLevel.Error, Message = "A message or timer was dropped because handling it failed; this is a defect of the stack")]
    public static partial void ShardFault(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2001, EventName = "SendFailed", Level = LogLevel.Debug, Message = "Sending on {Flow} failed: {Reason}")]
    public static partial void SendFailed(this ILogger logger, SipFlow flow, string reason);

    [LoggerMessage(EventId = 2002, EventName = "Malformed", Level = LogLevel.Debug, Message = "What arrived on {Flow} is no valid message: {Reason}, line {Line}")]
    public static partial void Malformed(this ILogger logger, SipFlow flow, string reason, int line);

    [LoggerMessage(EventId = 2003, EventName = "Unreachable", Level = LogLevel.Debug, Message = "A response found no way to {Remote} over {Protocol}: {Reason}")]
    public static partial void Unreachable(this ILogger logger, SipTransportProtocol protocol, System.Net.IPEndPoint remote, string reason);

    [LoggerMessage(EventId = 2010, EventName = "AnsweredByStack", Level = LogLevel.Debug, Message = "{Method} was answered {StatusCode} without asking the application: {Reason}")]
    public static partial void AnsweredByStack(this ILogger logger, string method, int statusCode, string reason);
}
