using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Sessions;
using ModernSip.Sessions;
using ModernSip.Subscriptions;

namespace ModernSip.ScenarioTests.Transfers;

/// <summary>The side that is asked by REFER in a call, by a peer that asks what each test wants asked (RFC 3515 §2.4.2 to §2.4.6).</summary>
[Trait("Req", "D11")]
public sealed class ReferralTests
{
    [Fact, Trait("Req", "E5")]
    [Trait("Section", "RFC 3515 2.4.4")]
    public void Rfc3515_2_4_4_Accepted_IsFollowedAndEachStatusReported() => Scene.Run(async scene =>
    {
        var carol = await RawPeer.BindAsync(scene.World, "10.0.0.3");
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var refer = await ReferAsync(scene, dialog, invite, ok, "<sip:carol@10.0.0.3>", headers => headers["Referred-By"] = "<sip:raw@10.0.0.2>");
        refer.ReferredBy!.Uri.Should().Be(SipUri.Parse("sip:raw@10.0.0.2"));
        await using var referral = await refer.AcceptAsync();
        (await scene.Peer.ResponseAsync(202)).Headers["Contact"].Should().NotBeNull();
        (await scene.NextNewsAsync()).Should().Be(("active", "SIP/2.0 100 Trying", "refer"));
        var following = referral.FollowAsync(Scene.Sdp);
        var call = await carol.RequestAsync(SipMethod.Invite);
        (call.Headers["Referred-By"], call.Headers["Replaces"]).Should().Be(("<sip:raw@10.0.0.2>", null));
        call.Headers.CallId.Should().NotBe(invite.Headers.CallId);
        call.Headers.From!.Uri.Should().Be(SipUri.Parse("sip:alice@10.0.0.1"));
        carol.Respond(call, 180, "c");
        (await scene.NextNewsAsync()).Should().Be(("active", "SIP/2.0 180 Ringing", "refer"));
        carol.Respond(call, 180, "c");
        carol.Respond(call, 200, "c", body: Scene.Answer);
        await using var second = await following;
        (await scene.NextNewsAsync()).Should().Be(("terminated;reason=noresource", "SIP/2.0 200 OK", "refer"), "the same status is not told twice");
        await carol.RequestAsync(SipMethod.Ack);
        (dialog.IsConfirmed, second.IsConfirmed, referral.IsReported).Should().Be((true, true, false));
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Bye, invite, ok, 3), "10.0.0.1");
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        var hangingUp = second.SendByeAsync();
        carol.Respond(await carol.RequestAsync(SipMethod.Bye), 200);
        await hangingUp;
    });

    [Fact]
    [Trait("Section", "RFC 3515 2.4.5")]
    public void Rfc3515_2_4_5_TargetIsBusy_ReportsItAndThrows() => Scene.Run(async scene =>
    {
        var carol = await RawPeer.BindAsync(scene.World, "10.0.0.3");
        var (dialog, invite, ok) = await scene.AcceptAsync();
        await using var referral = await (await ReferAsync(scene, dialog, invite, ok, "<sip:carol@10.0.0.3>")).AcceptAsync();
        await scene.NextNewsAsync();
        var following = referral.FollowAsync(Scene.Sdp);
        carol.Respond(await carol.RequestAsync(SipMethod.Invite), 486, "c");
        (await following.Invoking(static task => task).Should().ThrowAsync<SipResponseException>()).Which.Response.StatusCode.Should().Be(486);
        (await scene.NextNewsAsync()).Should().Be(("terminated;reason=noresource", "SIP/2.0 486 Busy Here", "refer"));
        dialog.IsConfirmed.Should().BeTrue();
        await HangUpAsync(scene, dialog);
    });

    [Fact]
    [Trait("Section", "RFC 3515 2.4.5")]
    public void Rfc3515_2_4_5_TargetSaysNothing_Reports408() => Scene.Run(async scene =>
    {
        await RawPeer.BindAsync(scene.World, "10.0.0.3");
        var (dialog, invite, ok) = await scene.AcceptAsync();
        await using var referral = await (await ReferAsync(scene, dialog, invite, ok, "<sip:carol@10.0.0.3>")).AcceptAsync();
        await scene.NextNewsAsync();
        await referral.Invoking(static it => it.FollowAsync(Scene.Sdp)).Should().ThrowAsync<SipException>();
        (await scene.NextNewsAsync()).Line.Should().StartWith("SIP/2.0 408");
        await HangUpAsync(scene, dialog);
    });

    [Fact]
    [Trait("Section", "RFC 3515 2.4.5")]
    public void Rfc3515_2_4_5_ApplicationGivesUp_Reports487AndCancels() => Scene.Run(async scene =>
    {
        var carol = await RawPeer.BindAsync(scene.World, "10.0.0.3");
        var (dialog, invite, ok) = await scene.AcceptAsync();
        await using var referral = await (await ReferAsync(scene, dialog, invite, ok, "<sip:carol@10.0.0.3>")).AcceptAsync();
        await scene.NextNewsAsync();
        using var source = new CancellationTokenSource();
        var following = referral.FollowAsync(Scene.Sdp, source.Token);
        var call = await carol.RequestAsync(SipMethod.Invite);
        carol.Respond(call, 180, "c");
        await scene.NextNewsAsync();
        await source.CancelAsync();
        carol.Respond(await carol.RequestAsync(SipMethod.Cancel), 200);
        carol.Received.RemoveAll(static entry => entry.Message is SipRequest { Method: var method } && method != SipMethod.Invite);
        carol.Respond(call, 487, "c");
        await following.Invoking(static task => task).Should().ThrowAsync<OperationCanceledException>();
        (await scene.NextNewsAsync()).Should().Be(("terminated;reason=noresource", "SIP/2.0 487 Request Terminated", "refer"));
        await HangUpAsync(scene, dialog);
    });

    [Fact]
    [Trait("Section", "RFC 3515 2.4.5")]
    public void Rfc3515_2_4_5_Disposed_Reports503() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var referral = await (await ReferAsync(scene, dialog, invite, ok, "<sip:carol@10.0.0.3>")).AcceptAsync();
        await scene.NextNewsAsync();
        var ending = referral.DisposeAsync();
        (await scene.NextNewsAsync()).Should().Be(("terminated;reason=noresource", "SIP/2.0 503 Service Unavailable", "refer"));
        await ending;
        await HangUpAsync(scene, dialog);
    });

    [Fact]
    [Trait("Section", "RFC 3515 2.4.4")]
    public void Rfc3515_2_4_4_ApplicationReportsByItself_EachStatusIsANotify() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        await using var referral = await (await ReferAsync(scene, dialog, invite, ok, "<sip:carol@10.0.0.3;method=MESSAGE>")).AcceptAsync();
        await scene.NextNewsAsync();
        referral.Refer.Method.Should().Be(SipMethod.Message);
        referral.Refer.Target.Should().Be(SipUri.Parse("sip:carol@10.0.0.3"));
        referral.Invoking(static it => it.CreateInviteDialog()).Should().Throw<InvalidOperationException>();
        var telling = referral.ReportAsync(new SipStatus(202), "Will Do");
        (await scene.NextNewsAsync()).Should().Be(("terminated;reason=noresource", "SIP/2.0 202 Will Do", "refer"));
        await telling;
        await referral.ReportAsync(SipStatus.Ok);
        await HangUpAsync(scene, dialog);
        scene.Peer.Requests(SipMethod.Notify).Should().HaveCount(2, "nothing follows the end");
    });

    [Fact]
    [Trait("Section", "RFC 3515 2.4.2")]
    public void Rfc3515_2_4_2_Declined_Gets603AndNothingIsTold() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        await (await ReferAsync(scene, dialog, invite, ok, "<sip:carol@10.0.0.3>")).RespondAsync(SipStatus.Decline);
        await scene.Peer.ResponseAsync(603);
        dialog.IsConfirmed.Should().BeTrue();
        await HangUpAsync(scene, dialog);
        scene.Peer.Requests(SipMethod.Notify).Should().BeEmpty();
    });

    [Fact]
    [Trait("Section", "RFC 4488 4")]
    public void Rfc4488_4_NoReportsWanted_AgreesAndTellsNothing() => Scene.Run(async scene =>
    {
        var carol = await RawPeer.BindAsync(scene.World, "10.0.0.3");
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var refer = await ReferAsync(scene, dialog, invite, ok, "<sip:carol@10.0.0.3>", static headers =>
        {
            headers["Refer-Sub"] = "false";
            headers["Require"] = "norefersub";
        });
        await using var referral = await refer.AcceptAsync();
        (await scene.Peer.ResponseAsync(202)).Headers["Refer-Sub"].Should().Be("false");
        var following = referral.FollowAsync(Scene.Sdp);
        carol.Respond(await carol.RequestAsync(SipMethod.Invite), 200, "c", body: Scene.Answer);
        var second = await following;
        var hangingUp = second.SendByeAsync();
        carol.Respond(await carol.RequestAsync(SipMethod.Bye), 200);
        await hangingUp;
        await HangUpAsync(scene, dialog);
        scene.Peer.Requests(SipMethod.Notify).Should().BeEmpty();
    });

    [Fact]
    [Trait("Section", "RFC 3515 2.4.6")]
    public void Rfc3515_2_4_6_SecondRefer_IsToldWithItsSequenceNumber() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        await using var one = await (await ReferAsync(scene, dialog, invite, ok, "<sip:carol@10.0.0.3>")).AcceptAsync();
        (await scene.NextNewsAsync()).Event.Should().Be("refer");
        await using var two = await (await ReferAsync(scene, dialog, invite, ok, "<sip:dave@10.0.0.4>", sequence: 3)).AcceptAsync();
        (await scene.NextNewsAsync()).Event.Should().Be("refer;id=3");
        var first = one.ReportAsync(SipStatus.NotFound);
        (await scene.NextNewsAsync()).Should().Be(("terminated;reason=noresource", "SIP/2.0 404 Not Found", "refer"));
        var second = two.ReportAsync(SipStatus.Ok);
        (await scene.NextNewsAsync()).Should().Be(("terminated;reason=noresource", "SIP/2.0 200 OK", "refer;id=3"));
        await Task.WhenAll(first, second);
        await HangUpAsync(scene, dialog);
    });

    [Fact]
    [Trait("Section", "RFC 3515 2.4.4")]
    public void Rfc3515_2_4_4_PeerUnsubscribes_IsToldNoMore() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        await using var referral = await (await ReferAsync(scene, dialog, invite, ok, "<sip:carol@10.0.0.3>")).AcceptAsync();
        await scene.NextNewsAsync();
        await scene.Peer.SendAsync(
            scene.Peer.CreateInDialog(SipMethod.Subscribe, invite, ok, 3, static headers =>
            {
                headers["Contact"] = "<sip:raw@10.0.0.2>";
                headers["Event"] = "refer";
                headers.Expires = 0;
            }),
            "10.0.0.1");
        await scene.Peer.ResponseAsync(200);
        (await scene.NextNewsAsync()).State.Should().Be("terminated;reason=timeout");
        referral.IsReported.Should().BeFalse();
        await referral.ReportAsync(SipStatus.Ok);
        await HangUpAsync(scene, dialog);
    });

    [Fact]
    [Trait("Section", "RFC 5057 4")]
    public void Rfc5057_4_CallEndsWhileTheTargetRings_ReportsGoOn() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        await using var referral = await (await ReferAsync(scene, dialog, invite, ok, "<sip:carol@10.0.0.3>")).AcceptAsync();
        await scene.NextNewsAsync();
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Bye, invite, ok, 3), "10.0.0.1");
        await dialog.Completion;
        var telling = referral.ReportAsync(SipStatus.Ok);
        (await scene.NextNewsAsync()).Should().Be(("terminated;reason=noresource", "SIP/2.0 200 OK", "refer"));
        await telling;
    });

    [Theory]
    [InlineData("<javascript:alert(1)>", 416)]
    [InlineData("<http://example.com/>", 416)]
    [InlineData("<mailto:carol@example.com>", 416)]
    [InlineData(null, 400)]
    [InlineData("<sip:", 400)]
    [InlineData("<sip:carol@10.0.0.3?Replaces=nothing>", 400)]
    [InlineData("<sip:carol@10.0.0.3?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2&Replaces=b%3Bto-tag%3D1%3Bfrom-tag%3D2>", 400)]
    [InlineData("<sip:carol@10.0.0.3?Subject=a%0d%0aEvil:%20yes>", 400)]
    public void Class48_ReferToWhatCannotBeCalled_IsRefusedByTheStackAndTheCallGoesOn(string? referTo, int status) => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var reading = Scene.FirstAsync(dialog.IncomingAsync());
        await scene.Peer.SendAsync(scene.CreateRefer(invite, ok, 2, referTo), "10.0.0.1");
        await scene.Peer.ResponseAsync(status);
        reading.IsCompleted.Should().BeFalse("no application is bothered");
        dialog.IsConfirmed.Should().BeTrue();
        await HangUpAsync(scene, dialog);
        await reading.Invoking(static task => task).Should().ThrowAsync<InvalidOperationException>();
    });

    [Fact]
    [Trait("Section", "RFC 3515 2.4.2")]
    public void Rfc3515_2_4_2_TwoReferTo_Get400() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        await scene.Peer.SendAsync(scene.CreateRefer(invite, ok, 2, "<sip:carol@10.0.0.3>", static headers => headers.Add("r", "<sip:dave@10.0.0.4>")), "10.0.0.1");
        await scene.Peer.ResponseAsync(400);
        await HangUpAsync(scene, dialog);
    });

    [Fact]
    [Trait("Section", "RFC 3261 19.1.5")]
    public void Rfc3261_19_1_5_HeadersThatRouteOrName_AreNotTakenFromTheReferTo() => Scene.Run(async scene =>
    {
        var carol = await RawPeer.BindAsync(scene.World, "10.0.0.3");
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var refer = await ReferAsync(scene, dialog, invite, ok, "<sip:carol@10.0.0.3?Route=%3Csip:evil%4010.0.0.9%3E&From=%3Csip:boss%40example.com%3E&Call-ID=x&body=evil&Subject=hello%20there&Join=j%3Bto-tag%3D1%3Bfrom-tag%3D2>");
        await using var referral = await refer.AcceptAsync();
        await scene.NextNewsAsync();
        var following = referral.FollowAsync(Scene.Sdp);
        var call = await carol.RequestAsync(SipMethod.Invite);
        call.Headers.From!.Uri.Should().Be(SipUri.Parse("sip:alice@10.0.0.1"));
        (call.Headers["Route"], call.Headers["Subject"], call.Headers["Join"]).Should().Be((null, "hello there", "j;to-tag=1;from-tag=2"));
        call.Headers.CallId.Should().NotBe("x");
        carol.Respond(call, 603, "c");
        await following.Invoking(static task => task).Should().ThrowAsync<SipResponseException>();
        await scene.NextNewsAsync();
        await HangUpAsync(scene, dialog);
    });

    [Fact]
    public void Refer_NobodyReads_IsRefusedAndTheCallGoesOn() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        await scene.Peer.SendAsync(scene.CreateRefer(invite, ok, 2, "<sip:carol@10.0.0.3>"), "10.0.0.1");
        await scene.Peer.ResponseAsync(405);
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Notify, invite, ok, 3, static headers => headers["Event"] = "refer"), "10.0.0.1");
        await scene.Peer.ResponseAsync(481);
        dialog.IsConfirmed.Should().BeTrue();
        await HangUpAsync(scene, dialog);
    });

    [Fact, Trait("Req", "E4")]
    [Trait("Section", "RFC 5057 4")]
    public void Rfc5057_4_SubscribeInACall_IsAcceptedInItsDialog() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var reading = Scene.FirstAsync(dialog.IncomingAsync());
        await scene.Peer.SendAsync(Subscribe(2, 600), "10.0.0.1");
        await using var notifier = await ((SipIncomingSubscribe)await reading).AcceptAsync(new SipNotifierOptions { Content = SipContent.PlainText("one") });
        (await scene.Peer.ResponseAsync(200)).Headers.Expires.Should().Be(600);
        var first = await scene.Peer.RequestAsync(SipMethod.Notify);
        scene.Peer.Respond(first, 200);
        (first.Headers.CallId, first.Headers["Event"], first.Content!.GetText()).Should().Be((invite.Headers.CallId, "dialog", "one"));
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Bye, invite, ok, 3), "10.0.0.1");
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        var telling = notifier.NotifyAsync(SipContent.PlainText("two"));
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Notify), 200);
        (await telling).StatusCode.Should().Be(200, "the subscription outlives the call");
        await scene.Peer.SendAsync(Subscribe(4, 0), "10.0.0.1");
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Notify), 200);
        (await notifier.Completion).Ending.Should().Be(SipNotifierEnding.Unsubscribed);
        await scene.World.Pass(1);
        await scene.Peer.SendAsync(Subscribe(5, 600), "10.0.0.1");
        await scene.Peer.ResponseAsync(481);

        SipRequest Subscribe(uint sequence, uint expires) => scene.Peer.CreateInDialog(SipMethod.Subscribe, invite, ok, sequence, headers =>
        {
            headers["Contact"] = "<sip:raw@10.0.0.2>";
            headers["Event"] = "dialog";
            headers.Expires = expires;
        });
    });

    private static async Task<SipIncomingRefer> ReferAsync(Scene scene, SipInviteDialog dialog, SipRequest invite, SipResponse ok, string referTo, Action<Messages.Headers.SipHeaders>? headers = null, uint sequence = 2)
    {
        var reading = Scene.FirstAsync(dialog.IncomingAsync());
        await scene.Peer.SendAsync(scene.CreateRefer(invite, ok, sequence, referTo, headers), "10.0.0.1");
        return (SipIncomingRefer)await reading;
    }

    private static async Task HangUpAsync(Scene scene, SipInviteDialog dialog)
    {
        var hangingUp = dialog.SendByeAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await hangingUp;
    }
}
