using ModernSip.Cli.Running;

namespace ModernSip.Cli.Calls;

/// <summary>Places a number of calls at a rate, so many at once at most. An interrupt places no more, and the ones that are up end.</summary>
internal sealed class CallSeries(CommandRun run, int count, int rate, int concurrent)
{
    public async Task<CallTally> RunAsync(Func<Task<CallResult>> call)
    {
        var tally = new CallTally();
        using var places = new SemaphoreSlim(concurrent);
        var calls = new List<Task>();
        var start = run.Time.GetTimestamp();
        var (begun, lastBegin) = (0, TimeSpan.Zero);
        try
        {
            for (var i = 0; i < count; i++)
            {
                // Against the start of the series, so that a late call does not delay all that follow.
                var wait = TimeSpan.FromSeconds((double)i / rate) - run.Time.GetElapsedTime(start);
                if (wait > TimeSpan.Zero) await Task.Delay(wait, run.Time, run.Stop).ConfigureAwait(false);
                await places.WaitAsync(run.Stop).ConfigureAwait(false);
                calls.RemoveAll(static ended => ended.IsCompletedSuccessfully);
                (begun, lastBegin) = (i + 1, run.Time.GetElapsedTime(start));
                calls.Add(PlayAsync());
            }
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            // No more calls.
        }

        // What was reached, whatever was asked for: slow calls, few places or a busy machine hold a series up.
        if (begun > 1) tally.Rate = Math.Round((begun - 1) / lastBegin.TotalSeconds, 1);
        await Task.WhenAll(calls).ConfigureAwait(false);
        return tally;

        async Task PlayAsync()
        {
            try
            {
                tally.Add(await call().ConfigureAwait(false));
            }
            finally
            {
                places.Release();
            }
        }
    }
}
