using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Dialogs;

/// <summary>Where a request goes next (RFC 3261 §8.1.2, §16.6 step 7).</summary>
internal static class NextHop
{
    /// <summary>The topmost Route, where there is one and it routes loosely; else the Request-URI.</summary>
    public static SipUri Of(SipRequest request) =>
        request.Headers.Get(SipHeaderNames.Route) is { Uri.IsLooseRouter: true } route ? route.Uri : request.RequestUri;
}
