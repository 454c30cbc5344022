using System.Threading.Channels;
using ModernSip.Testing;

namespace ModernSip.Tests.Testing;

/// <summary>What a simulation promises about work that goes through the thread pool. Alone: the work of other tests in the pool would cost each wait its whole time.</summary>
[Collection(nameof(PoolHopTests))]
[CollectionDefinition(nameof(PoolHopTests), DisableParallelization = true)]
public sealed class PoolHopTests : IDisposable
{
    // Long enough for a thread that is taken off the processor between taking up the work and beginning it, on a machine with much to do.
    private readonly SipSimulation _simulation = new(seed: 7) { OutsidePause = TimeSpan.FromMilliseconds(250) };

    public void Dispose() => _simulation.Dispose();

    [Fact]
    public void Run_CompletionHopsThroughThePool_TimeWaitsForIt()
    {
        var inbox = Channel.CreateUnbounded<int>();
        var echo = Channel.CreateUnbounded<TimeSpan>();
        async Task Library()
        {
            await foreach (var _ in inbox.Reader.ReadAllAsync().ConfigureAwait(false)) echo.Writer.TryWrite(_simulation.Time.Elapsed);
        }

        _simulation.Run(async () =>
        {
            var loop = Library();
            for (var i = 0; i < 5; i++) // each costs the pause, in real time
            {
                await _simulation.DelayAsync(TimeSpan.FromSeconds(1));
                using var later = _simulation.Time.CreateTimer(_ => { }, null, TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan); // tempts the clock
                inbox.Writer.TryWrite(i);
                (await echo.Reader.ReadAsync()).Should().Be(TimeSpan.FromSeconds(i + 1));
            }

            inbox.Writer.Complete();
            await loop;
        });
    }

    [Fact]
    public void Run_WorkInThePoolBlocksForLongerThanThePause_TimeWaitsForIt()
    {
        using var entered = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        _simulation.Run(async () =>
        {
            var real = TimeProvider.System.GetTimestamp();
            var work = Task.Run(() =>
            {
                entered.Set();
                leave.Wait(2 * _simulation.OutsidePause); // nobody sets it: this is how long it takes
                return _simulation.Time.Elapsed;
            });
            entered.Wait();
            using var later = _simulation.Time.CreateTimer(_ => { }, null, TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            (await work).Should().Be(TimeSpan.Zero);
            TimeProvider.System.GetElapsedTime(real).Should().BeGreaterThan(_simulation.OutsidePause);
        });
    }
}
