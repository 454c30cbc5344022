using ModernSip.Errors;
using ModernSip.Messages;
using Polly;
using Polly.Retry;

namespace ModernSip.Stack;

/// <summary>The policy where an application brings none: the next target, at once, as long as there is one (RFC 3263 §4.3).</summary>
internal static class FailoverPolicy
{
    /// <summary>How many targets one request is sent to at most: a zone may list any number, and each may cost 64*T1.</summary>
    public const int MostTargets = 8;

    private static readonly ResiliencePropertyKey<bool> NextTarget = new("ModernSip.NextTarget");

    /// <summary>It waits for nothing, so it needs no clock, and all connections share it.</summary>
    public static ResiliencePipeline<SipResponse> Default { get; } = new ResiliencePipelineBuilder<SipResponse>()
        .AddRetry(new RetryStrategyOptions<SipResponse>
        {
            MaxRetryAttempts = MostTargets - 1,
            Delay = TimeSpan.Zero,
            ShouldHandle = static attempt => ValueTask.FromResult(IsTargetFailure(attempt.Outcome) && HasNextTarget(attempt.Context)),
        })
        .Build();

    public static bool IsTargetFailure(Outcome<SipResponse> outcome) => outcome switch
    {
        { Result: { } response } => response.Status == SipStatus.ServiceUnavailable,
        { Exception: SipTimeoutException or SipTransportException or Polly.Timeout.TimeoutRejectedException } => true,
        _ => false,
    };

    public static bool HasNextTarget(ResilienceContext context) => context.Properties.GetValue(NextTarget, defaultValue: false);

    public static void SetNextTarget(ResilienceContext context, bool hasNext) => context.Properties.Set(NextTarget, hasNext);
}
