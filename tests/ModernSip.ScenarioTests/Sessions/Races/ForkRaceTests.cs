using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.ScenarioTests.Sessions.Races;

/// <summary>Forks, early BYEs and CANCELs at the caller and at the callee (RFC 5407 appendices A, C and E).</summary>
[Trait("Req", "D3")]
public sealed class ForkRaceTests
{
    [Fact, Trait("Section", "RFC 5407 A")]
    public void Rfc5407_A_ByeInTheEarlyDialog_CalleeAnswersItAndEndsTheInviteWith487() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing);
        var ringing = await scene.Peer.ResponseAsync(180);
        (await scene.AskAsync(scene.Peer.CreateInDialog(SipMethod.Bye, invite, ringing, 2))).Should().Be(200);
        (await scene.Peer.AnswerAsync(invite)).StatusCode.Should().Be(487);
        incoming.Canceled.IsCancellationRequested.Should().BeTrue();
        await FluentActions.Awaiting(() => incoming.AcceptAsync(SipContent.Sdp(Scene.Answer))).Should().ThrowAsync<SipConnectionClosedException>();
    });

    [Fact, Trait("Section", "RFC 5407 A")]
    public void Rfc5407_A_OneForkIsGone_AnotherMakesTheSession() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var reading = Scene.ReadAsync(call);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "A");
        (await scene.AskAsync(scene.Peer.CreateFromCallee(SipMethod.Bye, invite, "A", 1))).Should().Be(200, "not a callee's right, and answered all the same");
        scene.Peer.Respond(invite, 200, "B", body: Scene.Answer);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.To!.Tag.Should().Be("B");
        (await reading).Should().Equal(180, 200);
        (dialog.IsConfirmed, dialog.RemoteTag).Should().Be((true, "B"));
    });

    [Theory, InlineData(false), InlineData(true), Trait("Section", "RFC 5407 C")]
    public void Rfc5407_C_CancelBeforeTheAnswer_Gets200AndTheInvite487(bool isRinging) => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        if (isRinging) await incoming.RespondAsync(SipStatus.Ringing);
        (await scene.AskAsync(RawPeer.CreateCancel(invite))).Should().Be(200);
        (await scene.Peer.AnswerAsync(invite)).StatusCode.Should().Be(487);
        await FluentActions.Awaiting(() => incoming.AcceptAsync(SipContent.Sdp(Scene.Answer))).Should().ThrowAsync<SipConnectionClosedException>();
    });

    [Theory, InlineData(false), InlineData(true), Trait("Section", "RFC 5407 C")]
    public void Rfc5407_C_CancelBehindTheAnswer_Gets200AndChangesNothing(bool isAcknowledged) => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await scene.Peer.ResponseAsync(200);
        var ack = scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1);
        if (isAcknowledged) await scene.SendAsync(ack);
        (await scene.AskAsync(RawPeer.CreateCancel(invite))).Should().Be(200);
        if (!isAcknowledged) await scene.SendAsync(ack);
        (await accepting).IsConfirmed.Should().BeTrue();
    });

    [Fact, Trait("Section", "RFC 5407 E")]
    public void Rfc5407_E_Figure4_TwoRingAndOneAnswers_TheOtherEarlyDialogEndsWithTheInvite() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await AnsweredAsync(scene, "A", "B");
        await scene.World.Pass(31);
        (await scene.AskAsync(scene.Peer.CreateFromCallee(SipMethod.Options, invite, "B", 1))).Should().NotBe(481, "it may still answer");
        await scene.World.Pass(1.5); // timer M, which nobody waits for, may be a little late
        (await scene.AskAsync(scene.Peer.CreateFromCallee(SipMethod.Options, invite, "B", 2))).Should().Be(481);
        (dialog.IsConfirmed, dialog.RemoteTag).Should().Be((true, "A"));
    });

    [Theory, InlineData("B"), InlineData("never rang"), Trait("Section", "RFC 5407 E")]
    public void Rfc5407_E_Figures5And6_AnotherForkAnswersToo_IsAcknowledgedAndEnded(string tag) => Scene.Run(async scene =>
    {
        var (dialog, invite) = await AnsweredAsync(scene, "A", "B");
        await scene.World.Pass(20);
        scene.Peer.Respond(invite, 200, tag.Replace(' ', '-'), body: Scene.Answer);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.To!.Tag.Should().Be(tag.Replace(' ', '-'));
        var bye = await scene.Peer.RequestAsync(SipMethod.Bye);
        bye.Headers.To!.Tag.Should().Be(tag.Replace(' ', '-'));
        scene.Peer.Respond(bye, 200);
        await scene.World.Pass(20);
        (dialog.IsConfirmed, dialog.RemoteTag).Should().Be((true, "A"));
    });

    [Fact, Trait("Section", "RFC 5407 E")]
    public void Rfc5407_E_Figure7_AnotherForkRingsReliablyBehindThe2xx_GetsItsPrack() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await AnsweredAsync(scene, "A");
        scene.Peer.Respond(invite, 180, "B", Reliable);
        var prack = await scene.Peer.RequestAsync(SipMethod.Prack);
        (prack.Headers.To!.Tag, prack.Headers["RAck"]).Should().Be(("B", "7 1 INVITE"));
        scene.Peer.Respond(prack, 200);
        scene.Peer.Respond(invite, 180, "B", Reliable); // a repeat that crossed it
        await scene.World.Pass(31);
        scene.Peer.Requests(SipMethod.Prack).Should().ContainSingle();
        await scene.World.Pass(2);
        (await scene.AskAsync(scene.Peer.CreateFromCallee(SipMethod.Options, invite, "B", 1))).Should().Be(481, "it ends with the INVITE");
        (dialog.IsConfirmed, dialog.RemoteTag).Should().Be((true, "A"));

        static void Reliable(Messages.Headers.SipHeaders headers) => (headers["Require"], headers["RSeq"]) = ("100rel", "7");
    });

    [Fact, Trait("Section", "RFC 3261 14.2")]
    public void Rfc3261_14_2_CalleeSendsAnInviteInTheEarlyDialog_Gets491() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var final = dialog.SendInviteAsync().FinalAsync(); // without an offer, which would be glare by itself
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        (await scene.AskAsync(scene.ReinviteFromCallee(invite, 1))).Should().Be(491);
        scene.Peer.Respond(invite, 486, "b");
        (await final).StatusCode.Should().Be(486);
    });

    /// <summary>Those named ring, and the first answers.</summary>
    private static async Task<(SipInviteDialog Dialog, SipRequest Invite)> AnsweredAsync(Scene scene, params string[] tags)
    {
        var dialog = scene.Call();
        var final = dialog.SendInviteAsync(Scene.Sdp).FinalAsync();
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 100);
        foreach (var tag in tags) scene.Peer.Respond(invite, 180, tag);
        scene.Peer.Respond(invite, 200, tags[0], body: Scene.Answer);
        (await final).StatusCode.Should().Be(200);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.To!.Tag.Should().Be(tags[0]);
        return (dialog, invite);
    }
}
