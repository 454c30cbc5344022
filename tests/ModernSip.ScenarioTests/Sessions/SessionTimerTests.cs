using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sessions;
using ModernSip.Testing;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>Sessions that are refreshed, or end (RFC 4028).</summary>
[Trait("Req", "D10")]
public sealed class SessionTimerTests
{
    [Fact]
    [Trait("Section", "RFC 4028 7.1")]
    public void Rfc4028_7_1_Invite_OffersTimersByDefaultAndAsksForNone() => Scene.Run(async scene =>
    {
        GC.KeepAlive(scene.Call().SendInviteAsync(Scene.Sdp));
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        invite.Headers.GetAll(SipHeaderNames.Supported).Should().Contain("timer");
        invite.Headers.Contains("Session-Expires").Should().BeFalse();
        scene.Peer.Respond(invite, 486, "b");
    });

    [Fact]
    [Trait("Section", "RFC 4028 7.4")]
    public void Rfc4028_7_4_CallerRefreshes_ByUpdateWhereThePeerTakesIt() => Scene.Run(
        async scene =>
        {
            var dialog = await EstablishAsync(scene, "120;refresher=uac", "INVITE, ACK, BYE, UPDATE");
            for (var i = 1; i <= 3; i++)
            {
                var update = await scene.Peer.RequestAsync(SipMethod.Update);
                scene.World.Now.TotalSeconds.Should().BeApproximately(60 * i, 0.5);
                update.Headers["Session-Expires"].Should().Be("120;refresher=uac");
                update.Body.IsEmpty.Should().BeTrue();
                scene.Peer.Respond(update, 200, headers: headers => headers["Session-Expires"] = "120;refresher=uac");
            }

            dialog.IsConfirmed.Should().BeTrue();
        },
        options => options.SessionExpires = TimeSpan.FromSeconds(120));

    [Fact]
    [Trait("Section", "RFC 4028 7.4")]
    public void Rfc4028_7_4_CallerRefreshes_ByInviteThatChangesNothingWhereItDoesNot() => Scene.Run(
        async scene =>
        {
            var dialog = await EstablishAsync(scene, "120;refresher=uac", "INVITE, ACK, BYE");
            var refresh = await scene.Peer.RequestAsync(SipMethod.Invite);
            scene.World.Now.TotalSeconds.Should().BeApproximately(60, 0.5);
            refresh.Content!.GetText().Should().Be(Scene.Offer);
            refresh.Headers["Session-Expires"].Should().Be("120;refresher=uac");
            scene.Peer.Respond(refresh, 200, headers: headers => headers["Session-Expires"] = "120;refresher=uac", body: Scene.Answer);
            (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.CSeq!.Value.Number.Should().Be(2);
            await scene.World.Pass(30);
            dialog.IsConfirmed.Should().BeTrue();
        },
        options => options.SessionExpires = TimeSpan.FromSeconds(120));

    [Fact]
    [Trait("Section", "RFC 4028 7.4")]
    public void Rfc4028_7_4_Gets422_AsksForTheMinimumInTheSameCall() => Scene.Run(
        async scene =>
        {
            var call = scene.Call().SendInviteAsync(Scene.Sdp);
            var first = await scene.Peer.RequestAsync(SipMethod.Invite);
            first.Headers["Session-Expires"].Should().Be("120");
            scene.Peer.Respond(first, 422, "b", headers => headers["Min-SE"] = "300");
            var second = await scene.Peer.RequestAsync(SipMethod.Invite);
            (second.Headers["Session-Expires"], second.Headers["Min-SE"]).Should().Be(("300", "300"));
            second.Headers.CallId.Should().Be(first.Headers.CallId);
            second.Headers.From!.ToString().Should().Be(first.Headers.From!.ToString());
            second.Headers.CSeq!.Value.Number.Should().Be(2);
            scene.Peer.Respond(second, 422, "b", headers => headers["Min-SE"] = "300"); // it got what it wants
            (await Scene.ReadAsync(call)).Should().Equal(422);
        },
        options => options.SessionExpires = TimeSpan.FromSeconds(120));

    [Fact]
    [Trait("Section", "RFC 4028 9")]
    public void Rfc4028_9_IntervalTooSmall_Gets422FromTheStack() => Scene.Run(
        async scene =>
        {
            var listening = scene.NextAsync();
            var invite = scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", Asks("100"), body: Scene.Offer);
            await scene.Peer.SendAsync(invite, "10.0.0.1");
            (await scene.Peer.ResponseAsync(422)).Headers["Min-SE"].Should().Be("120");
            listening.IsCompleted.Should().BeFalse();
        },
        options => options.MinSessionExpires = TimeSpan.FromMinutes(2));

    [Fact]
    [Trait("Section", "RFC 4028 10")]
    public void Rfc4028_10_CalleeIsNotRefreshed_EndsTheSessionBeforeItExpires() => Scene.Run(async scene =>
    {
        var (dialog, _, ok) = await scene.AcceptAsync(Asks("120;refresher=uac"));
        (ok.Headers["Session-Expires"], ok.Headers["Require"]).Should().Be(("120;refresher=uac", "timer"));
        var bye = await scene.Peer.RequestAsync(SipMethod.Bye);
        scene.World.Now.TotalSeconds.Should().BeApproximately(88, 0.5);
        bye.Headers["Reason"].Should().Contain("408");
        scene.Peer.Respond(bye, 200);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.SessionExpired);
    });

    [Fact]
    [Trait("Section", "RFC 4028 10")]
    public void Rfc4028_10_CalleeIsRefreshed_GoesOn() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync(Asks("120;refresher=uac"));
        for (var i = 0; i < 5; i++)
        {
            await scene.World.Pass(60);
            await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Update, invite, ok, (uint)(2 + i), headers =>
            {
                Asks("120;refresher=uac")(headers);
                headers["Contact"] = invite.Headers["Contact"];
            }), "10.0.0.1");
            (await scene.Peer.ResponseAsync(200)).Headers["Session-Expires"].Should().Be("120;refresher=uac");
        }

        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    [Trait("Section", "RFC 4028 9")]
    public void Rfc4028_9_CallerCannot_CalleeRefreshes() => Scene.Run(async scene =>
    {
        var (_, _, ok) = await scene.AcceptAsync(headers => headers["Session-Expires"] = "120"); // put in by a proxy
        ok.Headers["Session-Expires"].Should().Be("120;refresher=uas");
        ok.Headers.Contains("Require").Should().BeFalse();
        var refresh = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.World.Now.TotalSeconds.Should().BeApproximately(60, 0.5);
        refresh.Headers["Session-Expires"].Should().Be("120;refresher=uac", "in its own request this side is the uac");
        refresh.Content!.GetText().Should().Be(Scene.Answer);
        scene.Peer.Respond(refresh, 200, body: Scene.Offer);
        await scene.Peer.RequestAsync(SipMethod.Ack);
    });

    [Theory, InlineData(481), InlineData(408)]
    [Trait("Section", "RFC 4028 10")]
    public void Rfc4028_10_PeerHasNoSession_EndsTheSession(int status) => Scene.Run(
        async scene =>
        {
            var dialog = await EstablishAsync(scene, "120;refresher=uac", "UPDATE");
            scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Update), status);
            scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye, 1), 481);
            (await dialog.Completion).Cause.Should().Be(SipDialogEnd.SessionExpired);
        },
        options => options.SessionExpires = TimeSpan.FromSeconds(120));

    [Fact]
    [Trait("Section", "RFC 4028 10")]
    public void Rfc4028_10_RefreshNeverAnswered_EndsTheSessionBeforeItExpires() => Scene.Run(
        async scene =>
        {
            var dialog = await EstablishAsync(scene, "120;refresher=uac", "UPDATE");
            scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
            scene.World.Now.TotalSeconds.Should().BeApproximately(88, 0.5);
            (await dialog.Completion).Cause.Should().Be(SipDialogEnd.SessionExpired);
        },
        options => options.SessionExpires = TimeSpan.FromSeconds(120));

    [Fact]
    [Trait("Section", "RFC 4028 10")]
    public void Rfc4028_10_RefreshRefusedForNow_IsTriedAgain() => Scene.Run(
        async scene =>
        {
            var dialog = await EstablishAsync(scene, "120;refresher=uac", "UPDATE");
            scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Update), 500);
            scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Update, 20), 200, headers: headers => headers["Session-Expires"] = "120;refresher=uas");
            await scene.World.Pass(80);
            dialog.IsConfirmed.Should().BeTrue();
            scene.Peer.Requests(SipMethod.Update).Should().HaveCount(2, "the peer has taken over");
            scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
            (await dialog.Completion).Cause.Should().Be(SipDialogEnd.SessionExpired);
        },
        options => options.SessionExpires = TimeSpan.FromSeconds(120));

    [Fact]
    public void Timers_SwitchedOff_AreNeitherOfferedNorGranted() => Scene.Run(
        async scene =>
        {
            var (dialog, _, ok) = await scene.AcceptAsync(Asks("120"));
            ok.Headers.Contains("Session-Expires").Should().BeFalse();
            await scene.World.Pass(200);
            dialog.IsConfirmed.Should().BeTrue();
        },
        options => options.SessionTimers = false);

    [Fact]
    public void Call_Of24HoursWithTimersHoldsAndLoss_EndsNormally()
    {
        var world = new World(seed: 24, new SipNetworkConditions { Loss = 0.1 });
        world.Run(
            async () =>
            {
                await using var alice = await world.CreateClient("10.0.0.1", options => options.SessionExpires = TimeSpan.FromMinutes(10)).ConnectAsync();
                await using var bob = await world.CreateClient("10.0.0.2").ConnectAsync();
                var accepting = AcceptAsync(bob);
                var dialog = alice.CreateInviteDialog("sip:bob@10.0.0.2");
                (await dialog.SendInviteAsync(Described(1, "sendrecv")).FinalAsync()).StatusCode.Should().Be(200);
                var other = await accepting;
                var answering = AnswerAsync(other);
                for (var hour = 0; hour < 24; hour++)
                {
                    await world.Pass(3_590);
                    (await dialog.SendInviteAsync(Described(2 + (2 * hour), "sendonly")).FinalAsync()).StatusCode.Should().Be(200);
                    await world.Pass(10);
                    (await dialog.SendInviteAsync(Described(3 + (2 * hour), "sendrecv")).FinalAsync()).StatusCode.Should().Be(200);
                }

                dialog.IsConfirmed.Should().BeTrue();
                other.IsConfirmed.Should().BeTrue();
                await dialog.SendByeAsync();
                (await dialog.Completion).Cause.Should().Be(SipDialogEnd.LocalBye);
                (await other.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
                await answering;
            },
            TimeSpan.FromHours(25));
        world.Now.Should().BeGreaterThan(TimeSpan.FromHours(24));
    }

    private static SipContent Described(int version, string direction) =>
        SipContent.Sdp($"v=0\r\no=- 1 {version} IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na={direction}\r\n");

    private static async Task<SipInviteDialog> AcceptAsync(SipConnection connection)
    {
        var invite = (SipIncomingInvite)await Scene.FirstAsync(connection.IncomingAsync());
        return await invite.AcceptAsync(Described(1, "sendrecv"));
    }

    private static async Task AnswerAsync(SipInviteDialog dialog)
    {
        var version = 1;
        await foreach (var request in dialog.IncomingAsync())
        {
            var isHold = request.Request.Content!.GetText().Contains("sendonly", StringComparison.Ordinal);
            await request.RespondAsync(SipStatus.Ok, Described(++version, isHold ? "recvonly" : "sendrecv"));
        }
    }

    private static Action<SipHeaders> Asks(string expires) => headers =>
    {
        headers["Supported"] = "timer";
        headers["Session-Expires"] = expires;
    };

    private static async Task<SipInviteDialog> EstablishAsync(Scene scene, string granted, string allow)
    {
        var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 200, "b", headers => (headers["Session-Expires"], headers["Allow"]) = (granted, allow), Scene.Answer);
        (await call.FinalAsync()).StatusCode.Should().Be(200);
        await scene.Peer.RequestAsync(SipMethod.Ack);
        return dialog;
    }
}
