using ModernSip.Messages;
using ModernSip.Messages.Parsing;

namespace ModernSip.Transport.WebSockets;

/// <summary>Whether a WebSocket message is one SIP message, whole and alone (RFC 7118 §5). Its length is the message's, so Content-Length may be left out.</summary>
internal static class WebSocketFraming
{
    private const string SeveralMessages = "more than one message, or octets behind it, in a WebSocket message";
    private const string Unfinished = "the WebSocket message ends before the message in it";

    /// <summary>Why it is not; null where it is.</summary>
    public static string? Check(ReadOnlySpan<byte> octets, SipMessageLimits limits)
    {
        FramingProgress progress = default;
        var result = MessageFraming.Frame(octets, limits, ref progress);
        return result.Status switch
        {
            FramingStatus.Complete => result.Length == octets.Length ? null : SeveralMessages,
            FramingStatus.NeedMore => Unfinished,
            _ => result.Reason == FramingReasons.ContentLengthMissing ? null : result.Reason,
        };
    }
}
