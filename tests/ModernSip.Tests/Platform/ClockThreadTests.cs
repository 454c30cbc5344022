using System.Collections.Concurrent;
using ModernSip.Platform;

namespace ModernSip.Tests.Platform;

/// <summary>The timer of a shard on the system's clock, in real time, since that is what it waits for.</summary>
public sealed class ClockThreadTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Change_FiresOnce_NotEarly_AndNotOnThePool()
    {
        using var fired = new Firings();
        await using var clock = new ClockThread(TimeProvider.System, fired.Fire);
        var begun = TimeProvider.System.GetTimestamp();

        clock.Change(TimeSpan.FromMilliseconds(20), Timeout.InfiniteTimeSpan).Should().BeTrue();

        var (at, isPool) = fired.Next();
        TimeProvider.System.GetElapsedTime(begun, at).Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(19.99));
        isPool.Should().BeFalse();
        fired.Count.Should().Be(0);
    }

    [Fact]
    public async Task Change_ToEarlier_WakesTheThread()
    {
        using var fired = new Firings();
        await using var clock = new ClockThread(TimeProvider.System, fired.Fire);
        clock.Change(TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);

        clock.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        fired.Next();
    }

    [Fact]
    public async Task Change_FromTheCallback_FiresAgain()
    {
        using var fired = new Firings();
        ClockThread? self = null;
        var remaining = 50;
        await using var clock = new ClockThread(TimeProvider.System, () =>
        {
            fired.Fire();
            if (--remaining > 0) self!.Change(TimeSpan.FromMicroseconds(100), Timeout.InfiniteTimeSpan);
        });
        self = clock;
        clock.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        for (var number = 0; number < 50; number++) fired.Next();
    }

    [Fact]
    public async Task Change_ByManyThreads_AlwaysFiresForTheLast()
    {
        using var fired = new Firings();
        await using var clock = new ClockThread(TimeProvider.System, fired.Fire);
        for (var round = 0; round < 200; round++)
        {
            clock.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            await Task.WhenAll(Task.Run(Far), Task.Run(Far));
            clock.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            fired.Next();
        }

        void Far() => clock.Change(TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public async Task Dispose_EndsTheThread_AndWhatIsChangedBehindItFiresNothing()
    {
        using var fired = new Firings();
        var clock = new ClockThread(TimeProvider.System, fired.Fire);
        clock.Change(TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);

        await clock.DisposeAsync().AsTask().WaitAsync(Limit);
        await clock.DisposeAsync().AsTask().WaitAsync(Limit);

        clock.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan).Should().BeFalse();
        fired.Count.Should().Be(0);
    }

    [Fact]
    public void Change_WithAPeriod_IsRefused()
    {
        using var clock = new ClockThread(TimeProvider.System, static () => { });
        ((Action)(() => clock.Change(TimeSpan.Zero, TimeSpan.FromSeconds(1)))).Should().Throw<ArgumentOutOfRangeException>();
    }

    private sealed class Firings : IDisposable
    {
        private readonly BlockingCollection<(long At, bool IsPool)> _firings = [];

        public int Count => _firings.Count;

        public void Fire() => _firings.Add((TimeProvider.System.GetTimestamp(), Thread.CurrentThread.IsThreadPoolThread));

        public (long At, bool IsPool) Next()
        {
            _firings.TryTake(out var firing, Limit).Should().BeTrue();
            return firing;
        }

        public void Dispose() => _firings.Dispose();
    }
}
