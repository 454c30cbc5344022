using ModernSip.Errors;
using ModernSip.EventPackages;
using ModernSip.Messages;
using ModernSip.Subscriptions;

namespace ModernSip.ScenarioTests.Subscriptions;

/// <summary>The notifier's side (RFC 6665 §4.2), against the stack's own subscriber and against peers that say what a test wants said.</summary>
public sealed class NotifierTests
{
    [Fact, Trait("Req", "E4"), Trait("Section", "RFC 6665 4.2.1.1")]
    public void Accept_ThenNotifyAndTerminate_TheSubscriberSeesEachState()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var watched = await world.CreateClient("10.0.0.2").ConnectAsync();
            await using var watcher = await world.CreateClient("10.0.0.1").ConnectAsync();
            var accepting = FirstAsync(watched);
            var subscribing = watcher.SubscribeAsync(Options());
            var incoming = await accepting;
            (incoming.Event!.Token, incoming.RequestedExpires).Should().Be(("presence", TimeSpan.FromHours(1)));
            var notifier = await incoming.AcceptAsync(new() { StartsPending = true });
            await using var subscription = await subscribing;
            notifier.State.Should().Be(SipSubscriptionState.Pending);
            var presence = new SipPresence { Entity = "sip:bob@10.0.0.2", Tuples = [new("t", true)] };
            (await notifier.NotifyAsync(presence.ToContent())).StatusCode.Should().Be(200);
            notifier.State.Should().Be(SipSubscriptionState.Active);
            await notifier.TerminateAsync("noresource");
            (await notifier.Completion).Ending.Should().Be(SipNotifierEnding.Terminated);
            await Awaiting(() => notifier.NotifyAsync(null)).Should().ThrowAsync<SipConnectionClosedException>();

            var seen = new List<SipNotification>();
            await foreach (var one in subscription) seen.Add(one);
            seen.Select(static one => one.State).Should().Equal(SipSubscriptionState.Pending, SipSubscriptionState.Active, SipSubscriptionState.Terminated);
            SipPresence.TryParse(seen[1].Content!.Octets, out var read, out _).Should().BeTrue();
            read!.IsOpen.Should().BeTrue();
            (seen[2].Reason, seen[2].Content!.MediaType).Should().Be(("noresource", SipPresence.MediaType));
        });
    }

    [Fact, Trait("Req", "E4"), Trait("Section", "RFC 6665 4.2.1.2")]
    public void Refresh_IsAnsweredAndTheStateToldAgain()
    {
        var world = new World();
        world.Run(
            async () =>
            {
                await using var watched = await world.CreateClient("10.0.0.2").ConnectAsync();
                await using var watcher = await world.CreateClient("10.0.0.1").ConnectAsync();
                var accepting = FirstAsync(watched);
                var subscribing = watcher.SubscribeAsync(Options());
                await using var notifier = await (await accepting).AcceptAsync(new() { LongestExpiry = TimeSpan.FromMinutes(2), Content = SipContent.PlainText("here") });
                await using var subscription = await subscribing;
                subscription.Refresh!.Granted.Should().Be(TimeSpan.FromMinutes(2));
                await world.Pass(3600);

                notifier.State.Should().Be(SipSubscriptionState.Active);
                subscription.State.Should().Be(SipSubscriptionState.Active);
                var told = 0;
                await using var reader = subscription.GetAsyncEnumerator();
                while (told < 30)
                {
                    (await reader.MoveNextAsync()).Should().BeTrue();
                    reader.Current.Content!.GetText().Should().Be("here");
                    told++;
                }
            },
            TimeSpan.FromHours(3));
    }

    [Fact, Trait("Req", "E4"), Trait("Section", "RFC 6665 4.2.2")]
    public void NobodyRefreshes_TheSubscriptionRunsOut()
    {
        var world = new World();
        world.Run(
            async () =>
            {
                await using var watched = await world.CreateClient("10.0.0.2").ConnectAsync();
                var watcher = await RawPeer.BindAsync(world, "10.0.0.1");
                var (notifier, _) = await SubscribeAsync(watched, watcher, 60);
                var began = world.Now;
                var last = await watcher.RequestAsync(SipMethod.Notify, 100);
                last.Headers["Subscription-State"].Should().Be("terminated;reason=timeout");
                watcher.Respond(last, 200);
                (await notifier.Completion).Ending.Should().Be(SipNotifierEnding.RanOut);
                (world.Now - began).TotalSeconds.Should().BeApproximately(60, 1);
            },
            TimeSpan.FromHours(1));
    }

    [Fact, Trait("Req", "E4"), Trait("Section", "RFC 6665 4.2.1.4")]
    public void Unsubscribe_IsAnsweredAndGetsALastNotify()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var watched = await world.CreateClient("10.0.0.2").ConnectAsync();
            var watcher = await RawPeer.BindAsync(world, "10.0.0.1");
            var (notifier, subscribe) = await SubscribeAsync(watched, watcher, 600);
            var ok = watcher.Responses(200)[0];
            await watcher.SendAsync(watcher.CreateInDialog(SipMethod.Subscribe, subscribe, ok, 2, static headers => { headers["Event"] = "presence"; headers.Expires = 0; headers["Contact"] = "<sip:raw@10.0.0.1>"; }), "10.0.0.2");
            var last = await watcher.RequestAsync(SipMethod.Notify);
            last.Headers["Subscription-State"].Should().Be("terminated;reason=timeout");
            watcher.Respond(last, 200);
            (await notifier.Completion).Ending.Should().Be(SipNotifierEnding.Unsubscribed);
            watcher.Responses(200).Should().HaveCount(2);
            watcher.Responses(200)[1].Headers.Expires.Should().Be(0);
            await watcher.SendAsync(watcher.CreateInDialog(SipMethod.Subscribe, subscribe, ok, 3, static headers => headers["Event"] = "presence"), "10.0.0.2");
            await watcher.ResponseAsync(481);
        });
    }

    [Theory, Trait("Req", "E4"), Trait("Section", "RFC 6665 4.2.2")]
    [InlineData(481, null, true)]
    [InlineData(489, "5", true)]
    [InlineData(500, null, true)]
    [InlineData(503, "5", false)]
    [InlineData(200, null, false)]
    public void AnswerToNotify_EndsTheSubscriptionOrNot(int status, string? retryAfter, bool ends)
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var watched = await world.CreateClient("10.0.0.2").ConnectAsync();
            var watcher = await RawPeer.BindAsync(world, "10.0.0.1");
            var (notifier, _) = await SubscribeAsync(watched, watcher, 600);
            var telling = notifier.NotifyAsync(SipContent.PlainText("x"));
            watcher.Respond(await watcher.RequestAsync(SipMethod.Notify), status, headers: headers => headers["Retry-After"] = retryAfter);
            (await telling).StatusCode.Should().Be(status);
            notifier.Completion.IsCompleted.Should().Be(ends);
            if (!ends) return;
            var end = await notifier.Completion;
            (end.Ending, end.Response!.StatusCode).Should().Be((SipNotifierEnding.SubscriberGone, status));
        });
    }

    [Fact, Trait("Req", "E4"), Trait("Section", "RFC 6665 4.2.2")]
    public void Notify_TheSubscriberIsSilent_TheSubscriptionEnds()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var watched = await world.CreateClient("10.0.0.2").ConnectAsync();
            var watcher = await RawPeer.BindAsync(world, "10.0.0.1");
            var (notifier, _) = await SubscribeAsync(watched, watcher, 600);
            await Awaiting(() => notifier.NotifyAsync(null)).Should().ThrowAsync<SipTimeoutException>();
            var end = await notifier.Completion;
            (end.Ending, end.Error).Should().Match<(SipNotifierEnding, SipException?)>(static pair => pair.Item1 == SipNotifierEnding.SubscriberGone && pair.Item2 is SipTimeoutException);
        });
    }

    [Fact, Trait("Req", "E4"), Trait("Section", "RFC 6665 4.2.2")]
    public void Notifies_FollowOneAnother()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var watched = await world.CreateClient("10.0.0.2").ConnectAsync();
            var watcher = await RawPeer.BindAsync(world, "10.0.0.1");
            var (notifier, _) = await SubscribeAsync(watched, watcher, 600);
            var telling = Enumerable.Range(0, 5).Select(number => notifier.NotifyAsync(SipContent.PlainText($"{number}"))).ToList();
            for (var i = 0; i < 5; i++)
            {
                var notify = await watcher.RequestAsync(SipMethod.Notify);
                notify.Content!.GetText().Should().Be($"{i}");
                await world.Pass(0.3);
                watcher.Requests(SipMethod.Notify).Should().HaveCount(2 + i, "the next waits for the answer to this one");
                watcher.Respond(notify, 200);
            }

            await Task.WhenAll(telling);
        });
    }

    [Fact, Trait("Req", "E4"), Trait("Section", "RFC 6446 5")]
    public void Notify_TheSubscriberLimitsTheRate_TheNewestWaits()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var watched = await world.CreateClient("10.0.0.2").ConnectAsync();
            var watcher = await RawPeer.BindAsync(world, "10.0.0.1");
            var (notifier, _) = await SubscribeAsync(watched, watcher, 600, "presence;max-rate=0.1");
            var began = world.Now;
            var first = notifier.NotifyAsync(SipContent.PlainText("1"));
            var second = notifier.NotifyAsync(SipContent.PlainText("2"));
            var notify = await watcher.RequestAsync(SipMethod.Notify);
            notify.Content!.GetText().Should().Be("2");
            (world.Now - began).TotalSeconds.Should().BeInRange(9, 10.2);
            watcher.Respond(notify, 200);
            await Awaiting(() => first).Should().ThrowAsync<SipConnectionClosedException>();
            (await second).StatusCode.Should().Be(200);
        });
    }

    [Fact, Trait("Req", "E4"), Trait("Section", "RFC 6446 6")]
    public void Notify_TheSubscriberWantsToHearAtLeast_TheStateIsToldAgainUntilItEnds()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var watched = await world.CreateClient("10.0.0.2").ConnectAsync();
            var watcher = await RawPeer.BindAsync(world, "10.0.0.1");
            var (notifier, _) = await SubscribeAsync(watched, watcher, 600, "presence;min-rate=20", ";min-rate=1");
            var last = world.Now;
            for (var i = 0; i < 3; i++)
            {
                var repeated = await watcher.RequestAsync(SipMethod.Notify);
                (world.Now - last).TotalSeconds.Should().BeApproximately(1, 0.1);
                repeated.Headers["Subscription-State"].Should().StartWith("active;expires=").And.EndWith(";min-rate=1"); // twenty a second are not granted
                watcher.Respond(repeated, 200);
                last = world.Now;
            }

            var ending = notifier.TerminateAsync();
            var ended = await watcher.RequestAsync(SipMethod.Notify);
            ended.Headers["Subscription-State"].Should().StartWith("terminated");
            watcher.Respond(ended, 200);
            await ending;
            var told = watcher.Requests(SipMethod.Notify).Count;
            await world.Pass(10);
            watcher.Requests(SipMethod.Notify).Should().HaveCount(told);
        });
    }

    [Fact, Trait("Req", "E4"), Trait("Section", "RFC 6665 4.4.3")]
    public void Fetch_OneNotifyAndItIsOver()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var watched = await world.CreateClient("10.0.0.2").ConnectAsync();
            await using var watcher = await world.CreateClient("10.0.0.1").ConnectAsync();
            var accepting = FirstAsync(watched);
            var options = Options();
            options.Expires = TimeSpan.Zero;
            var subscribing = watcher.SubscribeAsync(options);
            var notifier = await (await accepting).AcceptAsync(new() { Content = SipContent.PlainText("now") });
            await using var subscription = await subscribing;
            var seen = new List<string>();
            await foreach (var one in subscription) seen.Add($"{one.State} {one.Content!.GetText()}");
            seen.Should().Equal("Terminated now");
            (await notifier.Completion).Ending.Should().Be(SipNotifierEnding.Unsubscribed);
        });
    }

    [Fact, Trait("Req", "E4"), Trait("Section", "RFC 6665 4.2.1.1")]
    public void Subscribe_WithoutContactOrEvent_IsAnswered400()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var watched = await world.CreateClient("10.0.0.2").ConnectAsync();
            var watcher = await RawPeer.BindAsync(world, "10.0.0.1");
            var accepting = FirstAsync(watched);
            await watcher.SendAsync(watcher.Create(SipMethod.Subscribe, "sip:bob@10.0.0.2", static headers => headers["Event"] = "presence"), "10.0.0.2");
            await Awaiting(async () => await (await accepting).AcceptAsync()).Should().ThrowAsync<SipConnectionClosedException>();
            await watcher.ResponseAsync(400);
        });
    }

    [Fact, Trait("Req", "E4"), Trait("Req", "A6")]
    public void ConnectionCloses_TheNotifierSaysSo()
    {
        var world = new World();
        world.Run(async () =>
        {
            var watched = await world.CreateClient("10.0.0.2").ConnectAsync();
            var watcher = await RawPeer.BindAsync(world, "10.0.0.1");
            var (notifier, _) = await SubscribeAsync(watched, watcher, 600);
            await watched.DisposeAsync();
            (await notifier.Completion).Ending.Should().Be(SipNotifierEnding.ConnectionClosed);
        });
    }

    [Fact, Trait("Req", "E1")]
    public void SubscribeInACall_SharesItsDialogAndOutlivesTheCall()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var peer = new ScriptedNotifier(await RawPeer.BindAsync(world, "10.0.0.2"));
            await using var call = connection.CreateInviteDialog("sip:bob@10.0.0.2");
            var calling = call.SendInviteAsync(SipContent.Sdp(Offer)).FinalAsync();
            var invite = await peer.Peer.RequestAsync(SipMethod.Invite);
            peer.Peer.Respond(invite, 200, "n1", body: Offer);
            await calling;
            await peer.Peer.RequestAsync(SipMethod.Ack);
            var subscribing = call.SubscribeAsync(new() { Event = "conference" });
            var subscribe = await peer.AcceptAsync();
            (subscribe.Headers.CallId, subscribe.Headers.To!.Tag, subscribe.Headers.CSeq!.Value.Number).Should().Be((invite.Headers.CallId, "n1", 2u));
            await using var subscription = await subscribing;
            (await peer.NotifyAsync(subscribe, "active")).Should().Be(200);
            await Awaiting(() => call.SubscribeAsync(new() { Event = "conference" })).Should().ThrowAsync<InvalidOperationException>();
            var hanging = call.SendByeAsync();
            peer.Peer.Respond(await peer.Peer.RequestAsync(SipMethod.Bye), 200);
            await hanging;
            (await peer.NotifyAsync(subscribe, "active", body: "<after/>")).Should().Be(200);
            subscription.Last!.Content!.GetText().Should().Be("<after/>");
            var leaving = subscription.UnsubscribeAsync();
            await peer.AcceptAsync();
            (await peer.NotifyAsync(subscribe, "terminated")).Should().Be(200);
            await leaving;
        });
    }

    private const string Offer = "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n";

    private static SipSubscriptionOptions Options() => new() { Target = "sip:bob@10.0.0.2", Event = "presence" };

    private static Func<Task> Awaiting(Func<Task> act) => act;

    private static async Task<SipIncomingSubscribe> FirstAsync(SipConnection connection)
    {
        await foreach (var incoming in connection.IncomingAsync()) return (SipIncomingSubscribe)incoming;
        throw new InvalidOperationException("The connection ended.");
    }

    /// <summary>A subscription that a peer without a stack made, its first NOTIFY answered.</summary>
    private static async Task<(SipNotifier Notifier, SipRequest Subscribe)> SubscribeAsync(SipConnection watched, RawPeer watcher, uint expires, string package = "presence", string adjusted = "")
    {
        var accepting = FirstAsync(watched);
        var subscribe = watcher.Create(SipMethod.Subscribe, "sip:bob@10.0.0.2", headers =>
        {
            headers["Event"] = package;
            headers["Contact"] = $"<sip:raw@{watcher.HostPort}>";
            headers.Expires = expires;
        });
        await watcher.SendAsync(subscribe, "10.0.0.2");
        var notifier = await (await accepting).AcceptAsync();
        var ok = await watcher.ResponseAsync(200);
        ok.Headers.Expires.Should().Be(expires);
        ok.Headers.Contact.Should().NotBeNull();
        var first = await watcher.RequestAsync(SipMethod.Notify);
        (first.Headers["Subscription-State"], first.Headers["Event"]).Should().Be(($"active;expires={expires}{adjusted}", package));
        watcher.Respond(first, 200);
        await Task.Yield();
        return (notifier, subscribe);
    }
}
