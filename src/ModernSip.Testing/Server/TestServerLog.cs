using Microsoft.Extensions.Logging;
using ModernSip.Messages;

namespace ModernSip.Testing.Server;

/// <summary>The log events of the test server: ids from 9000.</summary>
internal static partial class TestServerLog
{
    [LoggerMessage(EventId = 9000, EventName = "Handled", Level = LogLevel.Information, Message = "{Kind}: {Method} {Uri}: {Detail}")]
    public static partial void Handled(this ILogger logger, SipTestServerEventKind kind, SipMethod method, SipUri uri, string detail);

    [LoggerMessage(EventId = 9001, EventName = "HandlerFailed", Level = LogLevel.Error, Message = "The test server failed at a {Method}")]
    public static partial void HandlerFailed(this ILogger logger, Exception exception, string method);
}
