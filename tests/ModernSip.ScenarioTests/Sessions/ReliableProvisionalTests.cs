using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>Provisional responses with PRACK, at the callee and at the caller (RFC 3262).</summary>
[Trait("Req", "D9")]
public sealed class ReliableProvisionalTests
{
    private static readonly SipContent Answer = SipContent.Sdp(Scene.Answer);

    [Fact]
    [Trait("Section", "RFC 3262 3")]
    public void Rfc3262_3_CallerSupportsIt_DescriptionIsSentReliablyAndRepeatedUntilItsPrack() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync(Supported);
        var responding = incoming.RespondReliablyAsync(SipStatus.SessionProgress, Answer);
        var progress = await scene.Peer.ResponseAsync(183);
        progress.Headers.GetAll(SipHeaderNames.Require).Should().Contain("100rel");
        progress.Headers.Get(SipHeaderNames.RSeq).Should().BeInRange(1, int.MaxValue);
        progress.Headers.Contact.Should().NotBeNull();
        await scene.World.Pass(4);
        scene.Peer.Arrivals(message => message is SipResponse { StatusCode: 183 }).Select(at => Math.Round(at.TotalSeconds, 1)).Should().Equal(0, 0.5, 1.5, 3.5);
        scene.Peer.Responses(183).Select(response => response.Headers.Get(SipHeaderNames.RSeq)).Distinct().Should().ContainSingle();

        await scene.Peer.SendAsync(Prack(scene, invite, progress, 2), "10.0.0.1");
        (await scene.Peer.ResponseAsync(200)).Headers.CSeq!.Value.Method.Should().Be(SipMethod.Prack);
        (await responding).Headers.Get(SipHeaderNames.RAck).CSeq.Method.Should().Be(SipMethod.Invite);
        await scene.World.Pass(30);
        scene.Peer.Responses(183).Should().HaveCount(4);

        var accepting = incoming.AcceptAsync(Answer);
        var ok = await scene.Peer.ResponseAsync(200);
        ok.Headers.CSeq!.Value.Method.Should().Be(SipMethod.Invite);
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1), "10.0.0.1");
        (await accepting).Should().BeSameAs(incoming.Dialog);
    });

    [Fact]
    [Trait("Section", "RFC 3262 3")]
    public void Rfc3262_3_SecondResponse_WaitsForThePrackOfTheFirstAndHasTheNextNumber() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync(Demanded);
        await incoming.RespondAsync(SipStatus.Ringing);
        await incoming.RespondAsync(SipStatus.SessionProgress);
        var first = await scene.Peer.ResponseAsync(180);
        scene.Peer.Responses(183).Should().BeEmpty();
        await scene.Peer.SendAsync(Prack(scene, invite, first, 2), "10.0.0.1");
        var second = await scene.Peer.ResponseAsync(183);
        second.Headers.Get(SipHeaderNames.RSeq).Should().Be(first.Headers.Get(SipHeaderNames.RSeq) + 1);
        await scene.Peer.SendAsync(Prack(scene, invite, second, 3), "10.0.0.1");
        await scene.World.Pass(1);
        await incoming.RejectAsync(SipStatus.BusyHere);
        await scene.Peer.ResponseAsync(486);
    });

    [Fact]
    [Trait("Section", "RFC 3262 3")]
    public void Rfc3262_3_SuccessBehindAnUnacknowledgedDescription_WaitsForThePrack() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync(Supported);
        await incoming.RespondAsync(SipStatus.SessionProgress, Answer);
        var accepting = incoming.AcceptAsync(Answer);
        var progress = await scene.Peer.ResponseAsync(183);
        await scene.World.Pass(1);
        scene.Peer.Responses(200).Should().BeEmpty();
        await FluentActions.Awaiting(() => incoming.RejectAsync(SipStatus.BusyHere)).Should().ThrowAsync<InvalidOperationException>("the call was accepted");
        await scene.Peer.SendAsync(Prack(scene, invite, progress, 2), "10.0.0.1");
        await scene.World.Pass(0.1);
        var ok = scene.Peer.Responses(200).Single(response => response.Headers.CSeq!.Value.Method == SipMethod.Invite);
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1), "10.0.0.1");
        (await accepting).IsConfirmed.Should().BeTrue();
    });

    [Fact]
    [Trait("Section", "RFC 3262 3")]
    public void Rfc3262_3_NoPrackWithin64T1_InviteIsRefusedWith500() => Scene.Run(async scene =>
    {
        var (incoming, _) = await scene.ReceiveAsync(Demanded);
        var responding = incoming.RespondReliablyAsync(SipStatus.Ringing);
        await FluentActions.Awaiting(() => responding).Should().ThrowAsync<SipConnectionClosedException>();
        scene.World.Now.TotalSeconds.Should().BeApproximately(32, 0.1);
        await scene.Peer.ResponseAsync(500);
        incoming.Canceled.IsCancellationRequested.Should().BeTrue();
    });

    [Fact]
    [Trait("Section", "RFC 3262 3")]
    public void Rfc3262_3_CallerWithoutSupport_GetsUnreliableResponses() => Scene.Run(async scene =>
    {
        var (incoming, _) = await scene.ReceiveAsync();
        await FluentActions.Awaiting(() => incoming.RespondReliablyAsync(SipStatus.Ringing)).Should().ThrowAsync<InvalidOperationException>();
        await incoming.RespondAsync(SipStatus.SessionProgress, Answer);
        (await scene.Peer.ResponseAsync(183)).Headers.Contains("RSeq").Should().BeFalse();
        await incoming.RejectAsync(SipStatus.BusyHere);
    });

    [Fact]
    [Trait("Section", "RFC 3262 3")]
    public void Rfc3262_3_ThisSideRefusesTheExtension_CallerGets420() => Scene.Run(
        async scene =>
        {
            var listening = scene.NextAsync();
            await scene.Peer.SendAsync(scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", Demanded, body: Scene.Offer), "10.0.0.1");
            (await scene.Peer.ResponseAsync(420)).Headers["Unsupported"].Should().Be("100rel");
            listening.IsCompleted.Should().BeFalse();
        },
        options => options.ReliableProvisionals = SipReliableProvisionals.None);

    [Fact]
    [Trait("Section", "RFC 3262 3")]
    public void Rfc3262_3_ThisSideDemandsTheExtension_CallerGets421() => Scene.Run(
        async scene =>
        {
            var listening = scene.NextAsync();
            await scene.Peer.SendAsync(scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", body: Scene.Offer), "10.0.0.1");
            (await scene.Peer.ResponseAsync(421)).Headers["Require"].Should().Be("100rel");
            listening.IsCompleted.Should().BeFalse();
        },
        options => options.ReliableProvisionals = SipReliableProvisionals.Required);

    [Theory, InlineData(SipReliableProvisionals.Supported, false), InlineData(SipReliableProvisionals.Required, true), InlineData(SipReliableProvisionals.None, false)]
    [Trait("Section", "RFC 3262 4")]
    public void Rfc3262_4_Invite_SaysWhatThisSideCan(SipReliableProvisionals mode, bool isRequired) => Scene.Run(
        async scene =>
        {
            var call = scene.Call().SendInviteAsync(Scene.Sdp);
            var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
            invite.Headers.GetAll(SipHeaderNames.Supported).Contains("100rel").Should().Be(mode != SipReliableProvisionals.None);
            invite.Headers.GetAll(SipHeaderNames.Require).Contains("100rel").Should().Be(isRequired);
            scene.Peer.Respond(invite, 420, "b");
            (await call.FinalAsync()).StatusCode.Should().Be(420);
        },
        options => options.ReliableProvisionals = mode);

    [Fact]
    [Trait("Section", "RFC 3262 4")]
    public void Rfc3262_4_ReliableRinging_IsAcknowledgedOnceAndShownOnce() => Scene.Run(async scene =>
    {
        var call = scene.Call().SendInviteAsync(Scene.Sdp);
        var reading = Scene.ReadAsync(call);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b", Reliable(17));
        var prack = await scene.Peer.RequestAsync(SipMethod.Prack);
        prack.Headers.Get(SipHeaderNames.RAck).Should().Be(new SipRAck(17, new SipCSeq(1, SipMethod.Invite)));
        prack.Headers.CSeq!.Value.Number.Should().Be(2);
        prack.Headers.To!.Tag.Should().Be("b");
        prack.RequestUri.ToString().Should().Be("sip:raw@10.0.0.2:5060");
        scene.Peer.Respond(prack, 200);
        Again(scene, invite, 180, Reliable(17));
        Again(scene, invite, 183, Reliable(19)); // 18 is missing
        await scene.World.Pass(1);
        scene.Peer.Requests(SipMethod.Prack).Should().ContainSingle();
        Again(scene, invite, 183, Reliable(18));
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Prack), 200);
        Again(scene, invite, 486, _ => { });
        (await reading).Should().Equal(180, 183, 486);
    });

    [Fact]
    [Trait("Section", "RFC 3262 4")]
    public void Rfc3262_4_ApplicationDoesNotRead_PrackGoesOutWithTheFirstRepeat() => Scene.Run(async scene =>
    {
        var call = scene.Call().SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b", Reliable(1));
        await scene.World.Pass(0.5);
        scene.Peer.Requests(SipMethod.Prack).Should().BeEmpty("the application may want to say something in it");
        scene.Peer.Respond(invite, 180, "b", Reliable(1));
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Prack), 200);
        Again(scene, invite, 486, _ => { });
        (await call.FinalAsync()).StatusCode.Should().Be(486);
    });

    [Fact]
    [Trait("Section", "RFC 3262 5")]
    public void Rfc3262_5_OfferInTheProvisional_IsAnsweredInThePrack() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var call = dialog.SendInviteAsync();
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 183, "b", Reliable(1), Scene.Answer);
        await foreach (var response in call)
        {
            if (response.IsProvisional)
            {
                await dialog.Awaiting(early => early.SendPrackAsync(response, SipContent.Sdp("v=0\r\n"))).Should().ThrowAsync<ArgumentException>();
                var pracking = await dialog.SendPrackAsync(response, Scene.Sdp);
                var prack = await scene.Peer.RequestAsync(SipMethod.Prack);
                prack.Content!.GetText().Should().Be(Scene.Offer);
                scene.Peer.Respond(prack, 200);
                (await pracking.FinalAsync()).StatusCode.Should().Be(200);
                Again(scene, invite, 200, headers => headers["Contact"] = "<sip:raw@10.0.0.2:5060>");
            }
            else
            {
                await dialog.SendAckAsync(response);
                break;
            }
        }

        (await scene.Peer.RequestAsync(SipMethod.Ack)).Body.IsEmpty.Should().BeTrue();
        scene.Peer.Requests(SipMethod.Prack).Should().ContainSingle();
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    [Trait("Section", "RFC 3262 5")]
    public void Rfc3262_5_OfferInTheProvisional_NotAnswered_CancelsTheCall() => Scene.Run(async scene =>
    {
        var reading = Scene.ReadAsync(scene.Call().SendInviteAsync());
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 183, "b", Reliable(1), Scene.Answer);
        await FluentActions.Awaiting(() => reading).Should().ThrowAsync<InvalidOperationException>();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Cancel), 200);
        Again(scene, invite, 487, _ => { });
    });

    [Fact]
    [Trait("Section", "RFC 3262 5")]
    public void Rfc3262_5_OfferInThePrack_IsAnsweredInItsResponse() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync(Supported);
        await incoming.RespondAsync(SipStatus.SessionProgress, Answer);
        var next = Scene.FirstAsync(incoming.Dialog!.IncomingAsync());
        var prack = Prack(scene, invite, await scene.Peer.ResponseAsync(183), 2);
        prack.Content = SipContent.Sdp(Scene.Offer);
        await scene.Peer.SendAsync(prack, "10.0.0.1");
        var request = await next;
        request.Request.Method.Should().Be(SipMethod.Prack);
        await request.RespondAsync(SipStatus.Ok, Answer);
        (await scene.Peer.ResponseAsync(200)).Content!.GetText().Should().Be(Scene.Answer);
        await incoming.RejectAsync(SipStatus.BusyHere);
    });

    [Fact]
    [Trait("Section", "RFC 3262 5")]
    public void Rfc3262_5_OfferInTheProvisional_AnswerComesWithThePrack() => Scene.Run(async scene =>
    {
        var next = scene.NextAsync();
        var invite = scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", Demanded);
        await scene.Peer.SendAsync(invite, "10.0.0.1");
        var incoming = (SipIncomingInvite)await next;
        var responding = incoming.RespondReliablyAsync(SipStatus.SessionProgress, Answer);
        var prack = Prack(scene, invite, await scene.Peer.ResponseAsync(183), 2);
        prack.Content = SipContent.Sdp(Scene.Offer);
        await scene.Peer.SendAsync(prack, "10.0.0.1");
        (await responding).Content!.GetText().Should().Be(Scene.Offer);
        var accepting = incoming.AcceptAsync();
        await scene.World.Pass(0.1);
        var ok = scene.Peer.Responses(200).Single(response => response.Headers.CSeq!.Value.Method == SipMethod.Invite);
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1), "10.0.0.1");
        (await accepting).IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Offer_InAnUnreliableProvisional_IsRefusedBeforeItIsSent() => Scene.Run(async scene =>
    {
        var next = scene.NextAsync();
        await scene.Peer.SendAsync(scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1"), "10.0.0.1");
        var incoming = (SipIncomingInvite)await next;
        await FluentActions.Awaiting(() => incoming.RespondAsync(SipStatus.SessionProgress, Answer)).Should().ThrowAsync<InvalidOperationException>();
        await incoming.RejectAsync(SipStatus.BusyHere);
        await scene.Peer.ResponseAsync(486);
        scene.Peer.Responses(183).Should().BeEmpty();
    });

    [Fact]
    public void Class37_PrackTwiceOrOfAnotherNumber_Gets481AndTheCallGoesOn() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync(Supported);
        await incoming.RespondAsync(SipStatus.SessionProgress, Answer);
        var progress = await scene.Peer.ResponseAsync(183);
        var wrong = Prack(scene, invite, progress, 2);
        wrong.Headers.Set(SipHeaderNames.RAck, new SipRAck(progress.Headers.Get(SipHeaderNames.RSeq) + 1, new SipCSeq(1, SipMethod.Invite)));
        await scene.Peer.SendAsync(wrong, "10.0.0.1");
        await scene.Peer.ResponseAsync(481);
        wrong = Prack(scene, invite, progress, 3);
        wrong.Headers["RAck"] = "x";
        await scene.Peer.SendAsync(wrong, "10.0.0.1");
        await scene.Peer.ResponseAsync(400);
        await scene.Peer.SendAsync(Prack(scene, invite, progress, 4), "10.0.0.1");
        await scene.Peer.ResponseAsync(200);
        await scene.Peer.SendAsync(Prack(scene, invite, progress, 5), "10.0.0.1");
        await scene.Peer.ResponseAsync(481);
        await incoming.RejectAsync(SipStatus.BusyHere);
        await scene.Peer.ResponseAsync(486);
    });

    [Fact]
    public void Class37_CancelWhileAReliableResponseIsUnacknowledged_StopsItsRepeats() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync(Demanded);
        var responding = incoming.RespondReliablyAsync(SipStatus.Ringing);
        await scene.Peer.ResponseAsync(180);
        await scene.Peer.SendAsync(RawPeer.CreateCancel(invite), "10.0.0.1");
        await scene.Peer.ResponseAsync(487);
        await FluentActions.Awaiting(() => responding).Should().ThrowAsync<SipConnectionClosedException>();
        var before = scene.Peer.Responses(180).Count;
        await scene.World.Pass(40);
        scene.Peer.Responses(180).Should().HaveCount(before);
    });

    [Fact]
    public void Class37_ReliableResponseWithoutNumber_GetsNoPrack() => Scene.Run(async scene =>
    {
        var reading = Scene.ReadAsync(scene.Call().SendInviteAsync(Scene.Sdp));
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 183, "b", headers => headers["Require"] = "100rel");
        scene.Peer.Respond(invite, 183, "b", headers => (headers["Require"], headers["RSeq"]) = ("100rel", "0"));
        await scene.World.Pass(1);
        scene.Peer.Respond(invite, 486, "b");
        (await reading).Should().Equal(183, 183, 486);
        scene.Peer.Requests(SipMethod.Prack).Should().BeEmpty();
    });

    [Fact]
    public void Rfc6228_OneForkEnds_OthersGoOn() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var reading = Scene.ReadAsync(call);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        invite.Headers.GetAll(SipHeaderNames.Supported).Should().Contain("199");
        scene.Peer.Respond(invite, 180, "one");
        scene.Peer.Respond(invite, 199, "one", headers => headers["Reason"] = "SIP;cause=486");
        await scene.World.Pass(0.1);
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Options, invite, "one", 1), "10.0.0.1");
        await scene.Peer.ResponseAsync(481);
        scene.Peer.Respond(invite, 486, "two");
        (await reading).Should().Equal(180, 199, 486);
    });

    private static Action<SipHeaders> Reliable(uint number) => headers =>
    {
        headers["Require"] = "100rel";
        headers.Set(SipHeaderNames.RSeq, number);
    };

    private static void Supported(SipHeaders headers) => headers["Supported"] = "100rel";

    private static void Demanded(SipHeaders headers) => headers["Require"] = "100rel";

    /// <summary>A response to the INVITE, where other requests came since.</summary>
    private static void Again(Scene scene, SipRequest invite, int status, Action<SipHeaders> headers) => scene.Peer.Respond(invite, status, "b", headers);

    private static SipRequest Prack(Scene scene, SipRequest invite, SipResponse response, uint sequence) =>
        scene.Peer.CreateInDialog(SipMethod.Prack, invite, response, sequence, headers =>
            headers.Set(SipHeaderNames.RAck, new SipRAck(response.Headers.Get(SipHeaderNames.RSeq), new SipCSeq(1, SipMethod.Invite))));
}
