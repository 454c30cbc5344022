using ModernSip.Platform;
using ModernSip.Testing;

namespace ModernSip.Tests.Platform;

public sealed class TurnsTests
{
    [Fact]
    public void TakeAsync_Several_GoOneAfterAnotherInTheOrderOfAsking()
    {
        using var simulation = new SipSimulation { AwaitsOutsideWork = false };
        var turns = new Turns(simulation.Continuations);
        var order = new List<string>();
        simulation.Run(() => Task.WhenAll(UseAsync("a"), UseAsync("b"), UseAsync("c")));

        order.Should().Equal("a in", "a out", "b in", "b out", "c in", "c out");

        async Task UseAsync(string name)
        {
            using var turn = await turns.TakeAsync(default).ConfigureAwait(false);
            order.Add(name + " in");
            await simulation.DelayAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            order.Add(name + " out");
        }
    }

    [Fact]
    public void TakeAsync_CancelledWhileItWaits_ThrowsAndPassesItsTurnOn()
    {
        using var simulation = new SipSimulation();
        var turns = new Turns(simulation.Continuations);
        simulation.Run(async () =>
        {
            using var giveUp = new CancellationTokenSource();
            var first = await turns.TakeAsync(default);
            var second = turns.TakeAsync(giveUp.Token).AsTask();
            var third = turns.TakeAsync(default).AsTask();
            giveUp.Cancel();
            await FluentActions.Awaiting(() => second).Should().ThrowAsync<OperationCanceledException>();
            await simulation.DelayAsync(TimeSpan.FromSeconds(1));
            third.IsCompleted.Should().BeFalse("the first still has its turn");
            first.Dispose();
            (await third).Dispose();
        });
    }

    [Fact]
    public async Task TakeAsync_TokenCancelledBefore_Throws()
    {
        var turns = new Turns(SipContinuations.ThreadPool);
        await FluentActions.Awaiting(() => turns.TakeAsync(new CancellationToken(canceled: true)).AsTask()).Should().ThrowAsync<OperationCanceledException>();
        (await turns.TakeAsync(default)).Dispose();
    }
}
