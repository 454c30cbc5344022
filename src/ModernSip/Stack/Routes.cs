using ModernSip.Messages;

namespace ModernSip.Stack;

/// <summary>Route values made from what an application configured.</summary>
internal static class Routes
{
    /// <summary>A proxy given by its URI alone routes loosely: no other kind has been built for twenty years (RFC 3261 §16.12).</summary>
    public static SipNameAddress Loose(SipUri proxy) => new(proxy.IsLooseRouter ? proxy : proxy.WithParameter("lr"));
}
