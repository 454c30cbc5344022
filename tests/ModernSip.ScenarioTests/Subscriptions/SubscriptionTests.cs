using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Refreshing;
using ModernSip.Subscriptions;

namespace ModernSip.ScenarioTests.Subscriptions;

/// <summary>The subscriber against a notifier that says what each test wants said (RFC 6665 §4.1).</summary>
public sealed class SubscriptionTests
{
    [Fact, Trait("Req", "E1"), Trait("Section", "RFC 6665 4.1.2.1")]
    public void Subscribe_Accepted_NotifiesAreAStreamAndTheStateCanBeRead() => Run(async (world, notifier, connection) =>
    {
        var options = Options();
        options.Accept.Add(SipMediaType.Parse("application/pidf+xml"));
        var subscribing = connection.SubscribeAsync(options);
        var subscribe = await notifier.AcceptAsync();
        var subscription = await subscribing;

        subscription.State.Should().Be(SipSubscriptionState.Waiting);
        (subscribe.Headers["Event"], subscribe.Headers["Accept"], subscribe.Headers.Expires).Should().Be(("presence", "application/pidf+xml", 3600u));
        subscribe.Headers.Contact!.Uri.Host.Should().Be("10.0.0.1");
        (await notifier.NotifyAsync(subscribe, "pending;expires=600")).Should().Be(200);
        (await notifier.NotifyAsync(subscribe, "active;expires=599", body: "<presence/>")).Should().Be(200);
        await using var reader = subscription.GetAsyncEnumerator();
        (await reader.MoveNextAsync()).Should().BeTrue();
        (reader.Current.State, reader.Current.Content).Should().Be((SipSubscriptionState.Pending, null));
        (await reader.MoveNextAsync()).Should().BeTrue();
        (reader.Current.State, reader.Current.Expires, reader.Current.Content!.GetText()).Should().Be((SipSubscriptionState.Active, TimeSpan.FromSeconds(599), "<presence/>"));
        subscription.State.Should().Be(SipSubscriptionState.Active);
        subscription.Refresh!.IsActive.Should().BeTrue();
        subscription.Refresh.Granted.Should().Be(TimeSpan.FromMinutes(10));

        var leaving = subscription.UnsubscribeAsync();
        var last = await notifier.AcceptAsync();
        last.Headers.Expires.Should().Be(0);
        (await notifier.NotifyAsync(subscribe, "terminated;reason=timeout")).Should().Be(200);
        await leaving;
        subscription.State.Should().Be(SipSubscriptionState.Terminated);
        (await reader.MoveNextAsync()).Should().BeTrue();
        (reader.Current.State, reader.Current.Reason).Should().Be((SipSubscriptionState.Terminated, "timeout"));
        (await reader.MoveNextAsync()).Should().BeFalse();
    });

    [Fact, Trait("Req", "E1"), Trait("Req", "B6"), Trait("Section", "RFC 6665 4.1.2.2")]
    public void Refresh_BeforeTheEnd_InTheDialogWithTheNextNumbers() => Run(async (world, notifier, connection) =>
    {
        var subscribing = connection.SubscribeAsync(Options());
        var first = await notifier.AcceptAsync(200);
        await using var subscription = await subscribing;
        await notifier.NotifyAsync(first, "active;expires=200");
        for (var i = 0; i < 3; i++)
        {
            var again = await notifier.AcceptAsync(200);
            (again.Headers.To!.Tag, again.Headers.CallId, again.Headers.CSeq!.Value.Number).Should().Be(("n1", first.Headers.CallId, (uint)(2 + i)));
            again.RequestUri.Should().Be(SipUri.Parse("sip:notifier@10.0.0.2:5060"));
            await notifier.NotifyAsync(first, "active;expires=200");
        }

        var times = notifier.Peer.Arrivals(static message => message is SipRequest { Method: var method } && method == SipMethod.Subscribe);
        times.Zip(times.Skip(1), static (a, b) => (b - a).TotalSeconds).Should().OnlyContain(static gap => gap >= 160 && gap <= 171);
        await EndAsync(notifier, subscription, first);
    });

    [Fact, Trait("Req", "E2"), Trait("Section", "RFC 6665 4.1.2.2")]
    public void Refresh_Refused_EndsTheStreamWithTheResponse() => Run(async (world, notifier, connection) =>
    {
        var subscribing = connection.SubscribeAsync(Options());
        var first = await notifier.AcceptAsync(100);
        await using var subscription = await subscribing;
        await notifier.NotifyAsync(first, "active");
        var refresh = await notifier.Peer.RequestAsync(SipMethod.Subscribe, 200);
        notifier.Peer.Respond(refresh, 481);

        var reading = async () => { await foreach (var one in subscription) one.State.Should().Be(SipSubscriptionState.Active); };
        var error = (await reading.Should().ThrowAsync<SipRefreshException>()).Which;
        (error.Method, error.Response!.StatusCode).Should().Be((SipMethod.Subscribe, 481));
        error.Refresh!.Granted.Should().Be(TimeSpan.FromSeconds(100));
        error.Refresh.Should().BeSameAs(subscription.Refresh);
        subscription.Refresh!.State.Should().Be(SipRefreshState.Ended);
        subscription.State.Should().Be(SipSubscriptionState.Terminated);
        (await notifier.NotifyAsync(first, "active")).Should().Be(481, "nothing is subscribed any more");
    });

    [Fact, Trait("Req", "E2"), Trait("Section", "RFC 6665 4.1.2.2")]
    public void Refresh_FailsInPassing_IsTriedAgainAndThenSubscribedAnew() => Run(async (world, notifier, connection) =>
    {
        var subscribing = connection.SubscribeAsync(Options());
        var first = await notifier.AcceptAsync(60);
        await using var subscription = await subscribing;
        await notifier.NotifyAsync(first, "active");
        SipRequest next;
        do
        {
            next = await notifier.Peer.RequestAsync(SipMethod.Subscribe, 300);
            if (next.Headers.To!.Tag is not null) notifier.Peer.Respond(next, 503);
        }
        while (next.Headers.To!.Tag is not null);

        next.Headers.CallId.Should().NotBe(first.Headers.CallId, "the time ran out, and it is a new subscription");
        notifier.Accept(next, 60, "n2");
        (await notifier.NotifyAsync(next, "active", "n2")).Should().Be(200);
        subscription.State.Should().Be(SipSubscriptionState.Active);
        await EndAsync(notifier, subscription, next, "n2");
    });

    [Fact, Trait("Req", "E3"), Trait("Section", "RFC 6665 4.4.1")]
    public void Notify_BeforeThe2xx_MakesTheDialog() => Run(async (world, notifier, connection) =>
    {
        var subscribing = connection.SubscribeAsync(Options());
        var subscribe = await notifier.Peer.RequestAsync(SipMethod.Subscribe);
        (await notifier.NotifyAsync(subscribe, "active;expires=600", body: "<first/>")).Should().Be(200);
        notifier.Accept(subscribe);
        await using var subscription = await subscribing;

        subscription.State.Should().Be(SipSubscriptionState.Active);
        subscription.Last!.Content!.GetText().Should().Be("<first/>");
        await EndAsync(notifier, subscription, subscribe);
    });

    [Fact, Trait("Req", "E3"), Trait("Section", "RFC 6665 4.1.2.4")]
    public void Notify_AndNo2xxAtAll_IsASubscription() => Run(async (world, notifier, connection) =>
    {
        var subscribing = connection.SubscribeAsync(Options());
        var subscribe = await notifier.Peer.RequestAsync(SipMethod.Subscribe);
        (await notifier.NotifyAsync(subscribe, "active;expires=600")).Should().Be(200);
        await using var subscription = await subscribing; // the SUBSCRIBE times out

        subscription.State.Should().Be(SipSubscriptionState.Active);
        await EndAsync(notifier, subscription, subscribe);
    });

    [Fact, Trait("Req", "E3"), Trait("Section", "RFC 6665 4.1.2.4")]
    public void Accepted_ButNoNotify_TimerNEndsIt() => Run(async (world, notifier, connection) =>
    {
        var subscribing = connection.SubscribeAsync(Options());
        var subscribe = await notifier.AcceptAsync();
        await using var subscription = await subscribing;
        var began = world.Now;

        var reading = async () => { await foreach (var _ in subscription) throw new InvalidOperationException("Nothing came."); };
        await reading.Should().ThrowAsync<SipTimeoutException>();
        (world.Now - began).TotalSeconds.Should().BeApproximately(32, 1);
        (await notifier.NotifyAsync(subscribe, "active")).Should().Be(481);
    });

    [Fact, Trait("Req", "E3"), Trait("Section", "RFC 6665 4.4.1")]
    public void Forked_EachNotifierIsToldApartAndRefreshed()
    {
        var world = new World();
        world.Run(
            async () =>
            {
                var (one, two) = (await ScriptedNotifier.StartAsync(world), await ScriptedNotifier.StartAsync(world, "10.0.0.3"));
                await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
                var subscribing = connection.SubscribeAsync(Options());
                var subscribe = await one.AcceptAsync(100);
                await using var subscription = await subscribing;
                (await one.NotifyAsync(subscribe, "active;expires=100")).Should().Be(200);
                (await two.NotifyAsync(subscribe, "active;expires=100", "n2")).Should().Be(200);

                await using var reader = subscription.GetAsyncEnumerator();
                await reader.MoveNextAsync();
                reader.Current.NotifierTag.Should().Be("n1");
                await reader.MoveNextAsync();
                reader.Current.NotifierTag.Should().Be("n2");
                (await one.AcceptAsync(100)).Headers.To!.Tag.Should().Be("n1");
                (await two.AcceptAsync(100, "n2")).Headers.To!.Tag.Should().Be("n2", "its NOTIFY came behind the other's 2xx, and it is refreshed all the same");
                (await two.NotifyAsync(subscribe, "terminated;reason=noresource", "n2")).Should().Be(200);
                subscription.State.Should().Be(SipSubscriptionState.Terminated, "that is what was heard last");
                (await one.NotifyAsync(subscribe, "active")).Should().Be(200, "the other notifier's part goes on");
                (await two.NotifyAsync(subscribe, "active", "n9")).Should().Be(481, "timer N is over: no more forks");
                await EndAsync(one, subscription, subscribe);
            },
            TimeSpan.FromHours(1));
    }

    [Fact, Trait("Req", "E3"), Trait("Section", "RFC 6665 4.5.2")]
    public void Forked_OnlyOneIsWanted_TheOthersGet481() => Run(async (world, notifier, connection) =>
    {
        var options = Options();
        options.AcceptForks = false;
        var subscribing = connection.SubscribeAsync(options);
        var subscribe = await notifier.AcceptAsync();
        await using var subscription = await subscribing;
        (await notifier.NotifyAsync(subscribe, "active", "n2")).Should().Be(481);
        (await notifier.NotifyAsync(subscribe, "active")).Should().Be(200);
        await EndAsync(notifier, subscription, subscribe);
    });

    [Theory, Trait("Req", "E1"), Trait("Section", "RFC 6665 4.1.3")]
    [InlineData("deactivated;retry-after=500", 0, 2)]
    [InlineData("timeout", 0, 2)]
    [InlineData("probation;retry-after=100", 100, 112)]
    [InlineData("probation", 30, 35)]
    [InlineData("giveup;retry-after=20", 20, 24)]
    [InlineData("somethingnew", 30, 35)]
    [InlineData("rejected", null, null)]
    [InlineData("noresource", null, null)]
    [InlineData("invariant", null, null)]
    public void Terminated_ByReason_IsSubscribedAnewOrNot(string reason, int? earliest, int? latest) => Run(async (world, notifier, connection) =>
    {
        var subscribing = connection.SubscribeAsync(Options());
        var subscribe = await notifier.AcceptAsync();
        await using var subscription = await subscribing;
        (await notifier.NotifyAsync(subscribe, $"terminated;reason={reason}")).Should().Be(200);
        var ended = world.Now;
        if (earliest is null)
        {
            var seen = new List<SipSubscriptionState>();
            await foreach (var one in subscription) seen.Add(one.State);
            seen.Should().Equal(SipSubscriptionState.Terminated);
            await world.Pass(3600);
            notifier.Peer.Requests(SipMethod.Subscribe).Should().ContainSingle();
            return;
        }

        var again = await notifier.AcceptAsync(tag: "n2");
        (world.Now - ended).TotalSeconds.Should().BeInRange(earliest.Value, latest!.Value);
        again.Headers.CallId.Should().NotBe(subscribe.Headers.CallId);
        (await notifier.NotifyAsync(again, "active", "n2")).Should().Be(200);
        subscription.State.Should().Be(SipSubscriptionState.Active);
        await EndAsync(notifier, subscription, again, "n2");
    });

    [Fact, Trait("Req", "E1"), Trait("Section", "RFC 6665 4.1.2.1")]
    public void Subscribe_TooBrief_IsRepeatedWithMinExpires() => Run(async (world, notifier, connection) =>
    {
        var options = Options();
        options.Expires = TimeSpan.FromSeconds(30);
        var subscribing = connection.SubscribeAsync(options);
        notifier.Peer.Respond(await notifier.Peer.RequestAsync(SipMethod.Subscribe), 423, "n0", static headers => headers["Min-Expires"] = "900");
        var second = await notifier.AcceptAsync(900);
        second.Headers.Expires.Should().Be(900);
        await using var subscription = await subscribing;
        await notifier.NotifyAsync(second, "active");
        await EndAsync(notifier, subscription, second);
    });

    [Theory, Trait("Req", "E1"), Trait("Section", "RFC 6665 4.1.2.1")]
    [InlineData(489)]
    [InlineData(403)]
    [InlineData(600)]
    public void Subscribe_Refused_Throws(int status) => Run(async (world, notifier, connection) =>
    {
        var subscribing = connection.SubscribeAsync(Options());
        var subscribe = await notifier.Peer.RequestAsync(SipMethod.Subscribe);
        notifier.Peer.Respond(subscribe, status, "n1");
        (await subscribing.Awaiting(static task => task).Should().ThrowAsync<SipResponseException>()).Which.Response.StatusCode.Should().Be(status);
        (await notifier.NotifyAsync(subscribe, "active")).Should().Be(481);
    });

    [Fact, Trait("Req", "E1"), Trait("Section", "RFC 6665 4.4.3")]
    public void Fetch_OneNotify_AndTheStreamEnds() => Run(async (world, notifier, connection) =>
    {
        var options = Options();
        options.Expires = TimeSpan.Zero;
        var subscribing = connection.SubscribeAsync(options);
        var subscribe = await notifier.AcceptAsync(0);
        await using var subscription = await subscribing;
        (await notifier.NotifyAsync(subscribe, "terminated;reason=timeout", body: "<now/>")).Should().Be(200);

        var bodies = new List<string>();
        await foreach (var one in subscription) bodies.Add(one.Content!.GetText());
        bodies.Should().Equal("<now/>");
        subscription.Refresh.Should().BeNull();
        notifier.Peer.Requests(SipMethod.Subscribe).Should().ContainSingle();
    });

    [Fact, Trait("Req", "E3"), Trait("Section", "RFC 6665 4.4.3")]
    public void Fetch_NotifierDoesNotSayThatItIsTheEnd_TheStreamEndsWithTimerN() => Run(async (world, notifier, connection) =>
    {
        var options = Options();
        options.Expires = TimeSpan.Zero;
        var subscribing = connection.SubscribeAsync(options);
        var subscribe = await notifier.AcceptAsync(0);
        await using var subscription = await subscribing;
        (await notifier.NotifyAsync(subscribe, "active", body: "<now/>")).Should().Be(200);

        var bodies = new List<string>();
        await foreach (var one in subscription) bodies.Add(one.Content!.GetText());
        bodies.Should().Equal("<now/>");
        world.Now.Should().BeCloseTo(TimeSpan.FromSeconds(32), TimeSpan.FromSeconds(1));
        notifier.Peer.Requests(SipMethod.Subscribe).Should().ContainSingle();
    });

    [Fact, Trait("Req", "E1"), Trait("Section", "RFC 6665 4.1.2.2")]
    public void Notify_ShortensTheTime_RefreshComesEarlier() => Run(async (world, notifier, connection) =>
    {
        var subscribing = connection.SubscribeAsync(Options());
        var subscribe = await notifier.AcceptAsync(3600);
        await using var subscription = await subscribing;
        await notifier.NotifyAsync(subscribe, "active;expires=60");
        var told = world.Now;
        await notifier.AcceptAsync(3600);
        (world.Now - told).TotalSeconds.Should().BeInRange(40, 60);
        await EndAsync(notifier, subscription, subscribe);
    });

    [Fact, Trait("Req", "E1"), Trait("Req", "A6")]
    public void ConnectionCloses_TheStreamSaysSo()
    {
        var world = new World();
        world.Run(async () =>
        {
            var notifier = await ScriptedNotifier.StartAsync(world);
            var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var subscribing = connection.SubscribeAsync(Options());
            var subscribe = await notifier.AcceptAsync();
            var subscription = await subscribing;
            await notifier.NotifyAsync(subscribe, "active");
            await connection.DisposeAsync();

            var reading = async () => { await foreach (var one in subscription) one.State.Should().Be(SipSubscriptionState.Active); };
            await reading.Should().ThrowAsync<SipConnectionClosedException>();
            await subscription.DisposeAsync();
            Action later = () => _ = connection.SubscribeAsync(Options());
            later.Should().Throw<SipConnectionClosedException>();
        });
    }

    [Fact, Trait("Req", "E1")]
    public void Subscribe_NobodyReads_TheNewestAreKept() => Run(async (world, notifier, connection) =>
    {
        var subscribing = connection.SubscribeAsync(Options());
        var subscribe = await notifier.AcceptAsync();
        await using var subscription = await subscribing;
        for (var i = 0; i < 400; i++) (await notifier.NotifyAsync(subscribe, "active", body: $"<n{i}/>")).Should().Be(200);

        await using var reader = subscription.GetAsyncEnumerator();
        await reader.MoveNextAsync();
        reader.Current.Content!.GetText().Should().Be("<n144/>");
        subscription.Last!.Content!.GetText().Should().Be("<n399/>");
        await EndAsync(notifier, subscription, subscribe);
    });

    [Fact, Trait("Req", "B2")]
    public void Subscribe_WrongOptions_ThrowAtTheCall()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            Refused(static options => options.Target = null);
            Refused(static options => options.Event = "");
            Refused(static options => options.Event = "presence\r\nX: 1");
            Refused(static options => options.Event = "two words");
            Refused(static options => options.Expires = TimeSpan.FromSeconds(-1));
            Refused(static options => options.Headers.Add(KeyValuePair.Create("X", "a\nb")));

            void Refused(Action<SipSubscriptionOptions> spoil)
            {
                var options = Options();
                spoil(options);
                Action act = () => _ = connection.SubscribeAsync(options);
                act.Should().Throw<ArgumentException>();
            }
        });
    }

    internal static SipSubscriptionOptions Options() => new() { Target = "sip:bob@10.0.0.2", Event = "presence" };

    private static void Run(Func<World, ScriptedNotifier, SipConnection, Task> test)
    {
        var world = new World();
        world.Run(
            async () =>
            {
                var notifier = await ScriptedNotifier.StartAsync(world);
                await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
                await test(world, notifier, connection);
            },
            TimeSpan.FromHours(3));
    }

    private static async Task EndAsync(ScriptedNotifier notifier, SipSubscription subscription, SipRequest subscribe, string tag = "n1")
    {
        var leaving = subscription.UnsubscribeAsync();
        notifier.Accept((SipRequest)await notifier.Peer.NextAsync(static message => message is SipRequest { Headers.Expires: 0 }, "SUBSCRIBE for no time", 100));
        (await notifier.NotifyAsync(subscribe, "terminated;reason=timeout", tag)).Should().Be(200);
        await leaving;
    }
}
