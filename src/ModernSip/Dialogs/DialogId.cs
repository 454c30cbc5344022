using ModernSip.Messages;

namespace ModernSip.Dialogs;

/// <summary>What names a dialog at this side (RFC 3261 §12).</summary>
internal readonly record struct DialogId(string CallId, string LocalTag, string RemoteTag)
{
    /// <summary>The dialog that a request from the peer belongs to.</summary>
    public static DialogId OfRequest(SipRequest request) =>
        new(request.Headers.CallId!, request.Headers.To!.Tag ?? "", request.Headers.From!.Tag ?? "");

    /// <summary>The dialog that a response from the peer belongs to.</summary>
    public static DialogId OfResponse(SipResponse response) =>
        new(response.Headers.CallId!, response.Headers.From!.Tag ?? "", response.Headers.To!.Tag ?? "");
}
