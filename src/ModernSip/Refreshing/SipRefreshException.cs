using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.Refreshing;

/// <summary>What the stack repeats for the application could not be repeated, so it has ended: a registration, a subscription, a publication.</summary>
/// <param name="method">The method of the request that was repeated.</param>
/// <param name="refresh">How it was repeated; null where nothing was ever granted.</param>
/// <param name="inner">Why.</param>
public sealed class SipRefreshException(SipMethod method, SipRefresh? refresh, Exception inner)
    : SipException($"Refreshing by {method} failed: {inner.Message}", inner)
{
    /// <summary>The method of the request that was repeated: REGISTER, SUBSCRIBE or PUBLISH.</summary>
    public SipMethod Method { get; } = method;

    /// <summary>How it was repeated, up to its end: what was granted last, and the last failure. Null where nothing was ever granted.</summary>
    public SipRefresh? Refresh { get; } = refresh;

    /// <summary>The final response that ended it; null where there was none.</summary>
    public override SipResponse? Response { get; } = (inner as SipException)?.Response;
}
