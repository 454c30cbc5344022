using ModernSip.Messages;

namespace ModernSip.Dialogs;

/// <summary>What is known of a dialog before the peer has named itself: a NOTIFY may come before the 2xx, and from forks that no 2xx tells of (RFC 6665 §4.4.1).</summary>
internal readonly record struct HalfDialogId(string CallId, string LocalTag)
{
    /// <summary>The half that a request from the peer belongs to.</summary>
    public static HalfDialogId OfRequest(SipRequest request) => new(request.Headers.CallId!, request.Headers.To!.Tag ?? "");
}
