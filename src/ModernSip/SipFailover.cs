using ModernSip.Messages;
using Polly;

namespace ModernSip;

/// <summary>What a policy of one's own for <see cref="SipClientOptions.UseFailover"/> needs to know about an attempt (RFC 3263 §4.3).</summary>
public static class SipFailover
{
    /// <summary>Whether an attempt failed in a way that another target may not share: 503, no answer at all, or an error of the transport.</summary>
    /// <param name="outcome">What came of the attempt.</param>
    public static bool IsTargetFailure(Outcome<SipResponse> outcome) => Stack.FailoverPolicy.IsTargetFailure(outcome);

    /// <summary>
    /// Whether the next attempt goes to another target. Without one it begins again with the first: that is for policies that wait between the
    /// attempts.
    /// </summary>
    /// <param name="context">The context of the execution.</param>
    public static bool HasNextTarget(ResilienceContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Stack.FailoverPolicy.HasNextTarget(context);
    }
}
