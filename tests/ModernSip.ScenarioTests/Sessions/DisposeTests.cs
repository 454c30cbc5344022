using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>Disposing a dialog hangs up in the way that its state asks for; never throws, never hangs.</summary>
[Trait("Req", "D8"), Trait("Req", "A8")]
public sealed class DisposeTests
{
    [Fact]
    public void Dispose_NeverSent_SendsNothing() => Scene.Run(async scene =>
    {
        await scene.Call().DisposeAsync();
        await scene.World.Pass(1);
        scene.Peer.Received.Should().BeEmpty();
    });

    [Fact]
    public void Dispose_Unanswered_EndsWithTimerB() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        GC.KeepAlive(dialog.SendInviteAsync(Scene.Sdp));
        await dialog.DisposeAsync();
        scene.World.Now.TotalSeconds.Should().BeApproximately(32, 0.1);
    });

    [Fact]
    public void Dispose_Ringing_Cancels() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        GC.KeepAlive(dialog.SendInviteAsync(Scene.Sdp));
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        await scene.World.Pass(1);
        var disposing = dialog.DisposeAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Cancel), 200);
        scene.Peer.Respond(invite, 487, "b");
        await disposing;
        await dialog.DisposeAsync();
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Canceled);
    });

    [Fact]
    public void Dispose_AsTheAnswerArrives_HangsUp() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        GC.KeepAlive(dialog.SendInviteAsync(Scene.Sdp));
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        await scene.World.Pass(1);
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        var disposing = dialog.DisposeAsync();
        await scene.Peer.RequestAsync(SipMethod.Ack);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await disposing;
    });

    [Theory, InlineData(true), InlineData(false)]
    public void Dispose_AnsweredButNotRead_AcknowledgesAndHangsUp(bool hasOffer) => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        GC.KeepAlive(dialog.SendInviteAsync(hasOffer ? Scene.Sdp : null));
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 200, "b", body: Scene.Answer);
        await scene.World.Pass(1);
        var disposing = dialog.DisposeAsync();
        await scene.Peer.RequestAsync(SipMethod.Ack);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await disposing;
    });

    [Fact]
    public void Dispose_Confirmed_SendsOneBye() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var disposing = dialog.DisposeAsync();
        var again = dialog.DisposeAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await disposing;
        await again;
        await scene.World.Pass(1);
        scene.Peer.Requests(SipMethod.Bye).Should().HaveCount(1);
    });

    [Fact]
    public void Dispose_WithAReinviteUnderWay_HangsUp() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        GC.KeepAlive(dialog.SendInviteAsync(Scene.Sdp));
        var reinvite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(reinvite, 100);
        await scene.World.Pass(1);
        var disposing = dialog.DisposeAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Cancel), 200);
        scene.Peer.Respond(reinvite, 487);
        await disposing;
    });

    [Fact]
    public void Dispose_Rejected_SendsNothingMore() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var final = dialog.SendInviteAsync(Scene.Sdp).FinalAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 486, "b");
        await final;
        await dialog.DisposeAsync();
        scene.Peer.Requests(SipMethod.Bye).Should().BeEmpty();
    });

    [Fact]
    public void Dispose_AfterTheConnection_DoesNothing() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        await scene.Connection.DisposeAsync();
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Error);
        await dialog.DisposeAsync();
        dialog.Invoking(ended => ended.SendAsync(SipMethod.Info)).Should().Throw<Exception>();
    });

    [Fact]
    public void Connection_ClosedWhileRinging_CancelsTheCall() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var reading = Scene.ReadAsync(dialog.SendInviteAsync(Scene.Sdp));
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 180, "b");
        await scene.World.Pass(1);
        await scene.Connection.DisposeAsync();
        await scene.Peer.RequestAsync(SipMethod.Cancel);
        await FluentActions.Awaiting(() => reading).Should().ThrowAsync<SipConnectionClosedException>();
    });
}
