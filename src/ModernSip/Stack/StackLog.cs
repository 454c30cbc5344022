using Microsoft.Extensions.Logging;

namespace ModernSip.Stack;

/// <summary>The log events of the stack: ids from 3000.</summary>
internal static partial class StackLog
{
    [LoggerMessage(EventId = 3001, EventName = "Unanswered", Level = LogLevel.Warning, Message = "The application did not answer a {Method} in time; the stack answered for it")]
    public static partial void Unanswered(this ILogger logger, string method);

    [LoggerMessage(EventId = 3002, EventName = "CredentialsProviderFailed", Level = LogLevel.Error, Message = "The credentials provider threw; the request that needed it fails")]
    public static partial void CredentialsProviderFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3003, EventName = "Started", Level = LogLevel.Debug, Message = "The stack has started")]
    public static partial void Started(this ILogger logger);

    [LoggerMessage(EventId = 3005, EventName = "ClosingCallbackFailed", Level = LogLevel.Error, Message = "A callback of the application threw while its connection was closed")]
    public static partial void ClosingCallbackFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3007, EventName = "CancelCallbackFailed", Level = LogLevel.Error, Message = "A callback of the application threw when it was told that a request is no longer wanted")]
    public static partial void CancelCallbackFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3006, EventName = "ServerNotProved", Level = LogLevel.Warning, Message = "The server that accepted a {Method} failed to prove that it knows the password")]
    public static partial void ServerNotProved(this ILogger logger, string method);

    [LoggerMessage(EventId = 3004, EventName = "Stopped", Level = LogLevel.Debug, Message = "The stack has stopped")]
    public static partial void Stopped(this ILogger logger);

    [LoggerMessage(EventId = 3007, EventName = "NotWatched", Level = LogLevel.Warning, Message = "What the registrar does to {AddressOfRecord} by itself is not told: {Reason}")]
    public static partial void NotWatched(this ILogger logger, string addressOfRecord, string reason);

    [LoggerMessage(EventId = 3010, EventName = "NetworkLost", Level = LogLevel.Warning, Message = "The network of {AccessPoint} is lost: {Reason}")]
    public static partial void NetworkLost(this ILogger logger, string accessPoint, string reason);

    [LoggerMessage(EventId = 3011, EventName = "NetworkRestored", Level = LogLevel.Information, Message = "The network of {AccessPoint} is back")]
    public static partial void NetworkRestored(this ILogger logger, string accessPoint);

    [LoggerMessage(EventId = 3012, EventName = "StillWithoutNetwork", Level = LogLevel.Debug, Message = "{AccessPoint} cannot be bound yet: {Reason}")]
    public static partial void StillWithoutNetwork(this ILogger logger, string accessPoint, string reason);

    [LoggerMessage(EventId = 3040, EventName = "InviteHandlerFailed", Level = LogLevel.Error, Message = "The handler of an incoming call threw; the call is refused, or hung up")]
    public static partial void InviteHandlerFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3041, EventName = "OfferNotAnswered", Level = LogLevel.Error, Message = "What was to answer an offer of the peer threw, or gave no legal answer; the offer is refused")]
    public static partial void OfferNotAnswered(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3042, EventName = "TransferNotFollowed", Level = LogLevel.Error, Message = "What was to follow a transfer of the peer threw")]
    public static partial void TransferNotFollowed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3030, EventName = "TargetFailed", Level = LogLevel.Information, Message = "{Method} failed at {Remote}: {Reason}; whether another target is asked is up to the failover policy")]
    public static partial void TargetFailed(this ILogger logger, string method, System.Net.IPEndPoint? remote, string reason);
}
