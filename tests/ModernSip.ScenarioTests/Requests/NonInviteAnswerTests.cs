using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.ScenarioTests.Requests;

/// <summary>What may be answered to a request other than INVITE, and when (RFC 4320 §4).</summary>
[Trait("Req", "B5")]
public sealed class NonInviteAnswerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rfc4320_4_1_NotAnswered_Gets100WhenTimerEReachesT2OverAnyTransport(bool tcp)
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var peer = await RawPeer.BindAsync(world, "10.0.0.2", tcp: tcp);
            var next = NextAsync(connection);
            var sent = world.Now;
            await peer.SendAsync(peer.Create(SipMethod.Message, "sip:alice@10.0.0.1", via: $"SIP/2.0/{(tcp ? "TCP" : "UDP")} 10.0.0.2:5060;branch=z9hG4bK-slow;rport"), "10.0.0.1");
            var incoming = await next;

            await peer.ResponseAsync(100);
            (world.Now - sent).Should().BeCloseTo(TimeSpan.FromSeconds(3.5), TimeSpan.FromMilliseconds(100), "0.5 + 1 + 2 s, and not before");
            await incoming.RespondAsync(SipStatus.Ok);
            await peer.ResponseAsync(200);
            peer.Received.Should().HaveCount(2);
        });
    }

    [Theory]
    [InlineData(180)]
    [InlineData(183)]
    [InlineData(199)]
    [InlineData(408)]
    public void Rfc4320_4_ProvisionalOr408ByTheApplication_IsAnArgumentErrorThatSaysWhy(int status)
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var peer = await RawPeer.BindAsync(world, "10.0.0.2");
            var next = NextAsync(connection);
            await peer.SendAsync(peer.Create(SipMethod.Info, "sip:alice@10.0.0.1"), "10.0.0.1");
            var incoming = await next;

            await FluentActions.Awaiting(() => incoming.RespondAsync(new SipStatus(status))).Should().ThrowAsync<ArgumentException>().WithMessage("*INVITE*INFO*RFC 4320*");
            await incoming.RespondAsync(SipStatus.Ok);
            await peer.ResponseAsync(200);
            peer.Received.Should().ContainSingle();
        });
    }

    [Fact]
    public void Rfc4320_4_2_NextElementAnswersTooLate_NothingIsSentBack() => Forward(async (forwarding, caller, target, world) =>
    {
        var passedOn = await target.RequestAsync(SipMethod.Message);
        await world.Pass(35);
        target.Respond(passedOn, 200);
        (await forwarding).StatusCode.Should().Be(408, "that is what the proxy has to tell, to its application only");
        await world.Pass(100);
        caller.Received.Select(static entry => ((SipResponse)entry.Message).StatusCode).Should().Equal(100);
    });

    [Fact]
    public void Rfc4320_4_2_NextElementAnswers408_ItIsNotPassedBack() => Forward(async (forwarding, caller, target, world) =>
    {
        target.Respond(await target.RequestAsync(SipMethod.Message), 408);
        (await forwarding).StatusCode.Should().Be(408);
        await world.Pass(100);
        caller.Received.Select(static entry => ((SipResponse)entry.Message).StatusCode).Should().Equal(100);
    });

    [Fact]
    public void Rfc4320_4_1_NextElementSends183_ItIsNotPassedBack() => Forward(async (forwarding, caller, target, world) =>
    {
        var passedOn = await target.RequestAsync(SipMethod.Message);
        target.Respond(passedOn, 183, "b");
        await world.Pass(1);
        target.Respond(passedOn, 202, "b");
        (await forwarding).StatusCode.Should().Be(202);
        await caller.ResponseAsync(202);
        caller.Received.Should().ContainSingle();
    });

    [Fact]
    public void Rfc4320_4_2_AnsweredByTheApplicationTooLate_IsNotSent()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var peer = await RawPeer.BindAsync(world, "10.0.0.2");
            var next = NextAsync(connection);
            await peer.SendAsync(peer.Create(SipMethod.Message, "sip:alice@10.0.0.1"), "10.0.0.1");
            var incoming = await next;
            await world.Pass(40);

            incoming.Canceled.IsCancellationRequested.Should().BeTrue();
            await incoming.RespondAsync(SipStatus.Ok);
            await world.Pass(1);
            peer.Received.Select(static entry => ((SipResponse)entry.Message).StatusCode).Should().Equal(100, 500);
            peer.Received[^1].At.Should().BeLessThan(TimeSpan.FromSeconds(32), "behind 64*T1 nobody listens");
        });
    }

    private static void Forward(Func<Task<SipResponse>, RawPeer, RawPeer, World, Task> test)
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var caller = await RawPeer.BindAsync(world, "10.0.0.2");
            var target = await RawPeer.BindAsync(world, "10.0.0.3");
            var next = NextAsync(connection);
            await caller.SendAsync(caller.Create(SipMethod.Message, "sip:alice@10.0.0.1"), "10.0.0.1");
            await test(connection.ForwardAsync(await next, "sip:bob@10.0.0.3"), caller, target, world);
        });
    }

    private static async Task<SipIncomingRequest> NextAsync(SipConnection connection)
    {
        await foreach (var incoming in connection.IncomingAsync()) return incoming;
        throw new SipConnectionClosedException("nothing came");
    }
}
