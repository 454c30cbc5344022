using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sessions;
using static FluentAssertions.FluentActions;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>What an application should not do with a session, and what becomes of the session when it does.</summary>
[Trait("Req", "G3")]
public sealed class MisuseTests
{
    [Theory, InlineData(true), InlineData(false)]
    public void Reinvite_BeforeTheLastOnesLateOfferIsAnswered_ThrowsAndTheAckStillGoes(bool hasOffer) => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var call = dialog.SendInviteAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 200, body: Scene.Answer.Replace("b 1 1", "b 1 2", StringComparison.Ordinal));
        var success = await call.FinalAsync();
        dialog.Invoking(asked => asked.SendInviteAsync(hasOffer ? Scene.Sdp : null)).Should().Throw<InvalidOperationException>();
        await dialog.SendAckAsync(success, Scene.Sdp);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Body.IsEmpty.Should().BeFalse();
        scene.Peer.Requests(SipMethod.Invite).Should().HaveCount(2);
    });

    [Fact]
    public void Reinvite_InsideTheLoopOfTheLast_IsSentBehindItsAck() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        SipInviteTransaction? second = null;
        var call = dialog.SendInviteAsync(Scene.Sdp);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 200, body: Scene.Answer);
        await foreach (var response in call)
        {
            second = dialog.SendInviteAsync(Scene.Sdp);
            break;
        }

        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 200, body: Scene.Answer);
        (await second!.FinalAsync()).StatusCode.Should().Be(200);
        await scene.World.Pass(0.1);
        scene.Peer.Received.Select(static entry => entry.Message).OfType<SipRequest>().Select(static request => $"{request.Method} {request.Headers.CSeq!.Value.Number}")
            .Should().Equal("INVITE 1", "ACK 1", "INVITE 2", "ACK 2", "INVITE 3", "ACK 3");
    });

    [Fact]
    public void Glare_WhileTheTransactionOfAnEarlierInviteEnds_IsStillSeen() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var first = dialog.SendInviteAsync(Scene.Sdp);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 200, body: Scene.Answer);
        await first.FinalAsync();
        await scene.World.Pass(20);
        var second = dialog.SendInviteAsync(); // asks for an offer
        var waiting = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(waiting, 180);
        await scene.World.Pass(20); // the first one's 64*T1 are over
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Invite, invite, "b", 1, static headers => headers["Contact"] = "<sip:raw@10.0.0.2:5060>"), "10.0.0.1");
        await scene.Peer.ResponseAsync(491);
        scene.Peer.Respond(waiting, 486);
        (await second.FinalAsync()).StatusCode.Should().Be(486);
    });

    [Fact]
    public void Accept_TokenHasFiredBefore_AnswersNothing() => Scene.Run(async scene =>
    {
        var (incoming, _) = await scene.ReceiveAsync();
        await Awaiting(() => incoming.AcceptAsync(SipContent.Sdp(Scene.Answer), new CancellationToken(true))).Should().ThrowAsync<OperationCanceledException>();
        await Awaiting(() => incoming.AcceptCallAsync(SipContent.Sdp(Scene.Answer), null, new CancellationToken(true))).Should().ThrowAsync<OperationCanceledException>();
        await incoming.RejectAsync(SipStatus.BusyHere);
        await scene.Peer.ResponseAsync(486);
        scene.Peer.Responses(200).Should().BeEmpty();
    });

    [Fact]
    public void Respond_ToWhatTheEndOfTheSessionAnswered_DoesNotThrow() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var next = Scene.FirstAsync(dialog.IncomingAsync());
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Update, invite, "b", 1, static headers => (headers["Contact"], headers["Content-Type"]) = ("<sip:raw@10.0.0.2:5060>", "application/sdp")), "10.0.0.1");
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Info, invite, "b", 2), "10.0.0.1");
        var incoming = await next;
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Bye, invite, "b", 3), "10.0.0.1");
        await dialog.Completion;
        await incoming.RespondAsync(SipStatus.Ok); // too late for a session, not for the request
    });

    [Fact]
    public void Reinvite_OfThePeerCancelled_LeavesNoOfferOpen() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var next = Scene.FirstAsync(dialog.IncomingAsync());
        var reinvite = scene.Peer.CreateFromCallee(SipMethod.Invite, invite, "b", 1, static headers => headers["Contact"] = "<sip:raw@10.0.0.2:5060>");
        reinvite.Content = SipContent.Sdp(Scene.Answer.Replace("b 1 1", "b 1 2", StringComparison.Ordinal));
        await scene.Peer.SendAsync(reinvite, "10.0.0.1");
        var incoming = await next;
        await incoming.RespondAsync(SipStatus.Ringing);
        await scene.Peer.SendAsync(RawPeer.CreateCancel(reinvite), "10.0.0.1");
        await scene.Peer.ResponseAsync(487);
        await scene.World.Pass(0.1);
        incoming.Canceled.IsCancellationRequested.Should().BeTrue();
        await incoming.RespondAsync(SipStatus.Ok, Scene.Sdp); // too late, and nobody's fault
        var call = dialog.SendInviteAsync(Scene.Sdp);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 200, body: Scene.Answer);
        (await call.FinalAsync()).StatusCode.Should().Be(200);
    });

    [Fact]
    public void Reinvite_OfThePeerWhoseConnectionBreaks_LeavesNoOfferOpen() => Scene.Run(async scene =>
    {
        var peer = await RawPeer.BindAsync(scene.World, "10.0.0.4", tcp: true);
        var next = scene.NextAsync();
        var invite = peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", static headers => headers["Contact"] = "<sip:raw@10.0.0.4:5060;transport=tcp>", "SIP/2.0/TCP 10.0.0.4:5060;branch=z9hG4bKt1", Scene.Offer);
        await peer.SendAsync(invite, "10.0.0.1");
        var accepting = ((SipIncomingInvite)await next).AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await peer.ResponseAsync(200);
        await peer.SendAsync(InDialog(peer, SipMethod.Ack, invite, ok, 1), "10.0.0.1");
        var dialog = await accepting;
        var change = Scene.FirstAsync(dialog.IncomingAsync());
        var reinvite = InDialog(peer, SipMethod.Invite, invite, ok, 2);
        reinvite.Content = SipContent.Sdp(Scene.Offer.Replace("a 1 1", "a 1 2", StringComparison.Ordinal));
        await peer.SendAsync(reinvite, "10.0.0.1");
        var incoming = await change;
        (await peer.ConnectAsync("10.0.0.1")).Close();
        await scene.World.Pass(1);
        try
        {
            await incoming.RespondAsync(SipStatus.Ok, SipContent.Sdp(Scene.Answer));
        }
        catch (SipException)
        {
            // Whether it can be sent over another connection is the transport's to know.
        }

        await scene.World.Pass(100);
        var outcome = dialog.Completion;
        if (!outcome.IsCompleted) dialog.Invoking(static idle => idle.SendInviteAsync(SipContent.Sdp(Scene.Answer))).Should().NotThrow("nothing is open");
        else (await outcome).Cause.Should().NotBe(SipDialogEnd.LocalBye);
    });

    private static SipRequest InDialog(RawPeer peer, SipMethod method, SipRequest invite, SipResponse ok, uint sequence) =>
        peer.CreateInDialog(method, invite, ok, sequence, headers => (headers["Via"], headers["Contact"]) = ($"SIP/2.0/TCP 10.0.0.4:5060;branch=z9hG4bKt{method}{sequence}", "<sip:raw@10.0.0.4:5060;transport=tcp>"));
}
