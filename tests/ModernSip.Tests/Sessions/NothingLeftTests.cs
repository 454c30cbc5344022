using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.ScenarioTests;
using ModernSip.ScenarioTests.Sessions;

namespace ModernSip.Tests.Sessions;

/// <summary>However a call ends, the stack forgets it.</summary>
public sealed class NothingLeftTests
{
    [Fact]
    public void Call_NeverAnswered_LeavesNothing() => Scene.Run(async scene =>
    {
        GC.KeepAlive(scene.Call().SendInviteAsync(Scene.Sdp));
        await scene.World.ShouldBecomeEmptyAsync();
    });

    [Theory, InlineData(486), InlineData(302), InlineData(600)]
    public void Call_Rejected_LeavesNothing(int status) => Scene.Run(async scene =>
    {
        GC.KeepAlive(scene.Call().SendInviteAsync(Scene.Sdp));
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "one");
        scene.Peer.Respond(invite, 180, "two");
        scene.Peer.Respond(invite, status, "two");
        await scene.World.ShouldBecomeEmptyAsync();
    });

    [Theory, InlineData(true), InlineData(false)]
    public void Requests_OverConnections_LeaveNothing(bool breaks)
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var alice = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var bob = await world.CreateClient("10.0.0.2").ConnectAsync();
            var listening = bob.IncomingAsync(); // from here on requests wait for an answer; OPTIONS would get one from the stack
            GC.KeepAlive(listening);
            var waiting = Enumerable.Range(0, 5).Select(_ => alice.SendAsync(SipRequest.Message("sip:bob@10.0.0.2;transport=tcp", "hello")).FinalAsync()).ToList();
            await world.Pass(1);
            if (breaks) world.Hosts["10.0.0.2"].ResetConnections();
            foreach (var one in waiting)
            {
                if (breaks) await FluentActions.Awaiting(() => one).Should().ThrowAsync<SipTransportException>();
                else (await one).StatusCode.Should().Be(500, "the application does not answer");
            }

            await world.ShouldBecomeEmptyAsync();
        });
    }

    [Fact]
    public void Call_WithoutNetwork_LeavesNothing() => Scene.Run(async scene =>
    {
        scene.World.Hosts["10.0.0.1"].IsUp = false;
        GC.KeepAlive(scene.Call().SendInviteAsync(Scene.Sdp));
        await scene.World.ShouldBecomeEmptyAsync(1);
    });

    [Fact]
    public void Call_ThatRingsForEver_LeavesNothing() => Scene.Run(async scene =>
    {
        GC.KeepAlive(scene.Call().SendInviteAsync(Scene.Sdp));
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 180, "b");
        await scene.World.ShouldBecomeEmptyAsync(300);
    });

    [Fact]
    public void Call_CancelledAtAPeerThatKeepsRinging_LeavesNothing() => Scene.Run(async scene =>
    {
        var call = scene.Call().SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        GC.KeepAlive(call.CancelAsync());
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Cancel), 200);
        for (var i = 0; i < 20; i++)
        {
            await scene.World.Pass(5);
            scene.Peer.Respond(invite, 180, "b");
        }

        await scene.World.ShouldBecomeEmptyAsync(1);
    });

    [Fact]
    public void Call_NeverReadByTheApplication_IsEndedAndLeavesNothing() => Scene.Run(async scene =>
    {
        GC.KeepAlive(scene.Call().SendInviteAsync(Scene.Sdp));
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 200, "one", body: Scene.Answer);
        scene.Peer.Respond(invite, 200, "two", body: Scene.Answer);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await scene.World.ShouldBecomeEmptyAsync();
    });

    [Fact]
    public void Call_CrossedByLateSuccesses_LeavesNothing() => Scene.Run(async scene =>
    {
        var call = scene.Call().SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        GC.KeepAlive(call.CancelAsync());
        await scene.World.Pass(33);
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await scene.World.ShouldBecomeEmptyAsync();
    });

    [Fact]
    public void Call_MetByGlareAndHungUpMeanwhile_LeavesNothing() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var change = dialog.SendInviteAsync(Scene.Sdp);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 491);
        await scene.World.Pass(0.5);
        var hangingUp = dialog.SendByeAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await hangingUp;
        (await Scene.ReadAsync(change)).Should().Equal(491);
        await scene.World.ShouldBecomeEmptyAsync();
    });

    [Fact]
    public void IncomingCall_NeverAcknowledged_LeavesNothing() => Scene.Run(async scene =>
    {
        var (incoming, _) = await scene.ReceiveAsync();
        await FluentActions.Awaiting(() => incoming.AcceptAsync(SipContent.Sdp(Scene.Answer))).Should().ThrowAsync<SipTimeoutException>();
        await scene.World.ShouldBecomeEmptyAsync();
    });

    [Fact]
    public void IncomingCall_CancelledOrNeverAnswered_LeavesNothing() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing);
        await scene.Peer.SendAsync(RawPeer.CreateCancel(invite), "10.0.0.1");
        var (other, _) = await scene.ReceiveAsync();
        await other.RespondAsync(SipStatus.Ringing);
        await scene.World.ShouldBecomeEmptyAsync(300);
    });

    [Fact]
    public void IncomingCall_EndedInEveryWay_LeavesNothing() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        GC.KeepAlive(dialog.IncomingAsync());
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Invite, invite, ok, 2, headers => headers["Contact"] = invite.Headers["Contact"]), "10.0.0.1");
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Bye, invite, ok, 3), "10.0.0.1");
        await scene.World.ShouldBecomeEmptyAsync();
    });
}
