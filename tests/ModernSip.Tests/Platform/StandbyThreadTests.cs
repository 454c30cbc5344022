using ModernSip.Platform;

namespace ModernSip.Tests.Platform;

/// <summary>The thread in front of the pool: it takes work while it has none, holds nobody up, and leaves no context behind.</summary>
public sealed class StandbyThreadTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Work_OneAfterTheOther_RunsOnTheThreadThatStandsBy()
    {
        var standby = new StandbyThread();
        var first = await RunAsync(standby, static () => Environment.CurrentManagedThreadId);
        for (var again = 0; again < 100; again++) (await RunAsync(standby, static () => Environment.CurrentManagedThreadId)).Should().Be(first);
        (await RunAsync(standby, static () => Thread.CurrentThread.IsThreadPoolThread)).Should().BeFalse();
    }

    [Fact]
    public void Work_WhileTheApplicationBlocks_IsLeftToThePool()
    {
        var standby = new StandbyThread();
        using var free = new ManualResetEventSlim();
        standby.TryRun(static state => ((ManualResetEventSlim)state!).Wait(), free).Should().BeTrue();

        standby.TryRun(static _ => { }, null).Should().BeFalse();

        free.Set();
    }

    [Fact]
    public async Task Continuations_WhileOneBlocks_GoOn()
    {
        using var free = new ManualResetEventSlim();
        SipContinuations.ThreadPool.Post(static state => ((ManualResetEventSlim)state!).Wait(), free);
        var others = Enumerable.Range(0, 10).Select(static _ =>
        {
            var ran = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            SipContinuations.ThreadPool.Post(static state => ((TaskCompletionSource)state!).SetResult(), ran);
            return ran.Task;
        }).ToList();

        await Task.WhenAll(others).WaitAsync(Limit);

        free.Set();
    }

    [Fact]
    public async Task Work_LeavesNothingInTheContextOfTheThread()
    {
        var standby = new StandbyThread();
        var local = new AsyncLocal<string?> { Value = "of the test" };
        await RunAsync(standby, () => local.Value = "of the work");
        (await RunAsync(standby, () => local.Value)).Should().BeNull();
    }

    private static async Task<T> RunAsync<T>(StandbyThread standby, Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        while (!standby.TryRun(state => ((TaskCompletionSource<T>)state!).SetResult(work()), result)) await Task.Yield(); // it has not laid the last work down yet
        return await result.Task.WaitAsync(Limit);
    }
}
