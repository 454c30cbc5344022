using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Sessions.Offers;

/// <summary>Finds the session description in a message: the body, or a part of it. Whatever else a body is, offer and answer do not concern it.</summary>
internal static class SessionBody
{
    /// <summary>The octets of the description; null where there is none.</summary>
    public static ReadOnlyMemory<byte>? Of(SipMessage message)
    {
        if (message.Body.IsEmpty) return null;
        if (message.Headers.Get(SipHeaderNames.ContentDisposition) is { } disposition && !IsSession(disposition.Token)) return null;
        return Of(message.Content);
    }

    /// <summary>The octets of the description in a body; null where there is none.</summary>
    public static ReadOnlyMemory<byte>? Of(SipContent? content)
    {
        if (content is null || content.Octets.IsEmpty) return null;
        if (SipMediaType.Sdp.Equals(content.MediaType)) return content.Octets;
        if (!content.MediaType.Type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)) return null;
        return SipMultipart.TryParse(content, out var parts, out _) ? parts.Find(SipMediaType.Sdp)?.Content?.Octets : null;
    }

    /// <summary>The default of a description; early-session (RFC 3959) has an exchange of its own.</summary>
    private static bool IsSession(string disposition) => disposition.Equals("session", StringComparison.OrdinalIgnoreCase);
}
