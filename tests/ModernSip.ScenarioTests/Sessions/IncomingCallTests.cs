using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>What an application can do with an INVITE from a peer, and what the stack does where it does nothing.</summary>
[Trait("Req", "D5")]
public sealed class IncomingCallTests
{
    [Fact]
    public void Accept_Call_KeepsTheInviteAsItArrived() => Scene.Run(async scene =>
    {
        var (dialog, invite, _) = await scene.AcceptAsync(static headers => headers["X-Odd"] = "a;b");
        (dialog.InitialRequest.Headers.CallId, dialog.InitialRequest.Headers["X-Odd"], dialog.InitialRequest.Content!.GetText()).Should().Be((invite.Headers.CallId, "a;b", Scene.Offer));
        var hangingUp = dialog.SendByeAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await hangingUp;
    });

    [Fact]
    public void Invite_ApplicationIsSlow_GetsTryingAfter200Milliseconds() => Scene.Run(async scene =>
    {
        var (incoming, _) = await scene.ReceiveAsync();
        await scene.World.Pass(1);
        scene.Peer.Arrivals(message => message is SipResponse { StatusCode: 100 }).Single().TotalMilliseconds.Should().BeInRange(200, 210);
        await incoming.RejectAsync(SipStatus.BusyHere);
    });

    [Fact]
    public void Invite_ApplicationAnswersAtOnce_GetsNoTrying() => Scene.Run(async scene =>
    {
        var (incoming, _) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing);
        await scene.World.Pass(1);
        scene.Peer.Received.Should().ContainSingle(entry => entry.Message is SipResponse).Which.Message.As<SipResponse>().StatusCode.Should().Be(180);
        await incoming.RejectAsync(SipStatus.BusyHere);
    });

    [Fact]
    public void Invite_ApplicationSends100_IsRefused() => Scene.Run(async scene =>
    {
        var (incoming, _) = await scene.ReceiveAsync();
        await FluentActions.Awaiting(() => incoming.RespondAsync(SipStatus.Trying)).Should().ThrowAsync<ArgumentException>();
        await incoming.RejectAsync(SipStatus.BusyHere);
    });

    [Fact]
    public void Accept_AfterRingingAndEarlyMedia_KeepsOneTagAndWaitsForTheAck() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing);
        await incoming.RespondAsync(SipStatus.SessionProgress, SipContent.Sdp(Scene.Answer));
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await scene.Peer.ResponseAsync(200);
        var progress = await scene.Peer.ResponseAsync(183);
        progress.Content!.GetText().Should().Be(Scene.Answer);
        var ringing = await scene.Peer.ResponseAsync(180);
        new[] { ringing, progress, ok }.Select(response => response.Headers.To!.Tag).Distinct().Should().HaveCount(1).And.NotContainNulls();
        ok.Headers.Contact!.Uri.ToString().Should().StartWith("sip:").And.EndWith("@10.0.0.1:5060");
        ok.Headers["Allow"].Should().Contain("BYE");
        accepting.IsCompleted.Should().BeFalse();
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1), "10.0.0.1");
        var dialog = await accepting;
        dialog.IsConfirmed.Should().BeTrue();
        (dialog.CallId, dialog.LocalTag, dialog.RemoteTag).Should().Be((invite.Headers.CallId, ok.Headers.To!.Tag, invite.Headers.From!.Tag));
    });

    [Fact]
    public void Reject_IsRepeatedUntilItsAck() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing);
        await incoming.RejectAsync(SipStatus.BusyHere);
        await scene.World.Pass(2);
        scene.Peer.Responses(486).Should().HaveCount(3, "at 0, 0.5 and 1.5 s");
        var ack = scene.Peer.CreateInDialog(SipMethod.Ack, invite, WithContact(scene.Peer.Responses(486)[0]), 1, headers => headers["Via"] = invite.Headers["Via"]);
        await scene.Peer.SendAsync(ack, "10.0.0.1");
        await scene.World.Pass(30);
        scene.Peer.Responses(486).Should().HaveCount(3);

        static SipResponse WithContact(SipResponse response)
        {
            response.Headers["Contact"] = "<sip:alice@10.0.0.1>";
            return response;
        }
    });

    [Fact]
    public void Redirect_CarriesTheContactsOfTheApplication() => Scene.Run(async scene =>
    {
        var (incoming, _) = await scene.ReceiveAsync();
        var response = incoming.Request.CreateResponse(SipStatus.MovedTemporarily);
        response.Headers["Contact"] = "<sip:elsewhere@10.9.9.9>";
        await incoming.RespondAsync(response);
        (await scene.Peer.ResponseAsync(302)).Headers["Contact"].Should().Be("<sip:elsewhere@10.9.9.9>");
    });

    [Fact]
    public void Respond_SecondFinal_Throws() => Scene.Run(async scene =>
    {
        var (incoming, _) = await scene.ReceiveAsync();
        await incoming.RejectAsync(SipStatus.BusyHere);
        await FluentActions.Awaiting(() => incoming.RejectAsync(SipStatus.Decline)).Should().ThrowAsync<InvalidOperationException>();
        await FluentActions.Awaiting(() => incoming.RespondAsync(SipStatus.Ringing)).Should().ThrowAsync<InvalidOperationException>();
        await FluentActions.Awaiting(() => incoming.AcceptAsync()).Should().ThrowAsync<SipConnectionClosedException>();
    });

    [Fact]
    public void Accept_Twice_ThrowsTheSecondTimeAndLeavesTheCallUp() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        await FluentActions.Awaiting(() => incoming.AcceptAsync(SipContent.Sdp(Scene.Answer))).Should().ThrowAsync<SipConnectionClosedException>();
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, await scene.Peer.ResponseAsync(200), 1), "10.0.0.1");
        (await accepting).IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Invite_WithoutContact_Gets400() => Scene.Run(async scene =>
    {
        var (incoming, _) = await scene.ReceiveAsync(headers => headers.Remove("Contact"));
        await FluentActions.Awaiting(() => incoming.AcceptAsync(SipContent.Sdp(Scene.Answer))).Should().ThrowAsync<SipConnectionClosedException>();
        await scene.Peer.ResponseAsync(400);
    });

    [Fact, Trait("Req", "B5")]
    public void Invite_NeverAnswered_Gets480AfterTheRingingLimit() => Scene.Run(
        async scene =>
        {
            var (incoming, invite) = await scene.ReceiveAsync();
            await incoming.RespondAsync(SipStatus.Ringing);
            var ringing = await scene.Peer.ResponseAsync(180);
            (await scene.Peer.ResponseAsync(480)).Headers.To!.Tag.Should().Be(ringing.Headers.To!.Tag);
            scene.World.Now.TotalSeconds.Should().BeApproximately(20, 0.1);
            await scene.World.Pass(0.1);
            incoming.Canceled.IsCancellationRequested.Should().BeTrue();
            await FluentActions.Awaiting(() => incoming.AcceptAsync()).Should().ThrowAsync<SipConnectionClosedException>();

            var options = scene.Peer.CreateInDialog(SipMethod.Options, invite, ringing, 2);
            await scene.Peer.SendAsync(options, "10.0.0.1");
            await scene.Peer.ResponseAsync(481); // the early dialog is gone
        },
        options => options.RingingLimit = TimeSpan.FromSeconds(20));

    [Fact]
    [Trait("Section", "RFC 3261 13.3.1.1")]
    public void Rfc3261_13_3_1_1_Ringing_IsRepeatedEveryMinuteUntilTheAnswer() => Scene.Run(
        async scene =>
        {
            var (incoming, _) = await scene.ReceiveAsync();
            await scene.World.Pass(10);
            await incoming.RespondAsync(SipStatus.Ringing);
            await scene.World.Pass(190);
            scene.Peer.Arrivals(message => message is SipResponse { StatusCode: 180 }).Select(at => Math.Round(at.TotalSeconds)).Should().Equal(10, 70, 130, 190);
            await incoming.RejectAsync(SipStatus.BusyHere);
            await scene.World.Pass(100);
            scene.Peer.Responses(180).Should().HaveCount(4);
        },
        options => options.RingingLimit = TimeSpan.FromMinutes(10));

    [Fact, Trait("Req", "B5")]
    public void Invite_ConnectionClosesUnanswered_GetsAFinalResponse() => Scene.Run(async scene =>
    {
        var (incoming, _) = await scene.ReceiveAsync();
        await scene.Connection.DisposeAsync();
        await scene.Peer.ResponseAsync(480);
        incoming.Canceled.IsCancellationRequested.Should().BeTrue();
    });

    [Fact, Trait("Req", "D6")]
    public void Cancel_WhileRinging_Gets200AndTheInvite487() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing);
        var ringing = await scene.Peer.ResponseAsync(180);
        await scene.Peer.SendAsync(RawPeer.CreateCancel(invite), "10.0.0.1");
        var ok = await scene.Peer.ResponseAsync(200);
        ok.Headers.CSeq!.Value.Method.Should().Be(SipMethod.Cancel);
        ok.Headers.To!.Tag.Should().Be(ringing.Headers.To!.Tag, "RFC 3261 §9.2");
        (await scene.Peer.ResponseAsync(487)).Headers.CSeq!.Value.Method.Should().Be(SipMethod.Invite);
        incoming.Canceled.IsCancellationRequested.Should().BeTrue();
        await FluentActions.Awaiting(() => incoming.AcceptAsync()).Should().ThrowAsync<SipConnectionClosedException>();
        await incoming.RespondAsync(SipStatus.Ringing); // comes too late through no fault of its own
    });

    [Fact, Trait("Req", "D6")]
    public void Cancel_AfterTheAnswer_Gets200AndChangesNothing() => Scene.Run(async scene =>
    {
        var (dialog, invite, _) = await scene.AcceptAsync();
        await scene.Peer.SendAsync(RawPeer.CreateCancel(invite), "10.0.0.1");
        (await scene.Peer.ResponseAsync(200)).Headers.CSeq!.Value.Method.Should().Be(SipMethod.Cancel);
        await scene.World.Pass(1);
        dialog.IsConfirmed.Should().BeTrue();
        scene.Peer.Responses(487).Should().BeEmpty();
    });

    [Fact, Trait("Req", "D6")]
    public void Cancel_WithoutMatch_Gets481() => Scene.Run(async scene =>
    {
        var invite = scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1");
        await scene.Peer.SendAsync(RawPeer.CreateCancel(invite), "10.0.0.1");
        (await scene.Peer.ResponseAsync(481)).Headers.CSeq!.Value.Method.Should().Be(SipMethod.Cancel);
    });

    [Fact]
    public void Bye_InTheEarlyDialog_EndsTheInviteWith487() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing);
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Bye, invite, await scene.Peer.ResponseAsync(180), 2), "10.0.0.1");
        (await scene.Peer.ResponseAsync(200)).Headers.CSeq!.Value.Method.Should().Be(SipMethod.Bye);
        await scene.Peer.ResponseAsync(487);
        incoming.Canceled.IsCancellationRequested.Should().BeTrue();
        await FluentActions.Awaiting(() => incoming.AcceptAsync()).Should().ThrowAsync<SipConnectionClosedException>();
    });

    [Fact, Trait("Req", "D7")]
    public void Success_Unacknowledged_IsRepeatedAndEndsWithBye() => Scene.Run(async scene =>
    {
        var (incoming, _) = await scene.ReceiveAsync();
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        await FluentActions.Awaiting(() => accepting).Should().ThrowAsync<SipTimeoutException>();
        scene.World.Now.TotalSeconds.Should().BeApproximately(32, 0.1);
        scene.Peer.Arrivals(message => message is SipResponse { StatusCode: 200 }).Select(at => Math.Round(at.TotalSeconds, 1))
            .Should().Equal(0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
    });

    [Fact, Trait("Req", "D7")]
    public void Accept_TokenFiresBeforeTheAck_EndsTheCallWithByeAfterTheAck() => Scene.Run(async scene =>
    {
        using var giveUp = new CancellationTokenSource();
        var (incoming, invite) = await scene.ReceiveAsync();
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer), giveUp.Token);
        var ok = await scene.Peer.ResponseAsync(200);
        giveUp.Cancel(); // here and now: on the pool it would race the virtual clock
        await FluentActions.Awaiting(() => accepting).Should().ThrowAsync<OperationCanceledException>();
        await scene.World.Pass(1);
        scene.Peer.Requests(SipMethod.Bye).Should().BeEmpty("a callee sends no BYE before the ACK (RFC 3261 §15)");
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1), "10.0.0.1");
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye, 0.1), 200);
    });
}
