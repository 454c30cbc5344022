using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>Giving an INVITE up (RFC 3261 §9.1).</summary>
[Trait("Req", "D4")]
public sealed class CancelTests
{
    [Fact]
    public void Token_WhileRinging_SendsCancelAndThrowsWithThatToken() => Scene.Run(async scene =>
    {
        using var giveUp = new CancellationTokenSource();
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp, giveUp.Token);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        var reading = Scene.ReadAsync(call);
        await scene.World.Pass(2);
        giveUp.Cancel(); // here and now: on the pool it would race the virtual clock
        var thrown = await FluentActions.Awaiting(() => reading).Should().ThrowAsync<OperationCanceledException>();
        thrown.Which.CancellationToken.Should().Be(giveUp.Token);
        scene.World.Now.TotalSeconds.Should().BeApproximately(2, 0.1, "the application does not wait for the peer");
        var cancel = await scene.Peer.RequestAsync(SipMethod.Cancel);
        cancel.RequestUri.Should().Be(invite.RequestUri);
        cancel.Headers.Via!.Branch.Should().Be(invite.Headers.Via!.Branch);
        cancel.Headers.CSeq!.Value.Number.Should().Be(invite.Headers.CSeq!.Value.Number);
        cancel.Headers.To!.Tag.Should().BeNull();
        scene.Peer.Respond(cancel, 200);
        scene.Peer.Respond(invite, 487, "b");
        await scene.Peer.RequestAsync(SipMethod.Ack);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Canceled);
    });

    [Fact]
    public void Token_WhileFinalIsAwaited_ThrowsWithThatToken() => Scene.Run(async scene =>
    {
        using var giveUp = new CancellationTokenSource();
        await using var dialog = scene.Call();
        var final = dialog.SendInviteAsync(Scene.Sdp, giveUp.Token).FinalAsync();
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        await scene.World.Pass(1);
        giveUp.Cancel(); // here and now: on the pool it would race the virtual clock
        (await FluentActions.Awaiting(() => final).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(giveUp.Token);
        await scene.Peer.RequestAsync(SipMethod.Cancel);
        scene.Peer.Respond(invite, 487, "b");
    });

    [Fact]
    public void Token_CancelledBefore_SendsNothing() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        dialog.Invoking(call => call.SendInviteAsync(Scene.Sdp, new CancellationToken(true))).Should().Throw<OperationCanceledException>();
        await scene.World.Pass(1);
        scene.Peer.Received.Should().BeEmpty();
    });

    [Fact]
    public void LeavingTheLoop_BeforeAFinalResponse_SendsCancel() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        (await Scene.FirstAsync(call)).StatusCode.Should().Be(180);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Cancel), 200);
        scene.Peer.Respond(invite, 487, "b");
        await scene.Peer.RequestAsync(SipMethod.Ack);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Canceled);
    });

    [Fact]
    public void Cancel_BeforeAnyProvisional_WaitsForOne() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        var cancelling = call.CancelAsync();
        await scene.World.Pass(3);
        scene.Peer.Requests(SipMethod.Cancel).Should().BeEmpty();
        scene.Peer.Respond(invite, 100);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Cancel), 200);
        cancelling.IsCompleted.Should().BeFalse();
        scene.Peer.Respond(invite, 487, "b");
        await cancelling;
        (await Scene.ReadAsync(call)).Should().Equal(100, 487);
        scene.Peer.Requests(SipMethod.Cancel).Should().HaveCount(1);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Canceled);
    });

    [Fact]
    public void Cancel_CrossedByASuccess_AcknowledgesAndEndsIt() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        await scene.World.Pass(1);
        var cancelling = call.CancelAsync();
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        await cancelling;
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.To!.Tag.Should().Be("b");
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Canceled);
        (await Scene.ReadAsync(call)).Should().Equal(180, 487);
        dialog.IsConfirmed.Should().BeFalse();
    });

    [Fact]
    public void Cancel_AfterTheSuccess_ChangesNothing() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 200, "b", body: Scene.Answer);
        (await Scene.FirstAsync(call)).StatusCode.Should().Be(200);
        await call.CancelAsync();
        await scene.World.Pass(1);
        scene.Peer.Requests(SipMethod.Cancel).Should().BeEmpty();
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Cancel_PeerNeverAnswersTheInvite_EndsAfter64T1() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        await scene.World.Pass(1);
        var cancelling = call.CancelAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Cancel), 200);
        await cancelling;
        scene.World.Now.TotalSeconds.Should().BeApproximately(33, 0.1);
        await FluentActions.Awaiting(() => Scene.ReadAsync(call)).Should().ThrowAsync<SipTimeoutException>();

        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer); // a callee that answers after all is not left alone
        await scene.Peer.RequestAsync(SipMethod.Ack);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
    });

    [Fact]
    public void Token_AfterTheFinalResponse_ChangesNothing() => Scene.Run(async scene =>
    {
        using var giveUp = new CancellationTokenSource();
        var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp, giveUp.Token);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 200, "b", body: Scene.Answer);
        await call.FinalAsync();
        giveUp.Cancel(); // here and now: on the pool it would race the virtual clock
        await scene.World.Pass(60);
        scene.Peer.Requests(SipMethod.Cancel).Should().BeEmpty();
        scene.Peer.Requests(SipMethod.Bye).Should().BeEmpty();
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void TokenOfTheWaiting_StopsTheWaitingAlone() => Scene.Run(async scene =>
    {
        using var stop = new CancellationTokenSource();
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        var waiting = call.FinalAsync(stop.Token);
        stop.Cancel(); // here and now: on the pool it would race the virtual clock
        await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<OperationCanceledException>();
        await scene.World.Pass(1);
        scene.Peer.Requests(SipMethod.Cancel).Should().BeEmpty();
        scene.Peer.Respond(invite, 486, "b");
        (await call.FinalAsync()).StatusCode.Should().Be(486);
    });

    [Fact]
    public void Cancel_WhileConnecting_EndsAtOnce()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var other = world.Network.CreateHost("10.0.0.2");
            world.Network.Disconnect(world.Hosts["10.0.0.1"], other);
            await using var dialog = connection.CreateInviteDialog("sip:raw@10.0.0.2;transport=tcp");
            var call = dialog.SendInviteAsync(Scene.Sdp);
            await world.Pass(1);
            await call.CancelAsync();
            world.Now.TotalSeconds.Should().BeApproximately(1, 0.1);
            (await Scene.ReadAsync(call)).Should().Equal(487);
            (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Canceled);
        });
    }

    [Fact]
    public void Callee_ThatRingsForEver_IsCancelledWhenGivenUp() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        await FluentActions.Awaiting(() => Scene.ReadAsync(call)).Should().ThrowAsync<SipTimeoutException>();
        scene.World.Now.TotalMinutes.Should().BeApproximately(3, 0.01);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Cancel), 200);
        scene.Peer.Respond(invite, 487, "b");
        await scene.Peer.RequestAsync(SipMethod.Ack);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Timeout);
    });
}
