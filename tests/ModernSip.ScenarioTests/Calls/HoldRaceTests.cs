using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.ScenarioTests.Sessions;
using ModernSip.Sdp;
using ModernSip.Sessions;
using static FluentAssertions.FluentActions;

namespace ModernSip.ScenarioTests.Calls;

/// <summary>Hold, resume and hang up at the wrong moment: against a scripted peer, which answers when the test wants it to.</summary>
[Trait("Req", "D8"), Trait("Req", "D12")]
public sealed class HoldRaceTests
{
    private static readonly string Theirs = SdpSession.CreateAudioOffer(System.Net.IPAddress.Parse("10.0.0.2"), 5_000, sessionId: 7).ToString();

    [Fact]
    public void Hold_CancelledAndCrossedByTheAnswer_IsHeldAndCanBeResumed() => Run(async (scene, call, _) =>
    {
        using var giveUp = new CancellationTokenSource();
        var holding = call.HoldAsync(giveUp.Token);
        var reinvite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(reinvite, 180);
        await scene.World.Pass(0.1);
        giveUp.Cancel();
        await Awaiting(() => holding).Should().ThrowAsync<OperationCanceledException>();
        call.IsHeld.Should().BeFalse("nobody has agreed");
        Accept(scene, reinvite);
        await scene.World.Pass(1);
        call.IsHeld.Should().BeTrue("the answer was faster than the CANCEL");
        CallScene.DirectionOf(call.LocalDescription).Should().Be(SdpDirection.SendOnly);

        var resuming = call.ResumeAsync();
        Accept(scene, await scene.Peer.RequestAsync(SipMethod.Invite));
        await resuming;
        call.IsHeld.Should().BeFalse();
        CallScene.DirectionOf(call.LocalDescription).Should().Be(SdpDirection.SendReceive);
    });

    [Fact]
    public void Hold_CancelledAndGiven487_IsNotHeldAndTheNextOneIs() => Run(async (scene, call, _) =>
    {
        using var giveUp = new CancellationTokenSource();
        var holding = call.HoldAsync(giveUp.Token);
        var reinvite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(reinvite, 180);
        await scene.World.Pass(0.1);
        giveUp.Cancel();
        await Awaiting(() => holding).Should().ThrowAsync<OperationCanceledException>();
        var again = call.HoldAsync(); // at once: it waits until the first is through
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Cancel), 200);
        scene.Peer.Respond(reinvite, 487);
        Accept(scene, await scene.Peer.RequestAsync(SipMethod.Invite));
        await again;
        call.IsHeld.Should().BeTrue();
    });

    [Fact]
    public void Reinvite_WithoutOfferAnsweredInTheAck_ShowsThePeersHoldAtOnce() => Run(async (scene, call, invite) =>
    {
        var events = call.EventsAsync().GetAsyncEnumerator();
        var next = CallScene.NextAsync(events);
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Invite, invite, "b", 1, Contact), "10.0.0.1");
        var offer = await scene.Peer.ResponseAsync(200);
        var ack = scene.Peer.CreateFromCallee(SipMethod.Ack, invite, "b", 1);
        ack.Content = AnswerTo(offer, SdpDirection.SendOnly);
        await scene.World.Pass(0.1);
        call.IsHeldByPeer.Should().BeFalse();
        await scene.Peer.SendAsync(ack, "10.0.0.1");
        (await next).Should().BeOfType<SipCallHeld>();
        call.IsHeldByPeer.Should().BeTrue();
    });

    [Fact]
    public void Hold_WhileThePeersOfferlessReinviteAwaitsItsAck_WaitsForIt() => Run(async (scene, call, invite) =>
    {
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Invite, invite, "b", 1, Contact), "10.0.0.1");
        var offer = await scene.Peer.ResponseAsync(200);
        var holding = call.HoldAsync();
        await scene.World.Pass(0.1);
        holding.IsCompleted.Should().BeFalse();
        var ack = scene.Peer.CreateFromCallee(SipMethod.Ack, invite, "b", 1);
        ack.Content = AnswerTo(offer, SdpDirection.SendReceive);
        await scene.Peer.SendAsync(ack, "10.0.0.1");
        Accept(scene, await scene.Peer.RequestAsync(SipMethod.Invite));
        await holding;
        call.IsHeld.Should().BeTrue();
    });

    [Fact]
    public void Hold_WhileTheSessionIsRefreshed_WaitsForThat() => Run(
        async (scene, call, _) =>
        {
            var refresh = await scene.Peer.RequestAsync(SipMethod.Invite);
            var holding = call.HoldAsync();
            await scene.World.Pass(0.1);
            Accept(scene, refresh);
            Accept(scene, await scene.Peer.RequestAsync(SipMethod.Invite));
            await holding;
            call.IsHeld.Should().BeTrue();
        },
        static options => options.SessionExpires = TimeSpan.FromSeconds(90),
        "90;refresher=uac");

    [Fact]
    public void HoldAndResume_AskedForAtOnce_AreDoneOneAfterTheOther() => Run(async (scene, call, _) =>
    {
        Task[] changes = [call.HoldAsync(), call.ResumeAsync(), call.HoldAsync(), call.HoldAsync()];
        foreach (var direction in new[] { SdpDirection.SendOnly, SdpDirection.SendReceive, SdpDirection.SendOnly })
        {
            var reinvite = await scene.Peer.RequestAsync(SipMethod.Invite);
            CallScene.DirectionOf(reinvite.Content).Should().Be(direction);
            await scene.World.Pass(0.1);
            Accept(scene, reinvite);
        }

        await Task.WhenAll(changes);
        call.IsHeld.Should().BeTrue();
        scene.Peer.Requests(SipMethod.Invite).Should().HaveCount(4);
    });

    [Theory, InlineData(100, 487), InlineData(180, 481), InlineData(180, 200), InlineData(180, 0), InlineData(0, 0)]
    public void HangUp_WhileAHoldIsUnderWay_EndsBoth(int provisional, int final) => Run(async (scene, call, _) =>
    {
        var holding = call.HoldAsync();
        var reinvite = await scene.Peer.RequestAsync(SipMethod.Invite);
        if (provisional > 0) scene.Peer.Respond(reinvite, provisional);
        await scene.World.Pass(0.1);
        var hangingUp = call.HangUpAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        if (final == 200) Accept(scene, reinvite);
        else if (final > 0) scene.Peer.Respond(reinvite, final);
        await hangingUp;
        (await call.Completion).Cause.Should().Be(SipDialogEnd.LocalBye);
        if (final == 200) await holding;
        else await Awaiting(() => holding.WaitAsync(TimeSpan.FromSeconds(60), scene.World.Simulation.Time)).Should().ThrowAsync<SipException>();
        call.IsHeld.Should().Be(final == 200);
        await call.DisposeAsync();
        if (final == 200) await scene.Peer.RequestAsync(SipMethod.Ack);
    });

    [Fact]
    public void Hold_OfACallThatHasEnded_ThrowsAtTheCall() => Run(async (scene, call, invite) =>
    {
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Bye, invite, "b", 1), "10.0.0.1");
        await call.Completion;
        await Awaiting(() => call.HoldAsync()).Should().ThrowAsync<InvalidOperationException>();
        await Awaiting(() => call.SendDtmfAsync("1")).Should().ThrowAsync<InvalidOperationException>();
        await Awaiting(() => call.TransferAsync("sip:c@10.0.0.3")).Should().ThrowAsync<InvalidOperationException>();
        await call.HangUpAsync();
        call.IsHeld.Should().BeFalse();
    });

    private static void Run(Func<Scene, SipCall, SipRequest, Task> test, Action<SipClientOptions>? configure = null, string? sessionExpires = null) => Scene.Run(
        async scene =>
        {
            var calling = scene.Connection.CallAsync("sip:raw@10.0.0.2", CallScene.Offer);
            var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
            Accept(scene, invite, "b", sessionExpires);
            var call = await calling;
            await scene.Peer.RequestAsync(SipMethod.Ack);
            await test(scene, call, invite);
        },
        configure);

    private static void Accept(Scene scene, SipRequest invite, string? tag = null, string? sessionExpires = null) => scene.Peer.Respond(invite, 200, tag, headers => headers["Session-Expires"] = sessionExpires, Answer(invite.Content!));

    /// <summary>The peer's answer, the other way round.</summary>
    private static string Answer(SipContent offer)
    {
        var session = SdpSession.Parse(System.Text.Encoding.UTF8.GetBytes(Theirs));
        return (session with { Media = [session.Media[0].WithDirection(CallScene.DirectionOf(offer) == SdpDirection.SendOnly ? SdpDirection.ReceiveOnly : SdpDirection.SendReceive)] }).ToString();
    }

    private static SipContent AnswerTo(SipResponse offer, SdpDirection direction)
    {
        offer.Content.Should().NotBeNull("an INVITE without an offer asks for one");
        var session = SdpSession.Parse(System.Text.Encoding.UTF8.GetBytes(Theirs));
        return SipContent.Sdp((session with { Media = [session.Media[0].WithDirection(direction)] }).ToString());
    }

    private static void Contact(SipHeaders headers) => headers["Contact"] = "<sip:raw@10.0.0.2:5060>";
}
