using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>Messages that cross on their way (RFC 5407 §3), each seen from this side.</summary>
[Trait("Req", "D8")]
public sealed class RaceTests
{
    [Fact]
    public void Rfc5407_3_1_1_CalleeGetsAnInviteRepeatedBehindIts2xx_AnswersOnce() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await scene.Peer.ResponseAsync(200);
        await scene.Peer.SendAsync(invite, "10.0.0.1");
        await scene.World.Pass(0.1);
        scene.Peer.Responses(200).Should().ContainSingle("its repeat answers the repeat");
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1), "10.0.0.1");
        (await accepting).IsConfirmed.Should().BeTrue();
    });

    [Fact, Trait("Req", "D4")]
    public void Rfc5407_3_1_2_CancelCrossesThe2xx_SessionIsAcknowledgedAndEnded() => Scene.Run(async scene =>
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

    [Fact]
    public void Rfc5407_3_1_3_EarlyByeCrossesThe2xx_BothEnd() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing);
        var ringing = await scene.Peer.ResponseAsync(180);
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Bye, invite, ringing, 2), "10.0.0.1");
        await FluentActions.Awaiting(() => accepting).Should().ThrowAsync<Errors.SipConnectionClosedException>();
        await scene.World.Pass(0.1);
        scene.Peer.Responses(200).Select(response => response.Headers.CSeq!.Value.Method.Name).Should().BeEquivalentTo("INVITE", "BYE");
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, scene.Peer.Responses(200)[0], 1), "10.0.0.1"); // for the 2xx that crossed
        await scene.World.Pass(60);
        scene.Peer.Requests(SipMethod.Bye).Should().BeEmpty("the session has ended already");
    });

    [Fact]
    public void Rfc5407_3_1_4_ReinviteBeforeTheAck_Gets491AndIsAcceptedLater() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await scene.Peer.ResponseAsync(200);
        await scene.Peer.SendAsync(Reinvite(scene, invite, ok, 2), "10.0.0.1"); // it overtook the ACK
        await scene.Peer.ResponseAsync(491);
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1), "10.0.0.1");
        var dialog = await accepting;
        var next = Scene.FirstAsync(dialog.IncomingAsync());
        await scene.Peer.SendAsync(Reinvite(scene, invite, ok, 3), "10.0.0.1");
        await (await next).RespondAsync(SipStatus.Ok, SipContent.Sdp(Scene.Answer));
        await scene.Peer.ResponseAsync(200);
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 3), "10.0.0.1");
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Rfc5407_3_1_5_ByeBeforeTheAck_EndsTheSessionAndTheLateAckIsAbsorbed() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await scene.Peer.ResponseAsync(200);
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Bye, invite, ok, 2), "10.0.0.1");
        await FluentActions.Awaiting(() => accepting).Should().ThrowAsync<Errors.SipConnectionClosedException>();
        var before = scene.Peer.Received.Count;
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1), "10.0.0.1");
        await scene.World.Pass(60);
        scene.Peer.Received.Skip(before).Should().NotContain(entry => entry.Message is SipRequest);
    });

    [Fact]
    public void Rfc5407_3_2_1_ByesCross_BothSidesEnd() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var hangingUp = dialog.SendByeAsync();
        var own = await scene.Peer.RequestAsync(SipMethod.Bye);
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Bye, invite, "b", 1), "10.0.0.1");
        (await scene.Peer.ResponseAsync(200)).Headers.CSeq!.Value.Method.Should().Be(SipMethod.Bye);
        await hangingUp;
        (await dialog.Completion).Cause.Should().BeOneOf(SipDialogEnd.LocalBye, SipDialogEnd.RemoteBye);
        scene.Peer.Received.RemoveAll(entry => entry.Message is SipRequest { Method: var method } && method == SipMethod.Ack);
        scene.Peer.Respond(own, 481);
        await scene.World.Pass(40);
        scene.Peer.Requests(SipMethod.Bye).Should().HaveCount(1);
    });

    [Fact]
    public void Rfc5407_3_2_2_ReinvitesCross_BothGet491() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var own = await scene.Peer.RequestAsync(SipMethod.Invite);
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Invite, invite, "b", 1, headers => headers["Contact"] = "<sip:raw@10.0.0.2:5060>"), "10.0.0.1");
        await scene.Peer.ResponseAsync(491);
        scene.Peer.Respond(own, 491);
        var again = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(again, 200, body: Scene.Answer);
        (await call.FinalAsync()).StatusCode.Should().Be(200);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Rfc5407_3_2_3_ByeCrossesAReinvite_TheReinviteEndsWithTheSession() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var reading = Scene.ReadAsync(dialog.SendInviteAsync(Scene.Sdp));
        var own = await scene.Peer.RequestAsync(SipMethod.Invite);
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Bye, invite, "b", 1), "10.0.0.1");
        await scene.Peer.ResponseAsync(200);
        scene.Peer.Respond(own, 481);
        (await reading).Should().Equal(481);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        scene.Peer.Requests(SipMethod.Bye).Should().BeEmpty();
    });

    [Fact]
    public void Rfc5407_3_2_3_ByeCrossesThe2xxToAReinvite_The2xxIsAcknowledged() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var final = dialog.SendInviteAsync(Scene.Sdp).FinalAsync();
        var own = await scene.Peer.RequestAsync(SipMethod.Invite);
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Bye, invite, "b", 1), "10.0.0.1");
        await scene.Peer.ResponseAsync(200);
        scene.Peer.Respond(own, 200, body: Scene.Answer);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.CSeq!.Value.Number.Should().Be(own.Headers.CSeq!.Value.Number);
        (await final).StatusCode.Should().Be(200);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        scene.Peer.Requests(SipMethod.Bye).Should().BeEmpty("it is over already");
    });

    [Fact, Trait("Req", "D6")]
    public void Outcome_CancelledElsewhere_TellsWhoAndWhy() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing);
        var cancel = RawPeer.CreateCancel(invite);
        cancel.Headers["Reason"] = "SIP;cause=200;text=\"Call completed elsewhere\"";
        await scene.Peer.SendAsync(cancel, "10.0.0.1");
        await scene.Peer.ResponseAsync(487);
        (await incoming.Dialog!.Completion).Should().Match<SipDialogOutcome>(outcome =>
            outcome.Cause == SipDialogEnd.Canceled && outcome.EndedBy == SipDialogSide.Peer && outcome.ReasonStatus == 200 && outcome.ReleaseCause == null);
    });

    [Fact]
    public void Outcome_ByeWithTwoReasons_TellsTheQ850Cause() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        await scene.Peer.SendAsync(
            scene.Peer.CreateInDialog(SipMethod.Bye, invite, ok, 2, headers =>
            {
                headers.Add("Reason", "SIP;cause=480");
                headers.Add("Reason", "Q.850;cause=16;text=\"Normal\"");
            }),
            "10.0.0.1");
        (await dialog.Completion).Should().Match<SipDialogOutcome>(outcome =>
            outcome.Cause == SipDialogEnd.RemoteBye && outcome.EndedBy == SipDialogSide.Peer && outcome.ReleaseCause == 16 && outcome.ReasonStatus == 480);
    });

    [Fact]
    public void Redirect_NamesTheContacts() => Scene.Run(async scene =>
    {
        var (incoming, _) = await scene.ReceiveAsync();
        await FluentActions.Awaiting(() => incoming.RedirectAsync()).Should().ThrowAsync<ArgumentException>();
        await incoming.RedirectAsync("<sip:one@10.9.9.1>", "<sip:two@10.9.9.2>");
        (await scene.Peer.ResponseAsync(302)).Headers.GetAll(SipHeaderNames.Contact).Select(contact => contact.Uri.User).Should().Equal("one", "two");
    });

    private static SipRequest Reinvite(Scene scene, SipRequest invite, SipResponse ok, uint sequence)
    {
        var request = scene.Peer.CreateInDialog(SipMethod.Invite, invite, ok, sequence, headers => headers["Contact"] = invite.Headers["Contact"]);
        request.Content = SipContent.Sdp(Scene.Offer);
        return request;
    }
}
