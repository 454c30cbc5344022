using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Sessions.Races;

/// <summary>Messages that arrive between the 2xx and its ACK (RFC 5407 §3.1), each seen from this side.</summary>
[Trait("Req", "D8")]
public sealed class MoratoriumTests
{
    [Fact, Trait("Section", "RFC 5407 3.1.1")]
    public void Rfc5407_3_1_1_CalleeGetsTheInviteOnceMoreBehindIts2xx_AnswersOnce() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing); // lost
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await scene.Peer.ResponseAsync(200);
        await scene.SendAsync(invite);
        await scene.World.Pass(0.1);
        scene.Peer.Responses(200).Should().ContainSingle("its repeat answers the repeat");
        await scene.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1));
        (await accepting).IsConfirmed.Should().BeTrue();
        await scene.SendAsync(invite);
        await scene.World.Pass(10);
        scene.Peer.Responses(200).Should().ContainSingle("behind the ACK it is only absorbed (RFC 6026 §7.1)");
    });

    [Fact, Trait("Section", "RFC 5407 3.1.1")]
    public void Rfc5407_3_1_1_CallerRepeatsTheInviteAsThe2xxComes_MakesOneSession() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var final = dialog.SendInviteAsync(Scene.Sdp).FinalAsync();
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        await scene.Peer.RequestAsync(SipMethod.Invite); // F4: the 180 was lost
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        (await final).StatusCode.Should().Be(200);
        await scene.World.Pass(10);
        scene.Peer.Requests(SipMethod.Invite).Should().HaveCount(2);
        scene.Peer.Requests(SipMethod.Ack).Should().ContainSingle();
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact, Trait("Req", "D4"), Trait("Section", "RFC 5407 3.1.2")]
    public void Rfc5407_3_1_2_CancelCrossesThe2xx_CallerAcknowledgesAndEndsTheSession() => Scene.Run(async scene =>
    {
        var call = scene.Call().SendInviteAsync(Scene.Sdp);
        var reading = Scene.ReadAsync(call);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        await scene.World.Pass(0.1);
        var cancelling = call.CancelAsync();
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Cancel), 200);
        await scene.Peer.RequestAsync(SipMethod.Ack);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await cancelling;
        (await reading).Should().Equal(180, 487);
    });

    [Fact, Trait("Section", "RFC 5407 3.1.2")]
    public void Rfc5407_3_1_2_CancelComesBehindThe2xx_CalleeAnswersItAndWaitsForTheBye() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing);
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await scene.Peer.ResponseAsync(200);
        (await scene.AskAsync(RawPeer.CreateCancel(invite))).Should().Be(200);
        await scene.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1));
        var dialog = await accepting;
        dialog.IsConfirmed.Should().BeTrue("a CANCEL behind the answer cancels nothing");
        (await scene.AskAsync(scene.Peer.CreateInDialog(SipMethod.Bye, invite, ok, 2))).Should().Be(200);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        scene.Peer.Responses(487).Should().BeEmpty();
    });

    [Fact, Trait("Section", "RFC 5407 3.1.3")]
    public void Rfc5407_3_1_3_EarlyByeCrossesThe2xx_BothEnd() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing);
        var ringing = await scene.Peer.ResponseAsync(180);
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        await scene.SendAsync(scene.Peer.CreateInDialog(SipMethod.Bye, invite, ringing, 2));
        await FluentActions.Awaiting(() => accepting).Should().ThrowAsync<SipConnectionClosedException>();
        await scene.World.Pass(0.1);
        scene.Peer.Responses(200).Select(response => response.Headers.CSeq!.Value.Method.Name).Should().BeEquivalentTo("INVITE", "BYE");
        await scene.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, scene.Peer.Responses(200)[0], 1)); // for the 2xx that crossed
        await scene.World.Pass(60);
        scene.Peer.Requests(SipMethod.Bye).Should().BeEmpty("the session has ended already");
    });

    [Fact, Trait("Section", "RFC 5407 3.1.4")]
    public void Rfc5407_3_1_4_ReinviteBeforeTheAck_Gets491AndIsAcceptedLater() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await scene.Peer.ResponseAsync(200);
        (await scene.AskAsync(scene.Reinvite(invite, ok, 2))).Should().Be(491, "the section takes 491 as well as 200");
        await scene.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1)); // a lower number than the dialog has had, and good
        var dialog = await accepting;
        (await scene.AskAsync(scene.Reinvite(invite, ok, 3))).Should().Be(200);
        await scene.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 3));
        await scene.World.Pass(60);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact, Trait("Section", "RFC 5407 3.1.4")]
    public void Rfc5407_3_1_4_The2xxComesAgainBehindTheReinvite_CallerAcknowledgesBoth() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync(); // this ACK was lost
        var final = dialog.SendInviteAsync(Scene.Sdp).FinalAsync();
        var reinvite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer); // F5
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.CSeq!.Value.Number.Should().Be(1, "F7 acknowledges the first INVITE");
        scene.Peer.Respond(reinvite, 200, body: Scene.Answer);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.CSeq!.Value.Number.Should().Be(2);
        (await final).StatusCode.Should().Be(200);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Theory, InlineData("INVITE"), InlineData("UPDATE"), Trait("Section", "RFC 5407 3.1.5")]
    public void Rfc5407_3_1_5_OfferBeforeTheAckThatAnswersOurs_Gets491(string method) => Scene.Run(async scene =>
    {
        var next = scene.NextAsync();
        var invite = scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1"); // no offer: the 2xx has it
        await scene.SendAsync(invite);
        var accepting = ((SipIncomingInvite)await next).AcceptAsync(SipContent.Sdp(Scene.Offer));
        var ok = await scene.Peer.ResponseAsync(200);
        var change = scene.Peer.CreateInDialog(new SipMethod(method), invite, ok, 2, headers => headers["Contact"] = invite.Headers["Contact"]);
        change.Content = SipContent.Sdp(Scene.Answer);
        (await scene.AskAsync(change)).Should().Be(491);
        var ack = scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1);
        ack.Content = SipContent.Sdp(Scene.Answer);
        await scene.SendAsync(ack); // F7
        var dialog = await accepting;
        dialog.Acknowledgement!.Content!.GetText().Should().Be(Scene.Answer);
        await scene.World.Pass(60);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact, Trait("Section", "RFC 5407 3.1.5")]
    public void Rfc5407_3_1_5_The2xxWithItsOfferComesAgain_CallerRepeatsItsAnswer() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(); // no offer
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        await dialog.SendAckAsync(await Scene.FirstAsync(call), Scene.Sdp);
        var first = await scene.Peer.RequestAsync(SipMethod.Ack); // lost
        GC.KeepAlive(dialog.SendInviteAsync(Scene.Sdp));
        var reinvite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        var again = await scene.Peer.RequestAsync(SipMethod.Ack);
        again.ToString().Should().Be(first.ToString());
        scene.Peer.Respond(reinvite, 491);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.CSeq!.Value.Number.Should().Be(2);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 200, body: Scene.Answer);
        scene.Peer.AnswersByItself = true; // the BYE
    });

    [Fact, Trait("Section", "RFC 5407 3.1.6")]
    public void Rfc5407_3_1_6_ByeBeforeTheAck_EndsTheSessionAndTheLateAckIsAbsorbed() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await scene.Peer.ResponseAsync(200);
        await scene.Peer.ResponseAsync(200); // F5: the ACK was lost
        (await scene.AskAsync(scene.Peer.CreateInDialog(SipMethod.Bye, invite, ok, 2))).Should().Be(200);
        await FluentActions.Awaiting(() => accepting).Should().ThrowAsync<SipConnectionClosedException>();
        var before = scene.Peer.Received.Count;
        await scene.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1));
        await scene.World.Pass(60);
        scene.Peer.Received.Skip(before).Should().BeEmpty("neither is the 2xx repeated, nor does the ACK bring the session back");
    });

    [Fact, Trait("Section", "RFC 5407 3.1.6")]
    public void Rfc5407_3_1_6_The2xxComesAgainBehindTheBye_CallerAcknowledgesAndTheSessionStaysEnded() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync(); // this ACK was lost
        var hangingUp = dialog.SendByeAsync();
        var bye = await scene.Peer.RequestAsync(SipMethod.Bye);
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.CSeq!.Value.Number.Should().Be(1);
        scene.Peer.Respond(bye, 200);
        await hangingUp;
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer); // and once more behind the end of the BYE
        await scene.Peer.RequestAsync(SipMethod.Ack);
        await scene.World.Pass(60);
        (dialog.IsConfirmed, scene.Peer.Requests(SipMethod.Bye).Count).Should().Be((false, 1));
    });
}
