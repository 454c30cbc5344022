using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Stack;

/// <summary>Which messages carry a sips URI in their Contact. Pure.</summary>
internal static class SecureContact
{
    /// <summary>Whether a request of this side owes one: where its Request-URI or its topmost Route is a sips URI (RFC 3261 §8.1.1.8).</summary>
    public static bool IsOwedBy(SipRequest request) => request.RequestUri.IsSecure || request.Headers.Get(SipHeaderNames.Route) is { Uri.IsSecure: true };

    /// <summary>Whether the answer to a request of the peer owes one (RFC 3261 §12.1.1).</summary>
    public static bool IsOwedTo(SipRequest request) =>
        request.RequestUri.IsSecure || (request.Headers.Get(SipHeaderNames.RecordRoute) ?? request.Headers.Get(SipHeaderNames.Contact)) is { Uri.IsSecure: true };

    /// <summary>The URI as sips; "transport=tls" says nothing more there and is deprecated (RFC 5630 §3.1.3).</summary>
    public static SipUri Of(SipUri uri)
    {
        if (!uri.IsSip || uri.IsSecure) return uri;
        var plain = string.Equals(uri.Transport, "tls", StringComparison.OrdinalIgnoreCase) ? uri.WithoutParameter("transport") : uri;
        return SipUri.Parse("sips" + plain.ToString()["sip".Length..]);
    }
}
