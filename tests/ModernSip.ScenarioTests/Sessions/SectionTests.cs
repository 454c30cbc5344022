using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sessions;
using static FluentAssertions.FluentActions;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>What is left of RFC 3262, RFC 3311 and RFC 4028: the sections that no other test of sessions shows.</summary>
public sealed class SectionTests
{
    [Fact, Trait("Req", "D9"), Trait("Section", "RFC 3262 3")]
    public void Rfc3262_3_ReliableProvisionalBehindTheFinalResponse_IsRefusedAtTheCall() => Scene.Run(async scene =>
    {
        var (incoming, _) = await scene.ReceiveAsync(static headers => headers["Supported"] = "100rel");
        await incoming.RejectAsync(SipStatus.BusyHere);
        await Awaiting(() => incoming.RespondReliablyAsync(SipStatus.SessionProgress)).Should().ThrowAsync<SipConnectionClosedException>();
        await Awaiting(() => incoming.RespondReliablyAsync(SipStatus.Trying)).Should().ThrowAsync<ArgumentException>("100 is never reliable");
        await scene.World.Pass(1);
        scene.Peer.Responses(183).Should().BeEmpty();
    });

    [Theory, Trait("Req", "D9"), Trait("Section", "RFC 3262 3")]
    [InlineData("{rseq} 1 INVITE", 200), InlineData("{rseq} 2 INVITE", 481), InlineData("{rseq} 1 UPDATE", 481), InlineData("1 1 INVITE", 481), InlineData(null, 400), InlineData("x", 400)]
    public void Rfc3262_3_Prack_MustNameTheResponse(string? acknowledges, int status) => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync(static headers => headers["Supported"] = "100rel");
        var waiting = incoming.RespondReliablyAsync(SipStatus.Ringing);
        var ringing = await scene.Peer.ResponseAsync(180);
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Prack, invite, ringing, 2, headers => headers["RAck"] = acknowledges?.Replace("{rseq}", ringing.Headers["RSeq"], StringComparison.Ordinal)), "10.0.0.1");
        await scene.Peer.ResponseAsync(status);
        waiting.IsCompleted.Should().Be(status == 200);
        await incoming.RejectAsync(SipStatus.BusyHere);
        if (status != 200) await Awaiting(() => waiting).Should().ThrowAsync<SipConnectionClosedException>();
        else await waiting;
    });

    [Fact, Trait("Req", "D9"), Trait("Section", "RFC 3262 4")]
    public void Rfc3262_4_TwoForksCountByThemselves_EachGetsItsPracks() => Scene.Run(async scene =>
    {
        var reading = Scene.ReadAsync(scene.Call().SendInviteAsync(Scene.Sdp));
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        foreach (var (tag, number) in new[] { ("b", "7"), ("c", "7"), ("c", "8"), ("b", "8"), ("b", "7") }) scene.Peer.Respond(invite, 180, tag, headers => (headers["Require"], headers["RSeq"]) = ("100rel", number));
        await scene.World.Pass(0.2);
        scene.Peer.Requests(SipMethod.Prack).Select(static prack => $"{prack.Headers.To!.Tag} {prack.Headers["RAck"]}").Should().Equal("b 7 1 INVITE", "c 7 1 INVITE", "c 8 1 INVITE", "b 8 1 INVITE");
        foreach (var prack in scene.Peer.Requests(SipMethod.Prack)) scene.Peer.Respond(prack, 200);
        scene.Peer.Respond(invite, 486, "b");
        (await reading).Should().Equal(180, 180, 180, 180, 486);
    });

    [Fact, Trait("Req", "D8"), Trait("Section", "RFC 3311 5.1")]
    public void Rfc3311_5_1_UpdateWithAnOfferBeforeTheInvitesIsAnswered_IsRefusedAtTheCallAndOneWithoutIsSent() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var reading = Scene.ReadAsync(dialog.SendInviteAsync(Scene.Sdp));
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        await scene.World.Pass(0.1);
        dialog.Invoking(static early => early.SendAsync(SipMethod.Update, Scene.Sdp)).Should().Throw<InvalidOperationException>();
        var sent = dialog.SendAsync(SipMethod.Update);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Update), 200);
        (await sent.FinalAsync()).StatusCode.Should().Be(200);
        scene.Peer.Respond(invite, 486, "b");
        (await reading).Should().Equal(180, 486);
    });

    [Theory, Trait("Req", "D8"), Trait("Section", "RFC 3311 5.2")]
    [InlineData(488), InlineData(504)]
    public void Rfc3311_5_2_UpdateThatCannotBeAnsweredAtOnce_IsRefusedAndWhatHeldHolds(int status) => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var next = Scene.FirstAsync(dialog.IncomingAsync());
        var update = scene.Peer.CreateFromCallee(SipMethod.Update, invite, "b", 1, static headers => headers["Contact"] = "<sip:moved@10.0.0.2:5060>");
        update.Content = SipContent.Sdp(Scene.Answer.Replace("b 1 1", "b 1 2", StringComparison.Ordinal));
        await scene.Peer.SendAsync(update, "10.0.0.1");
        await (await next).RespondAsync((SipStatus)status); // 504: somebody would have to be asked
        await scene.Peer.ResponseAsync(status);
        dialog.SendAsync(SipMethod.Update, Scene.Sdp); // nothing is open
        (await scene.Peer.RequestAsync(SipMethod.Update)).RequestUri.User.Should().Be("raw", "a refused UPDATE refreshes no target");
    });

    /// <summary>RFC 4028 §9, table 2, as the caller's header fields reach this side, and who refreshes then.</summary>
    [Theory, Trait("Req", "D10"), Trait("Section", "RFC 4028 9")]
    [InlineData("timer", "1800", "1800;refresher=uac", true)]
    [InlineData("timer", "1800;refresher=uac", "1800;refresher=uac", true)]
    [InlineData("timer", "1800;refresher=uas", "1800;refresher=uas", true)]
    [InlineData(null, "1800", "1800;refresher=uas", false)] // a proxy's, of a caller that does not know of timers
    [InlineData("timer", null, null, false)]
    [InlineData(null, null, null, false)]
    public void Rfc4028_9_Callee_GrantsWhoRefreshes(string? supported, string? asked, string? granted, bool isRequired) => Scene.Run(async scene =>
    {
        var (dialog, _, ok) = await scene.AcceptAsync(headers => (headers["Supported"], headers["Session-Expires"]) = (supported, asked));
        ok.Headers["Session-Expires"].Should().Be(granted);
        (ok.Headers["Require"] == "timer").Should().Be(isRequired, "a caller that does not know of timers is not asked to");
        scene.Peer.AnswersByItself = true;
        await dialog.DisposeAsync();
    });

    [Theory, Trait("Req", "D10"), Trait("Section", "RFC 4028 7.2")]
    [InlineData("600;refresher=uac", 300)] // a proxy or the callee has lowered it
    [InlineData("600", 300)]
    [InlineData("90;refresher=uac", 45)]
    [InlineData("600;refresher=uas", null)]
    [InlineData(null, null)]
    public void Rfc4028_7_2_Caller_TakesWhatThe2xxSays(string? told, int? refreshedAt) => Scene.Run(
        async scene =>
        {
            var dialog = scene.Call();
            var call = dialog.SendInviteAsync(Scene.Sdp);
            var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
            invite.Headers["Session-Expires"].Should().Be("1800");
            scene.Peer.Respond(invite, 200, "b", headers => (headers["Session-Expires"], headers["Allow"]) = (told, "UPDATE"), Scene.Answer);
            await call.FinalAsync();
            await scene.World.Pass(refreshedAt is { } seconds ? seconds + 1 : 500);
            scene.Peer.Requests(SipMethod.Update).Any().Should().Be(refreshedAt is not null);
            if (refreshedAt is { } at) scene.Peer.Arrivals(static message => message is SipRequest { Method.Name: "UPDATE" })[0].TotalSeconds.Should().BeApproximately(at, 0.5);
            scene.Peer.AnswersByItself = true;
            await dialog.DisposeAsync();
        },
        static options => options.SessionExpires = TimeSpan.FromMinutes(30));

    [Fact, Trait("Req", "D10"), Trait("Section", "RFC 4028 7.4")]
    public void Rfc4028_7_4_RefreshGets422_IsSentAgainWithTheMinimum() => Scene.Run(
        async scene =>
        {
            var dialog = scene.Call();
            var call = dialog.SendInviteAsync(Scene.Sdp);
            scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 200, "b", static headers => (headers["Session-Expires"], headers["Allow"]) = ("90;refresher=uac", "UPDATE"), Scene.Answer);
            await call.FinalAsync();
            scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Update), 422, headers: static headers => headers["Min-SE"] = "200"); // a proxy has another mind by now
            var again = await scene.Peer.RequestAsync(SipMethod.Update, 1);
            (again.Headers["Session-Expires"], again.Headers["Min-SE"]).Should().Be(("200;refresher=uac", "200"));
            scene.Peer.Respond(again, 200, headers: static headers => headers["Session-Expires"] = "200;refresher=uac");
            await scene.World.Pass(99);
            dialog.IsConfirmed.Should().BeTrue();
            scene.Peer.AnswersByItself = true;
            await dialog.DisposeAsync();
        },
        static options => options.SessionExpires = TimeSpan.FromSeconds(90));

    [Fact, Trait("Req", "D10"), Trait("Section", "RFC 4028 5")]
    public void Rfc4028_5_CallerWithoutTimersBelowTheMinimum_IsNotRefusedWith422() => Scene.Run(
        async scene =>
        {
            var (dialog, _, ok) = await scene.AcceptAsync(static headers => headers["Session-Expires"] = "100"); // a proxy's; the caller would not know what a 422 is
            ok.Headers["Session-Expires"].Should().Be("100;refresher=uas");
            scene.Peer.AnswersByItself = true;
            await dialog.DisposeAsync();
        },
        static options => options.MinSessionExpires = TimeSpan.FromMinutes(2));

    [Fact, Trait("Req", "D11"), Trait("Section", "RFC 3891 3")]
    public void Rfc3891_3_EarlyOnly_TakesThePlaceOfACallThatRings() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var reading = Scene.ReadAsync(dialog.SendInviteAsync(Scene.Sdp));
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        await scene.World.Pass(0.1);
        var (replacing, second) = await scene.ReceiveAsync(headers => headers["Replaces"] = $"{invite.Headers.CallId};to-tag={invite.Headers.From!.Tag};from-tag=b;early-only");
        var accepting = replacing.AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await scene.Peer.ResponseAsync(200);
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, second, ok, 1), "10.0.0.1");
        await accepting;
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Cancel), 200);
        scene.Peer.Respond(invite, 487, "b");
        (await reading).Should().Equal(180, 487);
    });
}
