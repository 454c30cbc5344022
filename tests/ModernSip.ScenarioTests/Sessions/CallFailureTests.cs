using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>Calls that come to nothing: the stream and the task tell why.</summary>
[Trait("Req", "D1")]
public sealed class CallFailureTests
{
    [Fact]
    public void Invite_NeverAnswered_TimesOutAfter64T1() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        await FluentActions.Awaiting(() => Scene.ReadAsync(call)).Should().ThrowAsync<SipTimeoutException>();
        scene.World.Now.TotalSeconds.Should().BeApproximately(32, 0.1);
        scene.Peer.Arrivals(message => message is SipRequest { Method.Name: "INVITE" }).Select(at => Math.Round(at.TotalSeconds, 1))
            .Should().Equal(0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Timeout);
    });

    [Fact]
    public void FinalAsync_NeverAnswered_Throws() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        await FluentActions.Awaiting(() => call.FinalAsync()).Should().ThrowAsync<SipTimeoutException>();
    });

    [Fact]
    public void FinalAsync_Alone_GivesTheFinalResponseAndAcknowledges() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        await scene.World.Pass(1);
        scene.Peer.Requests(SipMethod.Ack).Should().HaveCount(1);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void FinalAsync_Rejected_GivesTheResponse() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var final = dialog.SendInviteAsync(Scene.Sdp).FinalAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 603, "b");
        (await final).Status.Should().Be(SipStatus.Decline);
    });

    [Fact]
    public void Invite_HostWithoutNetwork_FailsWithTransportException() => Scene.Run(async scene =>
    {
        scene.World.Hosts["10.0.0.1"].IsUp = false;
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        await FluentActions.Awaiting(() => Scene.ReadAsync(call)).Should().ThrowAsync<SipTransportException>();
        scene.World.Now.Should().Be(TimeSpan.Zero);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Error);
    });

    [Fact]
    public void Invite_TcpRefused_FailsWithTransportException() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Connection.CreateInviteDialog("sip:raw@10.0.0.2;transport=tcp");
        var call = dialog.SendInviteAsync(Scene.Sdp);
        await FluentActions.Awaiting(() => call.FinalAsync()).Should().ThrowAsync<SipTransportException>();
        scene.World.Now.TotalSeconds.Should().BeLessThan(1);
    });

    [Fact]
    public void Invite_ConnectionClosedMeanwhile_FailsWithConnectionClosed() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var reading = Scene.ReadAsync(dialog.SendInviteAsync(Scene.Sdp));
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 180, "b");
        await scene.World.Pass(1);
        await scene.Connection.DisposeAsync();
        await FluentActions.Awaiting(() => reading).Should().ThrowAsync<SipConnectionClosedException>();
        await dialog.DisposeAsync();
    });

    [Fact]
    public void Invite_OnAClosedConnection_ThrowsAtTheCall() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        await scene.Connection.DisposeAsync();
        dialog.Invoking(call => call.SendInviteAsync(Scene.Sdp)).Should().Throw<SipConnectionClosedException>();
        await dialog.DisposeAsync();
    });

    [Fact]
    public void Invite_SentTwice_ThrowsAtTheCall() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        GC.KeepAlive(dialog.SendInviteAsync(Scene.Sdp));
        dialog.Invoking(call => call.SendInviteAsync(Scene.Sdp)).Should().Throw<InvalidOperationException>();
    });
}
