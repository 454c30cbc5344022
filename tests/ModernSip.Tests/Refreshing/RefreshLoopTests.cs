using ModernSip.Messages;
using ModernSip.Refreshing;
using ModernSip.Testing;
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

    private sealed class NeverSent : IRefreshed
    {
        public Task<RefreshGrant> SendAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("nothing asked for it");

        public void OnGranted(RefreshGrant grant, bool isAnew) => throw new InvalidOperationException("nothing was sent");

        public void OnRetrying(TimeSpan delay, string reason) => throw new InvalidOperationException("nothing was sent");

        public void OnLapsed() => throw new InvalidOperationException("nothing was granted");

        public void OnEnded(Exception error) => throw new InvalidOperationException("it was stopped");
    }
}
