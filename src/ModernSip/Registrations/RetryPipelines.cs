using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using Polly;
using Polly.Retry;

namespace ModernSip.Registrations;

/// <summary>The back-off between attempts to refresh (RFC 5626 §4.5): 30 s, doubled each time, 30 minutes at most, times a random 50 to 100 %.</summary>
internal static class RetryPipelines
{
    private static readonly TimeSpan Base = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <summary>Retries for as long as the registration lives; what cannot pass by itself is not retried.</summary>
    public static ResiliencePipeline<SipResponse> Default(SipPlatform platform, Action<TimeSpan, string> onRetry) =>
        new ResiliencePipelineBuilder<SipResponse> { TimeProvider = platform.Time }
            .AddRetry(new RetryStrategyOptions<SipResponse>
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome switch
                {
                    { Result: { } response } => RegistrationRules.IsTransient(response.Status),
                    { Exception: SipTimeoutException or SipTransportException or SipResolutionException } => true,
                    _ => false,
                }),
                DelayGenerator = attempt => ValueTask.FromResult<TimeSpan?>(Delay(attempt.AttemptNumber, attempt.Outcome.Result, platform.Random.NextDouble())),
                OnRetry = attempt =>
                {
                    onRetry(attempt.RetryDelay, attempt.Outcome.Exception?.Message ?? attempt.Outcome.Result?.Status.ToString() ?? "no answer");
                    return default;
                },
            })
            .Build();

    internal static TimeSpan Delay(int attempt, SipResponse? response, double chance)
    {
        var upper = Base * Math.Pow(2, Math.Min(attempt, 10));
        if (upper > Longest) upper = Longest;
        var delay = upper * (0.5 + (0.5 * chance));
        // The server knows better when it will be there again (RFC 3261 §20.33); a day is as long as we listen to that.
        if (response is not null && response.Headers.TryGet(SipHeaderNames.RetryAfter, out var wanted))
        {
            delay = TimeSpan.FromSeconds(Math.Clamp(wanted.Seconds, delay.TotalSeconds, 86_400));
        }

        return delay;
    }
}
