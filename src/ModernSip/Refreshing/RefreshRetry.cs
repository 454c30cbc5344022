using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using Polly;
using Polly.Retry;

namespace ModernSip.Refreshing;

/// <summary>The back-off between attempts to repeat (RFC 5626 §4.5): 30 s, or 90 s where another flow serves, doubled each time, 30 minutes at most, times a random 50 to 100 %.</summary>
internal static class RefreshRetry
{
    /// <summary>In the context of an execution: is told of each wait and its reason.</summary>
    public static readonly ResiliencePropertyKey<Action<TimeSpan, string>> OnRetry = new("ModernSip.Refreshing.OnRetry");

    /// <summary>In the context of an execution: tells how long what is repeated still holds.</summary>
    public static readonly ResiliencePropertyKey<Func<TimeSpan>> Remaining = new("ModernSip.Refreshing.Remaining");

    /// <summary>In the context of an execution: tells whether others do meanwhile what is repeated.</summary>
    public static readonly ResiliencePropertyKey<Func<bool>> OthersServe = new("ModernSip.Refreshing.OthersServe");

    private static readonly TimeSpan BaseBesideOthers = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Base = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <summary>Retries for ever; what cannot pass by itself is not retried. It holds no state, so one serves all.</summary>
    public static ResiliencePipeline<SipResponse> Default(SipPlatform platform) =>
        new ResiliencePipelineBuilder<SipResponse> { TimeProvider = platform.Time }
            .AddRetry(new RetryStrategyOptions<SipResponse>
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = static attempt => ValueTask.FromResult(MayPass(attempt.Outcome.Result, attempt.Outcome.Exception)),
                DelayGenerator = attempt => ValueTask.FromResult<TimeSpan?>(Delay(
                    attempt.AttemptNumber,
                    attempt.Outcome.Result,
                    attempt.Context.Properties.TryGetValue(Remaining, out var remaining) ? remaining() : TimeSpan.Zero,
                    platform.Random.NextDouble(),
                    attempt.Context.Properties.TryGetValue(OthersServe, out var othersServe) && othersServe())),
                OnRetry = static attempt =>
                {
                    if (attempt.Context.Properties.TryGetValue(OnRetry, out var told))
                    {
                        told(attempt.RetryDelay, attempt.Outcome.Exception?.Message ?? attempt.Outcome.Result?.Status.ToString() ?? "no answer");
                    }

                    return default;
                },
            })
            .Build();

    /// <summary>Whether another attempt may succeed: time-outs, overload and passing faults, not a refusal (docs/registering.md).</summary>
    public static bool MayPass(SipResponse? response, Exception? exception) => (response, exception) switch
    {
        ({ IsSuccess: false } given, _) => MayPass(given.Status),
        (_, SipTimeoutException or SipTransportException or SipResolutionException or SipRegistrarResponseException) => true,
        (_, SipForbiddenException { InnerException: not null }) => true, // who was to give the credentials failed, not the credentials
        _ => false,
    };

    /// <summary>Whether a response speaks of a state that may pass. A 5xx that is not known counts as 500 (RFC 3261 §8.1.3.2).</summary>
    public static bool MayPass(SipStatus status) => status.Code is 408 or 430 or 480 or (>= 500 and < 600 and not 501 and not 505 and not 513 and not 555);

    /// <summary>
    /// How long to wait after an attempt. While what is repeated still holds for long there is no hurry: anything between a tenth and half of what remains,
    /// so that a server that was away is not met by a crowd.
    /// </summary>
    internal static TimeSpan Delay(int attempt, SipResponse? response, TimeSpan remaining, double chance, bool othersServe = false)
    {
        var backOff = (othersServe ? BaseBesideOthers : Base) * Math.Pow(2, Math.Min(attempt, 10));
        if (backOff > Longest) backOff = Longest;
        var lower = Later(backOff * 0.5, remaining * 0.1);
        var upper = Later(backOff, remaining * 0.5);
        var delay = lower + ((upper - lower) * chance);
        if (response is null || !response.Headers.TryGet(SipHeaderNames.RetryAfter, out var wanted)) return delay;

        // The server knows better when it will be there again (RFC 3261 §20.33), and tells it to everybody: the back-off's own wait comes on top in part,
        // so that not everybody comes at once. A day is as long as we listen to that.
        var asked = TimeSpan.FromSeconds(Math.Min(wanted.Seconds, 86_400));
        return asked > delay ? asked + (asked * (0.1 * chance)) : delay;
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
