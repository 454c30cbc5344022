using ModernSip.Messages;
using ModernSip.Subscriptions;

namespace ModernSip.ScenarioTests.Subscriptions;

/// <summary>NOTIFYs that nobody should send (RFC 6665 §4.1.3, §4.4.1): each gets its answer, and the subscription is unharmed.</summary>
public sealed class BadNotifyTests
{
    [Fact, Trait("Req", "E1"), Trait("Section", "RFC 6665 4.1.3")]
    public void Notify_ForNothing_481() =>
        World.Run(async (notifier, subscribe, subscription) =>
        {
            (await SendAsync(notifier, subscribe, static notify => notify.Headers.CallId = "nobody@nowhere")).Should().Be(481);
            (await SendAsync(notifier, subscribe, static notify => notify.Headers.To = notify.Headers.To!.WithTag("other"))).Should().Be(481);
            (await SendAsync(notifier, subscribe, static notify => notify.Headers.To = new SipNameAddress(notify.Headers.To!.Uri))).Should().Be(481, "without a tag it belongs to no dialog");
        });

    [Fact, Trait("Req", "E1"), Trait("Section", "RFC 6665 4.1.3")]
    public void Notify_WithAnotherEvent_489() =>
        World.Run(async (notifier, subscribe, subscription) =>
        {
            (await SendAsync(notifier, subscribe, static notify => notify.Headers["Event"] = "dialog")).Should().Be(489);
            (await SendAsync(notifier, subscribe, static notify => notify.Headers["Event"] = "presence;id=7")).Should().Be(489);
            (await SendAsync(notifier, subscribe, static notify => notify.Headers["Event"] = null)).Should().Be(489);
        });

    [Fact, Trait("Req", "E1")]
    public void Notify_ForgedTermination_ChangesNothing() =>
        World.Run(async (notifier, subscribe, subscription) =>
        {
            (await notifier.NotifyAsync(subscribe, "terminated;reason=noresource", "forged", static headers => headers["Event"] = "dialog")).Should().Be(481);
            (await SendAsync(notifier, subscribe, static notify => { notify.Headers["Subscription-State"] = "terminated"; notify.Headers.CSeq = new SipCSeq(1, SipMethod.Notify); })).Should().Be(500, "its number is not above the last");
        });

    [Theory, Trait("Req", "E1"), Trait("Section", "RFC 6665 4.1.3")]
    [InlineData(null)]
    [InlineData(";;;")]
    [InlineData("two words")]
    public void Notify_WithoutALegalState_400(string? state) =>
        World.Run(async (notifier, subscribe, subscription) =>
            (await SendAsync(notifier, subscribe, notify => notify.Headers["Subscription-State"] = state)).Should().Be(400));

    [Fact, Trait("Req", "E1")]
    public void OtherMethods_InTheDialog_405() =>
        World.Run(async (notifier, subscribe, subscription) =>
        {
            var info = notifier.Peer.CreateFromCallee(SipMethod.Info, subscribe, "n1", 1000);
            await notifier.Peer.SendAsync(info, "10.0.0.1");
            (await notifier.Peer.ResponseAsync(405)).Headers["Allow"].Should().Be("NOTIFY");
        }, last: 1001);

    [Fact, Trait("Req", "E1")]
    public void Notify_WithABodyThatIsNoPresence_IsTheApplicationsToRead() =>
        World.Run(async (notifier, subscribe, subscription) =>
        {
            (await notifier.NotifyAsync(subscribe, "active", body: "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")).Should().Be(200);
            ModernSip.EventPackages.SipPresence.TryParse(subscription.Last!.Content!.Octets, out _, out var error).Should().BeFalse();
            error.Should().NotBeNull();
        });

    private static async Task<int> SendAsync(ScriptedNotifier notifier, SipRequest subscribe, Action<SipRequest> spoil)
    {
        var notify = notifier.Create(subscribe, "active");
        spoil(notify);
        await notifier.Peer.SendAsync(notify, "10.0.0.1");
        var answer = await notifier.Peer.NextAsync(message => message is SipResponse response && response.Headers.Via!.Branch == notify.Headers.Via!.Branch, "answer to NOTIFY", 40);
        return ((SipResponse)answer).StatusCode;
    }

    private static class World
    {
        /// <summary>Runs a test on a subscription that is up, and sees that it is up behind it.</summary>
        public static void Run(Func<ScriptedNotifier, SipRequest, SipSubscription, Task> test, uint? last = null)
        {
            var world = new ScenarioTests.World();
            world.Run(async () =>
            {
                var notifier = await ScriptedNotifier.StartAsync(world);
                await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
                var subscribing = connection.SubscribeAsync(SubscriptionTests.Options());
                var subscribe = await notifier.AcceptAsync();
                await using var subscription = await subscribing;
                (await notifier.NotifyAsync(subscribe, "active")).Should().Be(200);
                await test(notifier, subscribe, subscription);
                (await notifier.NotifyAsync(subscribe, "active", headers: headers => { if (last is { } number) headers.CSeq = new SipCSeq(number, SipMethod.Notify); }, body: "<still-there/>")).Should().Be(200);
                subscription.Last!.Content!.GetText().Should().Be("<still-there/>");
                subscription.State.Should().Be(SipSubscriptionState.Active);
            });
        }
    }
}
