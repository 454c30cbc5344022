using ModernSip.Cli.Running;

namespace ModernSip.Cli.Calls;

/// <summary>Places a number of calls at a rate, so many at once at most. An interrupt places no more, and the ones that are up end.</summary>
internal sealed class CallSeries(CommandRun run, int count, int rate, int concurrent)
{
    public async Task<CallTally> RunAsync(Func<Task<bool>> call)
    {
        var tally = new CallTally();
        using var places = new SemaphoreSlim(concurrent);
        var calls = new List<Task>();
        var start = run.Time.GetTimestamp();
        try
        {
            for (var i = 0; i < count; i++)
            {
                // Against the start of the series, so that a late call does not delay all that follow.
                var wait = TimeSpan.FromSeconds((double)i / rate) - run.Time.GetElapsedTime(start);
                if (wait > TimeSpan.Zero) await Task.Delay(wait, run.Time, run.Stop).ConfigureAwait(false);
                await places.WaitAsync(run.Stop).ConfigureAwait(false);
                calls.RemoveAll(static ended => ended.IsCompletedSuccessfully);
                calls.Add(PlayAsync());
            }
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            // No more calls.
        }

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
