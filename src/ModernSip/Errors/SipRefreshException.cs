using ModernSip.Messages;

namespace ModernSip.Errors;

/// <summary>What the stack repeats for the application could not be repeated, so it has ended (C3, E2).</summary>
/// <param name="method">The method of the request that was repeated.</param>
/// <param name="inner">Why.</param>
public sealed class SipRefreshException(SipMethod method, Exception inner)
    : SipException($"Refreshing by {method} failed: {inner.Message}", inner)
{
    /// <summary>The method of the request that was repeated.</summary>
    public SipMethod Method { get; } = method;

    /// <summary>The final response that ended it; null where there was none.</summary>
    public SipResponse? Response { get; } = inner switch
    {
        SipResponseException refused => refused.Response,
        SipForbiddenException forbidden => forbidden.Response,
        _ => null,
    };
}
