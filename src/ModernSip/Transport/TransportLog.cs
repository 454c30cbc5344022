using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace ModernSip.Transport;

/// <summary>What the transports log. Event ids 1000–1999. Addresses and fixed phrases only: a peer's text never stands in a line.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(EventId = 1000, EventName = "Bound", Level = LogLevel.Information, Message = "Bound {Protocol} {LocalEndPoint}")]
    public static partial void Bound(this ILogger logger, SipTransportProtocol protocol, IPEndPoint localEndPoint);

    [LoggerMessage(EventId = 1001, EventName = "Unbound", Level = LogLevel.Information, Message = "Unbound {Protocol} {LocalEndPoint}")]
    public static partial void Unbound(this ILogger logger, SipTransportProtocol protocol, IPEndPoint localEndPoint);

    [LoggerMessage(EventId = 1002, EventName = "ReceiverFailed", Level = LogLevel.Error, Message = "The receiver threw on {Flow}")]
    public static partial void ReceiverFailed(this ILogger logger, SipFlow flow, Exception exception);

    [LoggerMessage(EventId = 1003, EventName = "ReceiveFailed", Level = LogLevel.Warning, Message = "Receiving on {Protocol} {LocalEndPoint} failed: {Error}")]
    public static partial void ReceiveFailed(this ILogger logger, SipTransportProtocol protocol, IPEndPoint localEndPoint, SocketError error);

    [LoggerMessage(EventId = 1004, EventName = "Malformed", Level = LogLevel.Debug, Message = "Refused what arrived on {Flow}: {Reason}")]
    public static partial void Malformed(this ILogger logger, SipFlow flow, string reason);

    [LoggerMessage(EventId = 1005, EventName = "Opened", Level = LogLevel.Debug, Message = "Opened {Flow}, accepted: {Accepted}")]
    public static partial void Opened(this ILogger logger, SipFlow flow, bool accepted);

    [LoggerMessage(EventId = 1006, EventName = "Closed", Level = LogLevel.Debug, Message = "Closed {Flow}: {Reason}")]
    public static partial void Closed(this ILogger logger, SipFlow flow, string reason);

    [LoggerMessage(EventId = 1007, EventName = "ConnectionRefused", Level = LogLevel.Warning, Message = "Closed a connection from {RemoteEndPoint}: too many")]
    public static partial void ConnectionRefused(this ILogger logger, IPEndPoint remoteEndPoint);

    [LoggerMessage(EventId = 1008, EventName = "AcceptFailed", Level = LogLevel.Warning, Message = "Accepting on {LocalEndPoint} failed: {Error}")]
    public static partial void AcceptFailed(this ILogger logger, IPEndPoint localEndPoint, SocketError error);

    [LoggerMessage(EventId = 1009, EventName = "BufferSizeRefused", Level = LogLevel.Information, Message = "The size of a socket's buffer was refused: {Error}")]
    public static partial void BufferSizeRefused(this ILogger logger, SocketError error);

    [LoggerMessage(EventId = 1010, EventName = "Undelivered", Level = LogLevel.Debug, Message = "A datagram was not delivered on {Flow}: {Reason}")]
    public static partial void Undelivered(this ILogger logger, SipFlow flow, string reason);

    [LoggerMessage(EventId = 1011, EventName = "HandshakeFailed", Level = LogLevel.Information, Message = "The handshake of {RemoteEndPoint} failed: {Error}")]
    public static partial void HandshakeFailed(this ILogger logger, IPEndPoint remoteEndPoint, string error);

    [LoggerMessage(EventId = 1012, EventName = "NothingVerified", Level = LogLevel.Warning, Message = "TLS accepts any certificate: whoever is on the way can read and change everything")]
    public static partial void NothingVerified(this ILogger logger);
}
