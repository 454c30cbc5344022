using ModernSip.Platform;

namespace ModernSip.Tests.Platform;

public sealed class CompletionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Set_FromManyThreads_OneWins()
    {
        for (var round = 0; round < 500; round++)
        {
            var completion = new Completion<int>(SipContinuations.ThreadPool);
            await Task.WhenAll(Enumerable.Range(1, 4).Select(value => Task.Run(() => completion.Set(value))));
            (await completion.Task.WaitAsync(Limit)).Should().BeInRange(1, 4);
            completion.IsSet.Should().BeTrue();
        }
    }

    [Fact]
    public void Set_NeverRunsTheContinuationOnTheSetter()
    {
        var posted = new Queue<(Action<object?> Work, object? State)>();
        var completion = new Completion<int>(new Queued(posted));
        var ran = false;
        _ = completion.Task.ContinueWith(_ => ran = true, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        completion.Set(1);
        ran.Should().BeFalse();
        var (work, state) = posted.Dequeue();
        work(state);
        ran.Should().BeTrue();
    }

    [Fact]
    public async Task Fail_AfterSet_ChangesNothing()
    {
        var completion = new Completion<string>(SipContinuations.ThreadPool);
        completion.Set("first");
        completion.Fail(new InvalidOperationException());
        (await completion.Task.WaitAsync(Limit)).Should().Be("first");
    }

    private sealed class Queued(Queue<(Action<object?> Work, object? State)> queue) : SipContinuations
    {
        public override void Post(Action<object?> work, object? state) => queue.Enqueue((work, state));
    }
}
