using ModernSip.Platform;

namespace ModernSip.Tests.Platform;

public sealed class OwnedTasksTests
{
    [Fact]
    public async Task WhenAllEnded_TasksFromManyThreads_WaitsForAllAndForgetsThem()
    {
        var owned = new OwnedTasks();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 250; i++) owned.Own(WorkAsync());
        })));
        owned.Count.Should().Be(1_000);
        var all = owned.WhenAllEndedAsync();
        all.IsCompleted.Should().BeFalse();
        gate.SetResult();
        await all.WaitAsync(TimeSpan.FromSeconds(30));
        ended.Should().Be(1_000);
        owned.Count.Should().Be(0);

        async Task WorkAsync()
        {
            await gate.Task;
            Interlocked.Increment(ref ended);
        }
    }

    [Fact]
    public async Task WhenAllEnded_ATaskThatStartsAnother_WaitsForBoth()
    {
        var owned = new OwnedTasks();
        var first = new TaskCompletionSource();
        var second = new TaskCompletionSource();
        owned.Own(FirstAsync());
        var all = owned.WhenAllEndedAsync();
        first.SetResult();
        all.IsCompleted.Should().BeFalse("what was started meanwhile belongs to the owner too");
        second.SetResult();
        await all.WaitAsync(TimeSpan.FromSeconds(30));

        async Task FirstAsync()
        {
            await first.Task;
            owned.Own(second.Task);
        }
    }
}
