using ModernSip.Messages;
using ModernSip.Refreshing;
using ModernSip.Subscriptions;

namespace ModernSip.ScenarioTests.Subscriptions;

public sealed class ManySubscriptionsTests
{
    [Fact, Trait("Req", "E1"), Trait("Req", "B6")]
    public void TenThousandSubscriptions_ForADay_AreAllRefreshedAndNothingGrows()
    {
        const int Count = 10_000;
        var world = new World();
        world.Network.KeepsCaptured = false;
        world.Run(
            async () =>
            {
                await using var watched = await world.CreateClient("10.0.0.2").ConnectAsync();
                await using var watcher = await world.CreateClient("10.0.0.1").ConnectAsync();
                var notifiers = AcceptAsync(watched, Count);
                var subscriptions = new List<SipSubscription>();
                for (var i = 0; i < Count; i++)
                {
                    subscriptions.Add(await watcher.SubscribeAsync(new() { Target = SipUri.Parse($"sip:u{i}@10.0.0.2"), Event = "presence", Expires = TimeSpan.FromHours(11) }));
                }

                var accepted = await notifiers;
                var reading = subscriptions.ConvertAll(CountAsync);
                await world.Pass(TimeSpan.FromHours(11)); // one round of refreshes
                var before = GC.GetTotalMemory(forceFullCollection: true);
                await world.Pass(TimeSpan.FromHours(13)); // one more
                var after = GC.GetTotalMemory(forceFullCollection: true);

                subscriptions.Should().OnlyContain(static one => one.State == SipSubscriptionState.Active && one.Refresh!.State == SipRefreshState.Active && one.Refresh.Remaining > TimeSpan.Zero);
                accepted.Should().OnlyContain(static one => one.State == SipSubscriptionState.Active && one.Remaining > TimeSpan.Zero);
                ((double)after / before).Should().BeLessThan(1.25, "a day leaves nothing behind: {0} and {1} octets", before, after);
                foreach (var notifier in accepted) await notifier.TerminateAsync();
                await world.Pass(60);
                (await Task.WhenAll(reading)).Should().OnlyContain(static count => count == 4, "there were the first, two refreshes and the last");
            },
            TimeSpan.FromHours(30));
    }

    private static async Task<int> CountAsync(SipSubscription subscription)
    {
        var count = 0;
        await foreach (var _ in subscription) count++;
        return count;
    }

    private static async Task<List<SipNotifier>> AcceptAsync(SipConnection connection, int count)
    {
        var accepted = new List<SipNotifier>();
        await foreach (var incoming in connection.IncomingAsync())
        {
            accepted.Add(await ((SipIncomingSubscribe)incoming).AcceptAsync(new() { LongestExpiry = TimeSpan.FromHours(11) }));
            if (accepted.Count == count) break;
        }

        return accepted;
    }
}
