using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Simulation;
using ModernSip.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace ModernSip.ScenarioTests.Sessions.Races;

/// <summary>Messages that arrive behind a BYE (RFC 5407 §3.2, §3.3.3, appendices B and D), each seen from this side.</summary>
[Trait("Req", "D8")]
public sealed class MortalTests
{
    [Fact, Trait("Section", "RFC 5407 3.2.1")]
    public void Rfc5407_3_2_1_ByesCross_BothAreAnsweredAndBothSidesEnd() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var hangingUp = dialog.SendByeAsync();
        var own = await scene.Peer.RequestAsync(SipMethod.Bye);
        (await scene.AskAsync(scene.Peer.CreateFromCallee(SipMethod.Bye, invite, "b", 1))).Should().Be(200);
        await hangingUp;
        (await dialog.Completion).Cause.Should().BeOneOf(SipDialogEnd.LocalBye, SipDialogEnd.RemoteBye);
        scene.Peer.Respond(own, 200);
        await scene.World.Pass(40);
        scene.Peer.Requests(SipMethod.Bye).Should().ContainSingle("its answer stops it, though the dialog is gone");
    });

    [Theory]
    [InlineData("INVITE"), InlineData("UPDATE"), InlineData("INFO"), InlineData("MESSAGE"), InlineData("OPTIONS")]
    [Trait("Section", "RFC 5407 3.2.2")]
    public void Rfc5407_3_2_2_RequestCrossesOurBye_Gets481AndNobodySeesIt(string method) => RequestCrossesBye(method);

    [Fact, Trait("Req", "D11"), Trait("Section", "RFC 5407 3.3.3")]
    public void Rfc5407_3_3_3_ReferCrossesOurBye_Gets481AndNobodySeesIt() => RequestCrossesBye("REFER");

    [Fact, Trait("Section", "RFC 5407 3.2.2")]
    public void Rfc5407_3_2_2_ByeCrossesOurReinvite_TheReinviteEndsWithTheSession() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var reading = Scene.ReadAsync(dialog.SendInviteAsync(Scene.Sdp));
        var own = await scene.Peer.RequestAsync(SipMethod.Invite);
        (await scene.AskAsync(scene.Peer.CreateFromCallee(SipMethod.Bye, invite, "b", 1))).Should().Be(200);
        scene.Peer.Respond(own, 481);
        await scene.Peer.RequestAsync(SipMethod.Ack); // F9: the transaction lives on
        (await reading).Should().Equal(481);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        scene.Peer.Requests(SipMethod.Bye).Should().BeEmpty();
    });

    [Theory, InlineData(true), InlineData(false), Trait("Section", "RFC 5407 3.2.3")]
    public void Rfc5407_3_2_3_The2xxToOurReinviteCrossesOurBye_IsAcknowledgedAndLeavesNothing(bool hasOffer)
    {
        using var gauges = new StackGauges();
        Scene.Run(
            async scene =>
            {
                var (dialog, _) = await scene.EstablishAsync();
                GC.KeepAlive(dialog.SendInviteAsync(hasOffer ? Scene.Sdp : null));
                var own = await scene.Peer.RequestAsync(SipMethod.Invite);
                var hangingUp = dialog.SendByeAsync();
                var bye = await scene.Peer.RequestAsync(SipMethod.Bye);
                scene.Peer.Respond(own, 200, headers: headers => headers["Session-Expires"] = "300;refresher=uac", body: Scene.Answer);
                (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.CSeq!.Value.Number.Should().Be(2);
                scene.World.Now.TotalSeconds.Should().BeLessThan(1, "it is owed at once");
                scene.Peer.Respond(bye, 200);
                await hangingUp;
                await scene.World.Pass(40);
                gauges.ReadHeld().Should().BeEmpty("a session that has ended is not refreshed");
                scene.Peer.Requests(SipMethod.Bye).Should().ContainSingle();
            },
            services: services => services.AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(gauges));
    }

    [Theory, InlineData(true), InlineData(false), Trait("Section", "RFC 5407 3.2.3")]
    public void Rfc5407_3_2_3_ByeCrossesThe2xxToOurReinvite_The2xxIsAcknowledged(bool hasOffer)
    {
        using var gauges = new StackGauges();
        Scene.Run(
            async scene =>
            {
                var (dialog, invite) = await scene.EstablishAsync();
                var call = dialog.SendInviteAsync(hasOffer ? Scene.Sdp : null);
                var own = await scene.Peer.RequestAsync(SipMethod.Invite);
                (await scene.AskAsync(scene.Peer.CreateFromCallee(SipMethod.Bye, invite, "b", 1))).Should().Be(200);
                scene.Peer.Respond(own, 200, headers: headers => headers["Session-Expires"] = "300;refresher=uac", body: Scene.Answer);
                (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.CSeq!.Value.Number.Should().Be(own.Headers.CSeq!.Value.Number);
                (await Scene.FirstAsync(call)).StatusCode.Should().Be(200);
                (await dialog.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
                await scene.World.Pass(40);
                gauges.ReadHeld().Should().BeEmpty();
                scene.Peer.Requests(SipMethod.Bye).Should().BeEmpty("it is over already");
            },
            services: services => services.AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(gauges));
    }

    [Fact, Trait("Section", "RFC 5407 3.2.3")]
    public void Rfc5407_3_2_3_RefreshFailsBehindTheBye_NoTimerIsStartedForAnEndedSession()
    {
        using var gauges = new StackGauges();
        Scene.Run(
            async scene =>
            {
                var dialog = scene.Call();
                var final = dialog.SendInviteAsync(Scene.Sdp).FinalAsync();
                var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
                scene.Peer.Respond(invite, 200, "b", headers => headers["Session-Expires"] = "90;refresher=uac", Scene.Answer);
                await final;
                var refresh = await scene.Peer.RequestAsync(SipMethod.Invite);
                (await scene.AskAsync(scene.Peer.CreateFromCallee(SipMethod.Bye, invite, "b", 1))).Should().Be(200);
                scene.Peer.Respond(refresh, 500);
                await scene.World.Pass(40);
                gauges.ReadHeld().Should().BeEmpty();
            },
            services: services => services.AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(gauges));
    }

    [Fact, Trait("Section", "RFC 5407 3.2.4")]
    public void Rfc5407_3_2_4_CalleeHangsUpBeforeTheAck_ByeWaitsForItAndItsAnswerStartsNothing() => Scene.Run(async scene =>
    {
        using var hangUp = new CancellationTokenSource();
        var next = scene.NextAsync();
        var invite = scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1"); // no offer: the answer is in the ACK
        await scene.SendAsync(invite);
        var accepting = ((SipIncomingInvite)await next).AcceptAsync(SipContent.Sdp(Scene.Offer), hangUp.Token);
        var ok = await scene.Peer.ResponseAsync(200);
        hangUp.Cancel();
        await FluentActions.Awaiting(() => accepting).Should().ThrowAsync<OperationCanceledException>();
        await scene.World.Pass(0.1);
        scene.Peer.Requests(SipMethod.Bye).Should().BeEmpty("a callee waits for the ACK (RFC 3261 §15)");
        var ack = scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1);
        ack.Content = SipContent.Sdp(Scene.Answer);
        await scene.SendAsync(ack);
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
    });

    [Theory, InlineData(true), InlineData(false), Trait("Section", "RFC 5407 3.2.4")]
    public void Rfc5407_3_2_4_ByeComesBeforeOurAck_TheAckIsSentAllTheSame(bool hasOffer) => Scene.Run(async scene =>
    {
        await using var dialog = scene.Call();
        var call = dialog.SendInviteAsync(hasOffer ? Scene.Sdp : null);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        await foreach (var response in call)
        {
            response.StatusCode.Should().Be(200);
            (await scene.AskAsync(scene.Peer.CreateFromCallee(SipMethod.Bye, invite, "b", 1))).Should().Be(200);
            scene.Peer.Requests(SipMethod.Ack).Should().BeEmpty("the application has the word");
            scene.Peer.Respond(invite, 200, "b", body: Scene.Answer); // the 2xx comes once more: it must not go on for 32 s
            await scene.Peer.RequestAsync(SipMethod.Ack);
            break;
        }

        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        scene.Peer.Requests(SipMethod.Bye).Should().BeEmpty();
    });

    [Fact, Trait("Section", "RFC 5407 B")]
    public void Rfc5407_B_ByeOverlapsOurReinvite_TheInviteIsRepeatedUpToItsAnswer() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var reading = Scene.ReadAsync(dialog.SendInviteAsync(Scene.Sdp));
        await scene.Peer.RequestAsync(SipMethod.Invite); // F1 is lost
        var hangingUp = dialog.SendByeAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await hangingUp;
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 481); // F4 = F1
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.CSeq!.Value.Number.Should().Be(2);
        (await reading).Should().Equal(481);
        scene.Peer.Requests(SipMethod.Bye).Should().ContainSingle();
    });

    [Theory, InlineData(true), InlineData(false), Trait("Section", "RFC 5407 B")]
    public void Rfc5407_B_ReinviteComesBehindTheBye_IsRefused(bool isAnsweredByThen) => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        if (!isAnsweredByThen)
        {
            var hangingUp = dialog.SendByeAsync(); // and the peer's crosses it
            await scene.Peer.RequestAsync(SipMethod.Bye);
            (await scene.AskAsync(scene.Reinvite(invite, ok, 2))).Should().Be(481);
            (await scene.AskAsync(scene.Peer.CreateInDialog(SipMethod.Bye, invite, ok, 3))).Should().Be(200);
            await hangingUp;
            return;
        }

        (await scene.AskAsync(scene.Peer.CreateInDialog(SipMethod.Bye, invite, ok, 3))).Should().Be(200);
        (await scene.AskAsync(scene.Reinvite(invite, ok, 2))).Should().Be(481, "it was lost the first time");
        await dialog.Completion;
    });

    [Fact, Trait("Section", "RFC 5407 D")]
    public void Rfc5407_D_OurByeIsChallenged_ItIsSentAgainWithCredentials() => Scene.Run(
        async scene =>
        {
            var (dialog, _) = await scene.EstablishAsync();
            var hangingUp = dialog.SendByeAsync();
            var first = await scene.Peer.RequestAsync(SipMethod.Bye);
            scene.Peer.Respond(first, 401, headers: headers => headers["WWW-Authenticate"] = "Digest realm=\"here\", nonce=\"1\", algorithm=MD5");
            var second = await scene.Peer.RequestAsync(SipMethod.Bye);
            (second.Headers.CSeq!.Value.Number, second.Headers.Contains("Authorization")).Should().Be((first.Headers.CSeq!.Value.Number + 1, true));
            hangingUp.IsCompleted.Should().BeFalse("the first was not the end");
            scene.Peer.Respond(second, 200);
            await hangingUp;
        },
        options =>
        {
            options.Credentials.Add(new SipCredentials { UserName = "alice", Password = "secret", Realm = "here" });
            options.Authentication.AnswerInDialogs = true;
        });

    [Fact, Trait("Section", "RFC 5407 D")]
    public void Rfc5407_D_PeersReinviteIsOpenWhenWeHangUp_GetsItsFinalResponseAtOnce() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var next = Scene.FirstAsync(dialog.IncomingAsync());
        var reinvite = scene.Reinvite(invite, ok, 2);
        await scene.SendAsync(reinvite);
        var incoming = await next;
        var hangingUp = dialog.SendByeAsync();
        (await scene.Peer.AnswerAsync(reinvite)).StatusCode.Should().Be(487);
        scene.World.Now.TotalSeconds.Should().BeLessThan(1, "the BYE is not answered yet");
        await incoming.RespondAsync(SipStatus.Ok, SipContent.Sdp(Scene.Answer)); // too late, which the token of the request has told
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await hangingUp;
        scene.Peer.Responses(200).Should().ContainSingle("that of the first INVITE");
    });

    private static void RequestCrossesBye(string method) => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var seen = new List<SipMethod>();
        var reading = ReadAsync();
        var hangingUp = dialog.SendByeAsync();
        var own = await scene.Peer.RequestAsync(SipMethod.Bye);
        var crossing = scene.Peer.CreateFromCallee(new SipMethod(method), invite, "b", 1, headers =>
        {
            headers["Contact"] = $"<sip:raw@{scene.Peer.HostPort}>";
            if (method == "REFER") headers["Refer-To"] = "<sip:carol@10.0.0.3>";
        });
        (await scene.AskAsync(crossing)).Should().Be(481);
        scene.Peer.Respond(own, 200);
        await hangingUp;
        await reading;
        seen.Should().BeEmpty();
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.LocalBye);

        async Task ReadAsync()
        {
            await foreach (var request in dialog.IncomingAsync()) seen.Add(request.Request.Method);
        }
    });
}
