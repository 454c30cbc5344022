using ModernSip.Messages;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>One INVITE, several callees: each To tag is a dialog (RFC 3261 §13.2.2.4).</summary>
[Trait("Req", "D3")]
public sealed class ForkingTests
{
    [Fact]
    public void Provisionals_OfTwoForks_AreToldApartInOneStream() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "one");
        scene.Peer.Respond(invite, 183, "two");
        scene.Peer.Respond(invite, 200, "two", body: Scene.Answer);
        var seen = new List<(int, string?)>();
        await foreach (var response in call)
        {
            seen.Add((response.StatusCode, response.Headers.To!.Tag));
            if (response.IsSuccess) break;
        }

        seen.Should().Equal((180, "one"), (183, "two"), (200, "two"));
        dialog.RemoteTag.Should().Be("two");
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Success_OfCalleeThatNeverRang_ReachesTheApplication() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        (await Scene.FirstAsync(call)).StatusCode.Should().Be(200);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.To!.Tag.Should().Be("b");
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void LaterSuccess_AfterLeavingTheLoop_IsAcknowledgedAndEnded() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "one");
        scene.Peer.Respond(invite, 180, "two");
        scene.Peer.Respond(invite, 200, "one", body: Scene.Answer);
        await foreach (var response in call)
        {
            if (response.IsSuccess) break;
        }

        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.To!.Tag.Should().Be("one");
        scene.Peer.Respond(invite, 200, "two", body: Scene.Answer);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.To!.Tag.Should().Be("two");
        var bye = await scene.Peer.RequestAsync(SipMethod.Bye);
        bye.Headers.To!.Tag.Should().Be("two");
        scene.Peer.Respond(bye, 200);
        await scene.World.Pass(1);
        dialog.IsConfirmed.Should().BeTrue("the first fork's session stays");
        dialog.RemoteTag.Should().Be("one");
    });

    [Fact]
    public void LaterSuccess_AfterFinalAsync_IsAcknowledgedAndEnded() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        scene.Peer.Respond(invite, 200, "late", body: Scene.Answer);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.To!.Tag.Should().Be("late");
        (await scene.Peer.RequestAsync(SipMethod.Bye)).Headers.To!.Tag.Should().Be("late");
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void TwoSuccesses_BothTaken_AreTwoSessions() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 200, "one", body: Scene.Answer);
        scene.Peer.Respond(invite, 200, "two", body: Scene.Answer);
        SipInviteDialog? other = null;
        await foreach (var response in call)
        {
            if (response.Headers.To!.Tag == "two") other = await dialog.TakeForkAsync(response);
        }

        dialog.RemoteTag.Should().Be("one");
        other!.RemoteTag.Should().Be("two");
        scene.Peer.Requests(SipMethod.Ack).Select(ack => ack.Headers.To!.Tag).Should().Equal("one", "two");
        scene.Peer.Requests(SipMethod.Bye).Should().BeEmpty();
        (dialog.IsConfirmed, other.IsConfirmed).Should().Be((true, true));

        var hangingUp = other.DisposeAsync();
        var bye = await scene.Peer.RequestAsync(SipMethod.Bye);
        bye.Headers.To!.Tag.Should().Be("two");
        scene.Peer.Respond(bye, 200);
        await hangingUp;
        (dialog.IsConfirmed, other.IsConfirmed).Should().Be((true, false));
    });

    [Fact]
    public void TwoSuccesses_SecondNotTaken_IsEndedWithTheLoop() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 200, "one", body: Scene.Answer);
        scene.Peer.Respond(invite, 200, "two", body: Scene.Answer);
        (await Scene.ReadAsync(call)).Should().Equal(200, 200);
        (await scene.Peer.RequestAsync(SipMethod.Bye)).Headers.To!.Tag.Should().Be("two");
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Stream_AfterFirstSuccess_EndsAfter64T1() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        await scene.World.Pass(3);
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        (await Scene.ReadAsync(call)).Should().Equal(200);
        scene.World.Now.TotalSeconds.Should().BeApproximately(3 + 32, 0.1);
    });

    [Fact]
    public void Stream_AfterFailure_EndsAtOnce() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        scene.Peer.Respond(invite, 486, "b");
        (await Scene.ReadAsync(call)).Should().Equal(180, 486);
        scene.World.Now.TotalSeconds.Should().BeLessThan(0.1);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers["Via"].Should().Be(invite.Headers["Via"]!.Replace(";rport=5060", ";rport").Replace(";received=10.0.0.1", ""));
        (await dialog.Completion).Should().Match<ModernSip.Sessions.SipDialogOutcome>(outcome => outcome.Cause == ModernSip.Sessions.SipDialogEnd.Rejected && outcome.Status == SipStatus.BusyHere);
    });

    [Fact]
    public void Enumeration_SecondTime_Throws() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 486, "b");
        await Scene.ReadAsync(call);
        await FluentActions.Awaiting(() => Scene.ReadAsync(call)).Should().ThrowAsync<InvalidOperationException>();
    });

    [Theory, InlineData(true), InlineData(false)]
    public void Success_WithoutContactOrTag_StillMakesASession(bool hasTag) => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 200, hasTag ? "b" : null, headers => headers.Remove("Contact"), Scene.Answer);
        (await call.FinalAsync()).StatusCode.Should().Be(200);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).RequestUri.Should().Be(invite.RequestUri);
        var hangingUp = dialog.DisposeAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await hangingUp;
    });
}
