using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.EventPackages;
using ModernSip.Messages;
using ModernSip.Subscriptions;

namespace ModernSip.ScenarioTests.Subscriptions;

/// <summary>What nobody should send to a subscriber or a notifier: it costs an answer, and the others do not notice.</summary>
public sealed class HostileEventTests
{
    [Fact, Trait("Req", "E4"), Trait("Class", "35")]
    public void Subscribe_FloodOfOneSource_Gets503AndOthersAreServed()
    {
        var world = new World();
        world.Run(async () =>
        {
            var flooder = await RawPeer.BindAsync(world, "10.0.0.5");
            await using var watcher = await world.CreateClient("10.0.0.6").ConnectAsync();
            await using var watched = await world.CreateClient("10.0.0.2", services: static services => services.ConfigureSipStack(static options => options.MaxRequestsPerSource = 5)).ConnectAsync();
            var notifiers = new List<SipNotifier>();
            var accepting = AcceptAsync(watched, notifiers);
            for (var i = 0; i < 100; i++) await flooder.SendAsync(Subscribe(flooder, i), "10.0.0.2");
            await using var subscription = await watcher.SubscribeAsync(SubscriptionTests.Options());
            await using var reader = subscription.GetAsyncEnumerator();
            (await reader.MoveNextAsync()).Should().BeTrue();
            reader.Current.State.Should().Be(SipSubscriptionState.Active, "the flood is somebody else's");
            await world.Pass(1);
            flooder.Responses(503).Should().HaveCount(90).And.OnlyContain(static response => response.Headers["Retry-After"] == "1");
            notifiers.Should().HaveCount(11, "ten of the flood, and the one that counts");
        });

        static SipRequest Subscribe(RawPeer peer, int number) => peer.Create(SipMethod.Subscribe, "sip:bob@10.0.0.2", headers =>
        {
            headers["Event"] = "presence";
            headers["Contact"] = $"<sip:flood{number}@{peer.HostPort}>";
            headers["Expires"] = "3600";
        });
    }

    [Fact, Trait("Req", "E1"), Trait("Section", "RFC 6665 4.1.3")]
    public void Notify_ForATerminatedSubscription_481() => Run(async (world, notifier, subscribe, subscription) =>
    {
        (await notifier.NotifyAsync(subscribe, "terminated;reason=noresource")).Should().Be(200);
        (await notifier.NotifyAsync(subscribe, "active")).Should().Be(481);
        subscription.State.Should().Be(SipSubscriptionState.Terminated);
    });

    /// <summary>Who knows the dialog may have moved; who does not, and forges its end from elsewhere, does not know its tags.</summary>
    [Fact, Trait("Req", "E1")]
    public void Notify_FromAnotherHost_CountsOnlyWithTheTagsOfTheDialog() => Run(async (world, notifier, subscribe, subscription) =>
    {
        var elsewhere = await RawPeer.BindAsync(world, "10.0.0.9");
        (await SendAsync(elsewhere, notifier.Create(subscribe, "terminated;reason=rejected", "guessed"))).Should().Be(481, "the time of forks is over");
        var misdirected = notifier.Create(subscribe, "terminated;reason=rejected");
        misdirected.Headers.To = misdirected.Headers.To!.WithTag("guessed");
        (await SendAsync(elsewhere, misdirected)).Should().Be(481);
        subscription.State.Should().Be(SipSubscriptionState.Active);
        (await SendAsync(elsewhere, notifier.Create(subscribe, "active", body: "<moved/>"))).Should().Be(200);
        subscription.Last!.Content!.GetText().Should().Be("<moved/>");
    });

    [Fact, Trait("Req", "E1")]
    public void Notify_BillionLaughs_CostsAnErrorAndNothingElse() => Run(async (world, notifier, subscribe, subscription) =>
    {
        var laughs = new StringBuilder("<!DOCTYPE lolz [<!ENTITY lol \"lol\">");
        for (var i = 1; i < 10; i++) laughs.Append(System.Globalization.CultureInfo.InvariantCulture, $"<!ENTITY lol{i} \"{string.Concat(Enumerable.Repeat($"&lol{(i == 1 ? "" : i - 1)};", 10))}\">");
        laughs.Append("]><presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:bob@10.0.0.2\"><note>&lol9;</note></presence>");
        (await notifier.NotifyAsync(subscribe, "active", body: laughs.ToString())).Should().Be(200);
        SipPresence.TryParse(subscription.Last!.Content!.Octets, out _, out var error).Should().BeFalse();
        error.Should().NotBeNullOrEmpty();
        (await notifier.NotifyAsync(subscribe, "active", body: "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\"/>")).Should().Be(200);
        SipPresence.TryParse(subscription.Last!.Content!.Octets, out _, out error).Should().BeFalse();
        error.Should().Contain("entity", "it is well-formed, and no PIDF");
    });

    /// <summary>Larger than any message may be: the connection that it comes on is closed, the subscription goes on.</summary>
    [Fact, Trait("Req", "E1")]
    public void Notify_BodyOfAMegabyte_IsRefusedAndTheSubscriptionLives() => Run(async (world, notifier, subscribe, subscription) =>
    {
        var tcp = await RawPeer.BindAsync(world, "10.0.0.2", 5070, tcp: true);
        var huge = notifier.Create(subscribe, "active", body: new string('x', 1 << 20));
        huge.Headers["Via"] = $"SIP/2.0/TCP {tcp.HostPort};branch=z9hG4bK-huge";
        await tcp.SendAsync(huge, "10.0.0.1");
        await world.Pass(5);
        tcp.Responses(200).Should().BeEmpty();
        (await notifier.NotifyAsync(subscribe, "active", body: "<small/>")).Should().Be(200);
        subscription.Last!.Content!.GetText().Should().Be("<small/>");
        subscription.State.Should().Be(SipSubscriptionState.Active);
    });

    private static async Task<int> SendAsync(RawPeer peer, SipRequest notify)
    {
        notify.Headers["Via"] = $"SIP/2.0/UDP {peer.HostPort};branch=z9hG4bK-{Guid.NewGuid():N};rport";
        await peer.SendAsync(notify, "10.0.0.1");
        var answer = await peer.NextAsync(message => message is SipResponse response && response.Headers.Via!.Branch == notify.Headers.Via!.Branch, "answer to NOTIFY", 40);
        return ((SipResponse)answer).StatusCode;
    }

    private static async Task AcceptAsync(SipConnection watched, List<SipNotifier> notifiers)
    {
        await foreach (var incoming in watched.IncomingAsync())
        {
            if (incoming is SipIncomingSubscribe subscribe) notifiers.Add(await subscribe.AcceptAsync(new() { Content = SipContent.PlainText("here") }));
        }
    }

    /// <summary>Runs a test on a subscription that is up, behind the time in which forks may join it.</summary>
    private static void Run(Func<World, ScriptedNotifier, SipRequest, SipSubscription, Task> test)
    {
        var world = new World();
        world.Run(async () =>
        {
            var notifier = await ScriptedNotifier.StartAsync(world);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var subscribing = connection.SubscribeAsync(SubscriptionTests.Options());
            var subscribe = await notifier.AcceptAsync();
            await using var subscription = await subscribing;
            (await notifier.NotifyAsync(subscribe, "active")).Should().Be(200);
            await world.Pass(33);
            await test(world, notifier, subscribe, subscription);
        });
    }
}
