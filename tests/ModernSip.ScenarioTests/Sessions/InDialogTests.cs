using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>Requests within a confirmed dialog, both ways.</summary>
[Trait("Req", "D8"), Trait("Req", "G3")]
public sealed class InDialogTests
{
    [Fact]
    public void Bye_FromThePeer_EndsTheSessionWithItsReason() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Bye, invite, "b", 1, headers => headers["Reason"] = "Q.850;cause=16"), "10.0.0.1");
        await scene.Peer.ResponseAsync(200);
        (await dialog.Completion).Should().Be(new SipDialogOutcome(SipDialogEnd.RemoteBye, Reason: "Q.850;cause=16"));
        await dialog.SendByeAsync();
        await dialog.DisposeAsync();
        scene.Peer.Requests(SipMethod.Bye).Should().BeEmpty();
        dialog.Invoking(ended => ended.SendAsync(SipMethod.Info)).Should().Throw<InvalidOperationException>();
        dialog.Invoking(ended => ended.SendInviteAsync()).Should().Throw<InvalidOperationException>();
    });

    [Fact]
    public void Bye_FromThisSide_CarriesTheDialog() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var hangingUp = dialog.SendByeAsync();
        var bye = await scene.Peer.RequestAsync(SipMethod.Bye);
        bye.RequestUri.Should().Be(invite.Headers.Contact!.Uri);
        (bye.Headers.From!.Tag, bye.Headers.To!.Tag, bye.Headers.CallId).Should().Be((ok.Headers.To!.Tag, invite.Headers.From!.Tag, invite.Headers.CallId));
        hangingUp.IsCompleted.Should().BeFalse();
        scene.Peer.Respond(bye, 200);
        await hangingUp;
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.LocalBye);
    });

    [Fact]
    public void Bye_NeverAnswered_EndsTheSessionAfter64T1() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        await dialog.SendByeAsync();
        scene.World.Now.TotalSeconds.Should().BeApproximately(32, 0.2);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.LocalBye);
    });

    [Theory, InlineData("From"), InlineData("To"), InlineData("Call-ID")]
    public void Bye_OfAnotherDialog_Gets481(string wrong) => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var bye = scene.Peer.CreateFromCallee(SipMethod.Bye, invite, "b", 1, headers => headers[wrong] = wrong == "Call-ID" ? "another" : "<sip:somebody@10.0.0.2>;tag=wrong");
        await scene.Peer.SendAsync(bye, "10.0.0.1");
        await scene.Peer.ResponseAsync(481);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Request_WithALowerSequence_Gets500() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Options, invite, "b", 100), "10.0.0.1");
        await scene.Peer.ResponseAsync(200);
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Bye, invite, "b", 99), "10.0.0.1");
        await scene.Peer.ResponseAsync(500);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Info_BothWays_ReachesTheApplication() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var next = Scene.FirstAsync(dialog.IncomingAsync());
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Info, invite, "b", 1), "10.0.0.1");
        var incoming = await next;
        incoming.Request.Method.Should().Be(SipMethod.Info);
        await incoming.RespondAsync(SipStatus.Ok);
        await scene.Peer.ResponseAsync(200);

        var sent = dialog.SendAsync(SipMethod.Info, SipContent.PlainText("1"), headers => headers["X-Tone"] = "5");
        var info = await scene.Peer.RequestAsync(SipMethod.Info);
        info.Headers.CSeq!.Value.Number.Should().Be(2);
        info.Headers["X-Tone"].Should().Be("5");
        scene.Peer.Respond(info, 200);
        (await sent.FinalAsync()).StatusCode.Should().Be(200);
    });

    [Fact]
    public void Message_ApplicationNeverAnswers_Gets500Before64T1() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var next = Scene.FirstAsync(dialog.IncomingAsync());
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Message, invite, "b", 1), "10.0.0.1");
        await next;
        await scene.Peer.ResponseAsync(500);
        scene.World.Now.TotalSeconds.Should().BeInRange(20, 32);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Theory, InlineData("OPTIONS", 200), InlineData("INFO", 405), InlineData("INVITE", 488), InlineData("NONSENSE", 501)]
    public void Request_NobodyListens_IsAnsweredByTheStack(string method, int status) => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(new SipMethod(method), invite, "b", 1), "10.0.0.1");
        (await scene.Peer.ResponseAsync(status)).Headers["Allow"].Should().Match(allow => status == 488 || allow.Contains("BYE"));
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Theory, InlineData(481), InlineData(408)]
    public void Request_AnsweredThatTheDialogIsGone_EndsTheSession(int status) => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var sent = dialog.SendAsync(SipMethod.Info);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Info), status);
        (await sent.FinalAsync()).StatusCode.Should().Be(status);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 481);
        (await dialog.Completion).Should().Match<SipDialogOutcome>(outcome => outcome.Cause == SipDialogEnd.Error && outcome.Status == (SipStatus)status);
    });

    [Fact]
    public void Reinvite_Accepted_RefreshesTheTarget() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var reinvite = await scene.Peer.RequestAsync(SipMethod.Invite);
        reinvite.Headers.To!.Tag.Should().Be("b");
        reinvite.Headers.CSeq!.Value.Number.Should().Be(2);
        reinvite.Headers.Contact.Should().NotBeNull();
        scene.Peer.Respond(reinvite, 200, headers: headers => headers["Contact"] = "<sip:moved@10.0.0.2:5060>", body: Scene.Answer);
        (await Scene.FirstAsync(call)).StatusCode.Should().Be(200);
        var ack = await scene.Peer.RequestAsync(SipMethod.Ack);
        ack.RequestUri.ToString().Should().Be("sip:moved@10.0.0.2:5060");
        ack.Headers.CSeq!.Value.Number.Should().Be(2);
        dialog.SendAsync(SipMethod.Info);
        (await scene.Peer.RequestAsync(SipMethod.Info)).RequestUri.ToString().Should().Be("sip:moved@10.0.0.2:5060");
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Reinvite_Rejected_LeavesTheSessionAsItWas() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        dialog.Invoking(busy => busy.SendInviteAsync(Scene.Sdp)).Should().Throw<InvalidOperationException>();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 488, headers: headers => headers["Contact"] = "<sip:moved@10.0.0.2:5060>");
        (await Scene.ReadAsync(call)).Should().Equal(488);
        dialog.IsConfirmed.Should().BeTrue();
        dialog.SendAsync(SipMethod.Info);
        (await scene.Peer.RequestAsync(SipMethod.Info)).RequestUri.ToString().Should().Be("sip:raw@10.0.0.2:5060");
        var again = dialog.SendInviteAsync(Scene.Sdp);
        scene.Peer.Respond((await scene.Peer.RequestAsync(SipMethod.Invite)), 200, body: Scene.Answer);
        (await again.FinalAsync()).StatusCode.Should().Be(200);
    });

    [Fact]
    public void Reinvite_NeverAnswered_EndsTheSession() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        await FluentActions.Awaiting(() => call.FinalAsync()).Should().ThrowAsync<SipTimeoutException>();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Timeout);
    });

    [Fact]
    public void Reinvite_Cancelled_LeavesTheSessionUp() => Scene.Run(async scene =>
    {
        using var giveUp = new CancellationTokenSource();
        var (dialog, _) = await scene.EstablishAsync();
        var reading = Scene.ReadAsync(dialog.SendInviteAsync(Scene.Sdp, giveUp.Token));
        var reinvite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(reinvite, 180);
        await scene.World.Pass(1);
        giveUp.Cancel(); // here and now: on the pool it would race the virtual clock
        await FluentActions.Awaiting(() => reading).Should().ThrowAsync<OperationCanceledException>();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Cancel), 200);
        scene.Peer.Respond(reinvite, 487);
        await scene.Peer.RequestAsync(SipMethod.Ack);
        await scene.World.Pass(1);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Reinvite_CancelCrossedByASuccess_IsAcknowledgedAndTheSessionStays() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var reinvite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(reinvite, 180);
        await scene.World.Pass(1);
        var cancelling = call.CancelAsync();
        scene.Peer.Respond(reinvite, 200, body: Scene.Answer);
        await cancelling;
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.CSeq!.Value.Number.Should().Be(2);
        await scene.World.Pass(60);
        scene.Peer.Requests(SipMethod.Bye).Should().BeEmpty();
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Sequence_OfRequestsSentAtOnce_HasNoGapAndNoDouble() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        GC.KeepAlive(dialog.SendInviteAsync(Scene.Sdp));
        dialog.SendAsync(SipMethod.Info);
        dialog.SendAsync(SipMethod.Message, SipContent.PlainText("1"));
        dialog.SendAsync(SipMethod.Options);
        await scene.World.Pass(0.1);
        scene.Peer.Received.Select(entry => entry.Message).OfType<SipRequest>().Where(request => request.Method != SipMethod.Ack)
            .Select(request => request.Headers.CSeq!.Value.Number).Should().Equal(1, 2, 3, 4, 5);
    });

    [Theory, InlineData(true), InlineData(false)]
    public void Reinvite_MeetsGlare_IsSentAgainAfterARandomWait(bool isCaller) => Scene.Run(async scene =>
    {
        var dialog = isCaller ? (await scene.EstablishAsync()).Dialog : (await scene.AcceptAsync()).Dialog;
        var offer = isCaller ? Scene.Offer : Scene.Answer;
        var call = dialog.SendInviteAsync(SipContent.Sdp(offer));
        var first = await scene.Peer.RequestAsync(SipMethod.Invite);
        var before = scene.World.Now;
        scene.Peer.Respond(first, 491);
        await scene.Peer.RequestAsync(SipMethod.Ack);
        var second = await scene.Peer.RequestAsync(SipMethod.Invite);
        (scene.World.Now - before).TotalSeconds.Should().BeInRange(isCaller ? 2.1 : 0, isCaller ? 4.02 : 2.02);
        second.Headers.CSeq!.Value.Number.Should().Be(first.Headers.CSeq!.Value.Number + 1);
        second.Content!.GetText().Should().Be(offer);
        scene.Peer.Respond(second, 200, body: Scene.Answer);
        (await call.FinalAsync()).StatusCode.Should().Be(200);
        await scene.Peer.RequestAsync(SipMethod.Ack);
    });

    [Fact]
    public void Reinvite_CancelledWhileItWaitsAfterGlare_IsNotSentAgain() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 491);
        await scene.World.Pass(0.5);
        await call.CancelAsync();
        (await Scene.ReadAsync(call)).Should().Equal(491);
        await scene.World.Pass(10);
        scene.Peer.Requests(SipMethod.Invite).Should().HaveCount(2);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Reinvite_FromThePeerWhileOursIsUnderWay_Gets491() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        GC.KeepAlive(dialog.IncomingAsync());
        GC.KeepAlive(dialog.SendInviteAsync(Scene.Sdp));
        await scene.Peer.RequestAsync(SipMethod.Invite);
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Invite, invite, "b", 1), "10.0.0.1");
        await scene.Peer.ResponseAsync(491);
    });

    [Fact]
    public void Reinvite_FromThePeer_AcceptedRefreshesTheTarget() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var next = Scene.FirstAsync(dialog.IncomingAsync());
        var reinvite = scene.Peer.CreateInDialog(SipMethod.Invite, invite, ok, 2, headers => headers["Contact"] = "<sip:moved@10.0.0.2:5060>");
        await scene.Peer.SendAsync(reinvite, "10.0.0.1");
        var incoming = await next;
        await incoming.RespondAsync(SipStatus.Ok, SipContent.Sdp(Scene.Answer));
        var second = await scene.Peer.ResponseAsync(200);
        second.Headers.Contact.Should().NotBeNull();
        await scene.World.Pass(0.6);
        scene.Peer.Responses(200).Count(response => response.Headers.CSeq!.Value.Number == 2).Should().Be(2, "it is repeated until its ACK");
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, reinvite, second, 2), "10.0.0.1");
        await scene.World.Pass(10);
        scene.Peer.Responses(200).Count(response => response.Headers.CSeq!.Value.Number == 2).Should().Be(2);
        var hangingUp = dialog.SendByeAsync();
        var bye = await scene.Peer.RequestAsync(SipMethod.Bye);
        bye.RequestUri.ToString().Should().Be("sip:moved@10.0.0.2:5060");
        scene.Peer.Respond(bye, 200);
        await hangingUp;
    });

    [Fact]
    public void Reinvite_FromThePeer_RejectedLeavesTheTarget() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var next = Scene.FirstAsync(dialog.IncomingAsync());
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Invite, invite, ok, 2, headers => headers["Contact"] = "<sip:moved@10.0.0.2:5060>"), "10.0.0.1");
        await (await next).RespondAsync(SipStatus.NotAcceptableHere);
        await scene.Peer.ResponseAsync(488);
        dialog.SendAsync(SipMethod.Info);
        (await scene.Peer.RequestAsync(SipMethod.Info)).RequestUri.Should().Be(invite.Headers.Contact!.Uri);
    });

    [Fact]
    public void Reinvite_SecondWhileOneIsUnanswered_Gets500WithRetryAfter() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var next = Scene.FirstAsync(dialog.IncomingAsync());
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Invite, invite, ok, 2, Contact), "10.0.0.1");
        var first = await next;
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Invite, invite, ok, 3, Contact), "10.0.0.1");
        (await scene.Peer.ResponseAsync(500)).Headers.Get(SipHeaderNames.RetryAfter)!.Seconds.Should().BeLessThanOrEqualTo(10);
        await first.RespondAsync(SipStatus.NotAcceptableHere);
        await scene.Peer.ResponseAsync(488);

        void Contact(SipHeaders headers) => headers["Contact"] = invite.Headers["Contact"];
    });

    [Fact]
    public void Reinvite_BeforeTheAckOfTheLast_Gets491AndTheCallStaysUp() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await scene.Peer.ResponseAsync(200);
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Invite, invite, ok, 2, headers => headers["Contact"] = invite.Headers["Contact"]), "10.0.0.1");
        await scene.Peer.ResponseAsync(491);
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1), "10.0.0.1");
        var dialog = await accepting;
        await scene.World.Pass(60);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Bye_WhileAReinviteIsUnanswered_EndsBoth() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var next = Scene.FirstAsync(dialog.IncomingAsync());
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Invite, invite, ok, 2, headers => headers["Contact"] = invite.Headers["Contact"]), "10.0.0.1");
        var incoming = await next;
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Bye, invite, ok, 3), "10.0.0.1");
        await scene.Peer.ResponseAsync(487);
        await scene.Peer.ResponseAsync(200);
        await scene.World.Pass(0.1);
        incoming.Canceled.IsCancellationRequested.Should().BeTrue();
        dialog.IsConfirmed.Should().BeFalse();
    });

    [Fact]
    public void RouteSet_OfLooseRouters_IsFollowed() => Scene.Run(async scene =>
    {
        var proxy = await RawPeer.BindAsync(scene.World, "10.0.0.9");
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 200, "b", RecordRoute("<sip:10.0.0.8;lr>", "<sip:10.0.0.9;lr>"), Scene.Answer);
        await call.FinalAsync();
        var ack = await proxy.RequestAsync(SipMethod.Ack);
        ack.RequestUri.ToString().Should().Be("sip:raw@10.0.0.2:5060");
        ack.Headers.GetAll(SipHeaderNames.Route).Select(route => route.Uri.ToString()).Should().Equal("sip:10.0.0.9;lr", "sip:10.0.0.8;lr");
        var hangingUp = dialog.SendByeAsync();
        var bye = await proxy.RequestAsync(SipMethod.Bye);
        bye.Headers.GetAll(SipHeaderNames.Route).Should().HaveCount(2);
        proxy.Respond(bye, 200);
        await hangingUp;
    });

    [Fact]
    public void RouteSet_OfAStrictRouter_PutsItIntoTheRequestUri() => Scene.Run(async scene =>
    {
        var proxy = await RawPeer.BindAsync(scene.World, "10.0.0.9");
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 200, "b", RecordRoute("<sip:10.0.0.8;lr>", "<sip:strict@10.0.0.9>"), Scene.Answer);
        await call.FinalAsync();
        Check(await proxy.RequestAsync(SipMethod.Ack));
        var hangingUp = dialog.SendByeAsync();
        var bye = await proxy.RequestAsync(SipMethod.Bye);
        Check(bye);
        proxy.Respond(bye, 200);
        await hangingUp;

        static void Check(SipRequest request)
        {
            request.RequestUri.ToString().Should().Be("sip:strict@10.0.0.9");
            request.Headers.GetAll(SipHeaderNames.Route).Select(route => route.Uri.ToString()).Should().Equal("sip:10.0.0.8;lr", "sip:raw@10.0.0.2:5060");
        }
    });

    [Fact]
    public void RouteSet_AtTheCallee_IsThatOfTheInvite() => Scene.Run(async scene =>
    {
        var proxy = await RawPeer.BindAsync(scene.World, "10.0.0.9");
        var (dialog, _, ok) = await scene.AcceptAsync(RecordRoute("<sip:10.0.0.9;lr>", "<sip:10.0.0.8;lr>"));
        ok.Headers.GetAll(SipHeaderNames.RecordRoute).Should().HaveCount(2);
        var hangingUp = dialog.SendByeAsync();
        var bye = await proxy.RequestAsync(SipMethod.Bye);
        bye.Headers.GetAll(SipHeaderNames.Route).Select(route => route.Uri.ToString()).Should().Equal("sip:10.0.0.9;lr", "sip:10.0.0.8;lr");
        proxy.Respond(bye, 200);
        await hangingUp;
    });

    private static Action<SipHeaders> RecordRoute(params string[] routes) => headers =>
    {
        foreach (var route in routes) headers.Add("Record-Route", route);
    };
}
