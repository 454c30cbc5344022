using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>UPDATE before and after the answer, both ways, and two offers that meet (RFC 3311, RFC 6337).</summary>
[Trait("Req", "D8")]
public sealed class UpdateTests
{
    private static readonly SipContent Answer = SipContent.Sdp(Scene.Answer);

    [Fact]
    [Trait("Section", "RFC 3311 5.1")]
    public void Rfc3311_5_1_Update_Accepted_TakesTheAnswerAndRefreshesTheTarget() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var sent = dialog.SendAsync(SipMethod.Update, Scene.Sdp);
        var update = await scene.Peer.RequestAsync(SipMethod.Update);
        update.Headers.Contact.Should().NotBeNull();
        update.Headers.GetAll(SipHeaderNames.Allow).Should().Contain(SipMethod.Update);
        scene.Peer.Respond(update, 200, headers: headers => headers["Contact"] = "<sip:moved@10.0.0.2:5060>", body: Scene.Answer);
        (await sent.FinalAsync()).StatusCode.Should().Be(200);
        dialog.SendAsync(SipMethod.Info);
        (await scene.Peer.RequestAsync(SipMethod.Info)).RequestUri.ToString().Should().Be("sip:moved@10.0.0.2:5060");
        dialog.SendAsync(SipMethod.Update, Scene.Sdp); // the last one is settled
        await scene.Peer.RequestAsync(SipMethod.Update);
    });

    [Fact, Trait("Req", "D12")]
    public void Update_WhileAnOfferIsOpen_IsRefusedAtTheCall() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var sent = dialog.SendAsync(SipMethod.Update, Scene.Sdp);
        await scene.Peer.RequestAsync(SipMethod.Update);
        dialog.Invoking(busy => busy.SendAsync(SipMethod.Update, Scene.Sdp)).Should().Throw<InvalidOperationException>();
        dialog.Invoking(busy => busy.SendInviteAsync(Scene.Sdp)).Should().Throw<InvalidOperationException>();
        dialog.Invoking(busy => busy.SendAsync(SipMethod.Update, SipContent.Sdp("v=0\r\n"))).Should().Throw<InvalidOperationException>();
        scene.Peer.Respond(scene.Peer.Requests(SipMethod.Update)[0], 488);
        (await sent.FinalAsync()).StatusCode.Should().Be(488);
        dialog.Invoking(idle => idle.SendAsync(SipMethod.Update, SipContent.Sdp("v=0\r\n"))).Should().Throw<ArgumentException>();
        dialog.SendAsync(SipMethod.Update, Scene.Sdp);
    });

    [Fact]
    [Trait("Section", "RFC 3311 5.3")]
    public void Rfc3311_5_3_Update_Gets491_IsSentAgainAfterARandomWait() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var sent = dialog.SendAsync(SipMethod.Update, Scene.Sdp);
        var first = await scene.Peer.RequestAsync(SipMethod.Update);
        var before = scene.World.Now;
        scene.Peer.Respond(first, 491);
        var second = await scene.Peer.RequestAsync(SipMethod.Update);
        (scene.World.Now - before).TotalSeconds.Should().BeInRange(2.1, 4.02);
        second.Headers.CSeq!.Value.Number.Should().Be(first.Headers.CSeq!.Value.Number + 1);
        scene.Peer.Respond(second, 200, body: Scene.Answer);
        (await sent.FinalAsync()).StatusCode.Should().Be(200);
    });

    [Fact]
    [Trait("Section", "RFC 3311 5.2")]
    public void Rfc3311_5_2_UpdateWhileThisSidesOfferIsOpen_Gets491() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var sent = dialog.SendAsync(SipMethod.Update, Scene.Sdp);
        var own = await scene.Peer.RequestAsync(SipMethod.Update);
        await scene.Peer.SendAsync(FromCallee(scene, invite, SipMethod.Update, 1), "10.0.0.1");
        await scene.Peer.ResponseAsync(491);
        await scene.Peer.SendAsync(FromCallee(scene, invite, SipMethod.Invite, 2), "10.0.0.1");
        await scene.World.Pass(0.1);
        scene.Peer.Responses(491).Should().HaveCount(2);
        scene.Peer.Received.RemoveAll(entry => entry.Message is SipRequest { Method: var method } && method == SipMethod.Ack);
        scene.Peer.Respond(own, 200, body: Scene.Answer);
        (await sent.FinalAsync()).StatusCode.Should().Be(200);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    [Trait("Section", "RFC 3311 5.2")]
    public void Rfc3311_5_2_SecondUpdateBeforeTheFirstIsAnswered_Gets500WithRetryAfter() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var next = Scene.FirstAsync(dialog.IncomingAsync());
        await scene.Peer.SendAsync(FromCallee(scene, invite, SipMethod.Update, 1), "10.0.0.1");
        var first = await next;
        await scene.Peer.SendAsync(FromCallee(scene, invite, SipMethod.Update, 2), "10.0.0.1");
        (await scene.Peer.ResponseAsync(500)).Headers.Get(SipHeaderNames.RetryAfter)!.Seconds.Should().BeLessThanOrEqualTo(10);
        await FluentActions.Awaiting(() => first.RespondAsync(SipStatus.Ok, SipContent.Sdp("v=0\r\n"))).Should().ThrowAsync<ArgumentException>();
        await first.RespondAsync(SipStatus.Ok, Scene.Sdp);
        var ok = await scene.Peer.ResponseAsync(200);
        ok.Content!.GetText().Should().Be(Scene.Offer);
        ok.Headers.Contact.Should().NotBeNull();
    });

    [Fact]
    [Trait("Section", "RFC 3311 5.2")]
    public void Rfc3311_5_2_UpdateWhileTheInvitesOfferIsUnanswered_Gets500() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing);
        var update = scene.Peer.CreateInDialog(SipMethod.Update, invite, await scene.Peer.ResponseAsync(180), 2);
        update.Content = SipContent.Sdp(Scene.Offer);
        await scene.Peer.SendAsync(update, "10.0.0.1");
        (await scene.Peer.ResponseAsync(500)).Headers.Contains("Retry-After").Should().BeTrue();
        await incoming.RejectAsync(SipStatus.BusyHere);
    });

    [Fact]
    public void Update_WithoutOffer_IsAnsweredByTheStackAndRefreshesTheTarget() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var next = Scene.FirstAsync(dialog.IncomingAsync());
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Update, invite, ok, 2, headers => headers["Contact"] = "<sip:moved@10.0.0.2:5060>"), "10.0.0.1");
        (await scene.Peer.ResponseAsync(200)).Headers.CSeq!.Value.Method.Should().Be(SipMethod.Update);
        next.IsCompleted.Should().BeFalse();
        dialog.SendAsync(SipMethod.Info);
        (await scene.Peer.RequestAsync(SipMethod.Info)).RequestUri.ToString().Should().Be("sip:moved@10.0.0.2:5060");
    });

    [Theory, InlineData("UPDATE"), InlineData("INVITE")]
    [Trait("Section", "RFC 4028 7.4")]
    public void Rfc4028_7_4_OfferThatChangesNothing_NobodyLooks_IsAnsweredWithWhatHolds(string method) => Scene.Run(async scene =>
    {
        var (_, invite, ok) = await scene.AcceptAsync();
        var refresh = scene.Peer.CreateInDialog(new SipMethod(method), invite, ok, 2, headers => headers["Contact"] = invite.Headers["Contact"]);
        refresh.Content = SipContent.Sdp(Scene.Offer);
        await scene.Peer.SendAsync(refresh, "10.0.0.1");
        var again = await scene.Peer.ResponseAsync(200);
        again.Content!.GetText().Should().Be(Scene.Answer);
        if (method == "INVITE") await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 2), "10.0.0.1");
        var other = scene.Peer.CreateInDialog(new SipMethod(method), invite, ok, 3, headers => headers["Contact"] = invite.Headers["Contact"]);
        other.Content = SipContent.Sdp(Scene.Offer.Replace("a 1 1", "a 1 2", StringComparison.Ordinal));
        await scene.Peer.SendAsync(other, "10.0.0.1");
        await scene.Peer.ResponseAsync(488);
    });

    [Fact]
    public void Update_OfTheCallerInTheEarlyDialog_IsAnsweredByTheCallee() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var reading = Scene.ReadAsync(call);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 183, "b", headers => (headers["Require"], headers["RSeq"]) = ("100rel", "1"), Scene.Answer);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Prack), 200);
        var sent = dialog.SendAsync(SipMethod.Update, Scene.Sdp);
        var update = await scene.Peer.RequestAsync(SipMethod.Update);
        update.Headers.To!.Tag.Should().Be("b");
        scene.Peer.Respond(update, 200, body: Scene.Answer);
        (await sent.FinalAsync()).StatusCode.Should().Be(200);
        scene.Peer.Respond(invite, 486, "b");
        (await reading).Should().Equal(183, 486);
    });

    [Fact]
    public void Update_OfTheCalleeBeforeThisSidesOfferIsAnswered_Gets491() => Scene.Run(async scene =>
    {
        var reading = Scene.ReadAsync(scene.Call().SendInviteAsync(Scene.Sdp));
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        await scene.World.Pass(0.1);
        await scene.Peer.SendAsync(FromCallee(scene, invite, SipMethod.Update, 1), "10.0.0.1");
        await scene.Peer.ResponseAsync(491);
        scene.Peer.Respond(invite, 486, "b");
        (await reading).Should().Equal(180, 486);
    });

    private static SipRequest FromCallee(Scene scene, SipRequest invite, SipMethod method, uint sequence)
    {
        var request = scene.Peer.CreateFromCallee(method, invite, "b", sequence, headers => headers["Contact"] = "<sip:raw@10.0.0.2:5060>");
        request.Content = Answer;
        return request;
    }
}
