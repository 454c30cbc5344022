using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Refreshing;
using ModernSip.Testing;
using ModernSip.Tests.Stack;
using ModernSip.Tests.Transport;
using Polly;

namespace ModernSip.Tests.Refreshing;

public sealed class RefreshLoopTests
{
    [Fact]
    public void Stop_ByTwoAtOnce_KeepsToThePlatformsContinuations()
    {
        using var simulation = new SipSimulation { AwaitsOutsideWork = false };
        simulation.Run(() =>
        {
            var ended = new TaskCompletionSource();
            simulation.Continuations.Post(_ => _ = StopTwiceAsync(), null); // as the library does, without a synchronization context
            return ended.Task;

            async Task StopTwiceAsync()
            {
                var loop = new RefreshLoop(new NeverSent(), new RefreshSettings(new RefreshTiming(), ResiliencePipeline<SipResponse>.Empty), simulation.Platform);
                await Task.WhenAll(StopAsync(loop), StopAsync(loop), StopAsync(loop)).ConfigureAwait(false);
                await simulation.DelayAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
                loop.State.Should().Be(SipRefreshState.Ended);
                ended.SetResult();
            }
        });

        static async Task StopAsync(RefreshLoop loop) => await loop.StopAsync().ConfigureAwait(false);
    }

    [Fact]
    public async Task Class52_MachineSleepsForAnHour_OverdueRefreshesAreSpreadOverAMinute()
    {
        const int Loops = 200;
        var time = new ManualTime();
        var continuations = new BareStack.QueuedContinuations();
        var platform = new SipPlatform { Time = time, Continuations = continuations };
        var counter = new Granted(time);
        var loops = Enumerable.Range(0, Loops).Select(_ => new RefreshLoop(counter, new RefreshSettings(new RefreshTiming(), ResiliencePipeline<SipResponse>.Empty), platform)).ToList();
        loops.ForEach(static loop => loop.Begin());
        continuations.Run();
        counter.Sent.Should().Be(Loops);

        time.Sleep(TimeSpan.FromHours(1));
        continuations.Run();

        counter.Sent.Should().Be(Loops, "they woke up at one moment, and must not come at one");
        var most = 0;
        for (var second = 1; second <= 60; second++)
        {
            var before = counter.Sent;
            time.Advance(TimeSpan.FromSeconds(1));
            continuations.Run();
            most = Math.Max(most, counter.Sent - before);
        }

        counter.Sent.Should().Be(2 * Loops, "each is made up for");
        most.Should().BeLessThan(Loops / 8, "a minute is there for them");
        foreach (var loop in loops)
        {
            await continuations.RunUntilAsync(loop.StopAsync());
        }
    }

    private sealed class Granted(TimeProvider time) : IRefreshed
    {
        public int Sent { get; private set; }

        public Task<RefreshGrant> SendAsync(CancellationToken cancellationToken)
        {
            Sent++;
            return Task.FromResult(new RefreshGrant(new SipResponse(SipStatus.Ok), TimeSpan.FromMinutes(30), time.GetTimestamp()));
        }

        public void OnGranted(RefreshGrant grant, bool isAnew)
        {
            // What counts here is when it is asked for.
        }

        public void OnRetrying(TimeSpan delay, string reason) => throw new InvalidOperationException(reason);

        public void OnLapsed()
        {
            // The hour was longer than the grant.
        }

        public void OnEnded(Exception error) => throw new InvalidOperationException("it was not refused", error);
    }

    private sealed class NeverSent : IRefreshed
    {
        public Task<RefreshGrant> SendAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("nothing asked for it");

        public void OnGranted(RefreshGrant grant, bool isAnew) => throw new InvalidOperationException("nothing was sent");

        public void OnRetrying(TimeSpan delay, string reason) => throw new InvalidOperationException("nothing was sent");

        public void OnLapsed() => throw new InvalidOperationException("nothing was granted");

        public void OnEnded(Exception error) => throw new InvalidOperationException("it was stopped");
    }
}
