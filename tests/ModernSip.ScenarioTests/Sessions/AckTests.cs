using ModernSip.Messages;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>Who acknowledges a 2xx, and when.</summary>
[Trait("Req", "D2")]
public sealed class AckTests
{
    [Fact]
    public void SendAck_InsideTheLoop_SendsIt() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        await foreach (var response in call)
        {
            scene.Peer.Requests(SipMethod.Ack).Should().BeEmpty("the application has the word");
            await dialog.SendAckAsync(response);
            break;
        }

        var ack = await scene.Peer.RequestAsync(SipMethod.Ack);
        ack.Headers.CSeq!.Value.Number.Should().Be(invite.Headers.CSeq!.Value.Number);
        ack.Headers.Via!.Branch.Should().NotBe(invite.Headers.Via!.Branch, "the ACK to a 2xx is a transaction of its own");
        ack.RequestUri.ToString().Should().Be("sip:raw@10.0.0.2:5060");
        await scene.World.Pass(1);
        scene.Peer.Requests(SipMethod.Ack).Should().HaveCount(1);
    });

    [Fact]
    public void MovingOn_WithAnOfferInTheInvite_AcknowledgesForTheApplication() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 200, "b", body: Scene.Answer);
        (await Scene.ReadAsync(call)).Should().Equal(200);
        scene.Peer.Requests(SipMethod.Ack).Should().HaveCount(1);
        scene.Peer.Received.Single(entry => entry.Message is SipRequest { Method.Name: "ACK" }).At.TotalSeconds.Should().BeLessThan(0.1);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void MovingOn_WithALateOfferUnanswered_EndsTheSessionAndThrows() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 200, "b", body: Scene.Answer);
        await FluentActions.Awaiting(() => Scene.ReadAsync(call)).Should().ThrowAsync<InvalidOperationException>();
        await scene.Peer.RequestAsync(SipMethod.Ack);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await dialog.Completion;
        dialog.IsConfirmed.Should().BeFalse();
    });

    [Fact]
    public void SendAck_WithAnswerToALateOffer_CarriesIt() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync();
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        invite.Body.IsEmpty.Should().BeTrue();
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        await foreach (var response in call)
        {
            await dialog.SendAckAsync(response, Scene.Sdp);
            break;
        }

        (await scene.Peer.RequestAsync(SipMethod.Ack)).Content!.GetText().Should().Be(Scene.Offer);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void SendAck_AfterFinalAsync_AnswersALateOffer() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 200, "b", body: Scene.Answer);
        var success = await call.FinalAsync();
        await scene.World.Pass(1);
        scene.Peer.Requests(SipMethod.Ack).Should().BeEmpty();
        await dialog.SendAckAsync(success, Scene.Sdp);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Content!.GetText().Should().Be(Scene.Offer);
        await scene.World.Pass(100);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void SendAck_InADialog_AnswersALateOffer() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var call = dialog.SendInviteAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 200, body: Scene.Answer);
        await dialog.SendAckAsync(await Scene.FirstAsync(call), Scene.Sdp);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Content!.GetText().Should().Be(Scene.Offer);
        await scene.World.Pass(100);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void SendAck_ForAFailure_IsRefused() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var final = dialog.SendInviteAsync(Scene.Sdp).FinalAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 486, "b");
        var response = await final;
        await FluentActions.Awaiting(() => dialog.SendAckAsync(response)).Should().ThrowAsync<ArgumentException>();
    });

    [Fact]
    public void Accept_OfferInTheSuccess_GivesTheAnswerOfTheAck() => Scene.Run(async scene =>
    {
        var next = scene.NextAsync();
        var invite = scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1");
        await scene.Peer.SendAsync(invite, "10.0.0.1");
        var accepting = ((SipIncomingInvite)await next).AcceptAsync(Scene.Sdp);
        var ack = scene.Peer.CreateInDialog(SipMethod.Ack, invite, await scene.Peer.ResponseAsync(200), 1);
        ack.Content = SipContent.Sdp(Scene.Answer);
        await scene.Peer.SendAsync(ack, "10.0.0.1");
        (await accepting).Acknowledgement!.Content!.GetText().Should().Be(Scene.Answer);
    });

    [Fact]
    public void LateOffer_NeverAnsweredAfterLeaving_IsEndedAfter64T1() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        scene.Peer.Respond(await InviteAsync(scene, dialog.SendInviteAsync()), 200, "b", body: Scene.Answer);
        var ack = await scene.Peer.RequestAsync(SipMethod.Ack);
        ack.Body.IsEmpty.Should().BeTrue();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        scene.World.Now.TotalSeconds.Should().BeInRange(32, 32.4, "the transaction ends behind 64*T1, by a hundredth at most");

        static async Task<SipRequest> InviteAsync(Scene scene, SipInviteTransaction call)
        {
            GC.KeepAlive(call); // hot: nobody reads it
            return await scene.Peer.RequestAsync(SipMethod.Invite);
        }
    });

    [Fact]
    public void RepeatedSuccess_AfterTheAck_IsAcknowledgedWithTheSameOctets() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        foreach (var wait in new[] { 0.5, 1.0, 40.0 })
        {
            await scene.World.Pass(wait); // the last one when the INVITE transaction is gone
            scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
            await scene.Peer.RequestAsync(SipMethod.Ack);
        }

        scene.Peer.Requests(SipMethod.Ack).Should().HaveCount(4);
        scene.Peer.Requests(SipMethod.Ack).Select(ack => ack.ToString()).Distinct().Should().HaveCount(1);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void RepeatedSuccess_OfTheFirstInviteAfterAReinvite_GetsItsOwnAck() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var change = dialog.SendInviteAsync(Scene.Sdp);
        var reinvite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(reinvite, 200, body: Scene.Answer);
        (await change.FinalAsync()).StatusCode.Should().Be(200);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.CSeq!.Value.Number.Should().Be(reinvite.Headers.CSeq!.Value.Number);
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.CSeq!.Value.Number.Should().Be(invite.Headers.CSeq!.Value.Number);
    });

    [Fact]
    public void RepeatedSuccess_WhileTheApplicationThinks_IsAcknowledgedWhereTheInviteHeldTheOffer() => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        await foreach (var response in call)
        {
            await scene.World.Pass(0.5);
            scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
            await scene.World.Pass(0.5);
            scene.Peer.Requests(SipMethod.Ack).Should().HaveCount(1);
            await dialog.SendAckAsync(response); // says nothing new, and is no error
            break;
        }

        await scene.World.Pass(0.5);
        scene.Peer.Requests(SipMethod.Ack).Should().HaveCount(1);
    });
}
