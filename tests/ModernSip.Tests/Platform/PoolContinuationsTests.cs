using ModernSip.Platform;
using ModernSip.Tests.Transport;

namespace ModernSip.Tests.Platform;

/// <summary>Where continuations run: those that come one by one on the thread that stands by, the others on the pool.</summary>
public sealed class PoolContinuationsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Posts_BehindAPause_DoNotWakeThePool()
    {
        var time = new ManualTime();
        var continuations = new PoolContinuations(time);
        for (var number = 0; number < 20; number++)
        {
            // The thread may have told its result and not yet be free again: what finds it so goes to the pool, and the next is tried.
            var attempts = 0;
            do
            {
                attempts++.Should().BeLessThan(10_000);
                time.Advance(PoolContinuations.Pause);
            }
            while (await RunsOnPoolAsync(continuations));
        }
    }

    [Fact]
    public async Task Posts_OneRightBehindTheOther_GoToThePool()
    {
        var continuations = new PoolContinuations(new ManualTime());
        for (var number = 0; number < PoolContinuations.MostBehindPause; number++) await RunsOnPoolAsync(continuations);
        for (var number = 0; number < 20; number++) (await RunsOnPoolAsync(continuations)).Should().BeTrue();
    }

    [Fact]
    public async Task Posts_WhileTheApplicationBlocks_GoOnOnThePool()
    {
        var continuations = new PoolContinuations(new ManualTime());
        using var free = new ManualResetEventSlim();
        continuations.Post(static state => ((ManualResetEventSlim)state!).Wait(), free);

        (await RunsOnPoolAsync(continuations)).Should().BeTrue();

        free.Set();
    }

    private static Task<bool> RunsOnPoolAsync(PoolContinuations continuations)
    {
        var ran = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        continuations.Post(static state => ((TaskCompletionSource<bool>)state!).SetResult(Thread.CurrentThread.IsThreadPoolThread), ran);
        return ran.Task.WaitAsync(Limit);
    }
}
