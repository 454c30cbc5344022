using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>An INVITE that takes the place of a dialog (RFC 3891 §3).</summary>
[Trait("Req", "D11")]
public sealed class ReplacesTests
{
    [Fact]
    [Trait("Section", "RFC 3891 3")]
    public void Rfc3891_3_SessionThatIsUp_EndsWhenTheInviteIsAccepted() => Scene.Run(async scene =>
    {
        var (old, first, ok) = await scene.AcceptAsync();
        var (incoming, invite) = await ReplaceAsync(scene, $"{first.Headers.CallId};to-tag={ok.Headers.To!.Tag};from-tag={first.Headers.From!.Tag}");
        incoming.Replaces!.CallId.Should().Be(first.Headers.CallId);
        old.IsConfirmed.Should().BeTrue();
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        var bye = await scene.Peer.RequestAsync(SipMethod.Bye);
        bye.Headers.CallId.Should().Be(first.Headers.CallId);
        scene.Peer.Respond(bye, 200);
        (await old.Completion).Should().Match<SipDialogOutcome>(outcome => outcome.Cause == SipDialogEnd.Transferred && outcome.EndedBy == SipDialogSide.Local);
        var accepted = scene.Peer.Responses(200).Last(response => response.Headers.CallId == invite.Headers.CallId);
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, accepted, 1), "10.0.0.1");
        (await accepting).IsConfirmed.Should().BeTrue();
    });

    [Fact]
    [Trait("Section", "RFC 3891 3")]
    public void Rfc3891_3_InviteIsRejected_LeavesTheSessionAsItWas() => Scene.Run(async scene =>
    {
        var (old, first, ok) = await scene.AcceptAsync();
        var (incoming, _) = await ReplaceAsync(scene, $"{first.Headers.CallId};to-tag={ok.Headers.To!.Tag};from-tag={first.Headers.From!.Tag}");
        await incoming.RejectAsync(SipStatus.Decline);
        await scene.Peer.ResponseAsync(603);
        await scene.World.Pass(1);
        old.IsConfirmed.Should().BeTrue();
        scene.Peer.Requests(SipMethod.Bye).Should().BeEmpty();
    });

    [Fact]
    [Trait("Section", "RFC 3891 3")]
    public void Rfc3891_3_OwnInviteThatRings_IsCancelled() => Scene.Run(async scene =>
    {
        var call = scene.Call().SendInviteAsync(Scene.Sdp);
        var reading = Scene.ReadAsync(call);
        var own = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(own, 180, "b");
        await scene.World.Pass(0.1);
        var (incoming, _) = await ReplaceAsync(scene, $"{own.Headers.CallId};to-tag={own.Headers.From!.Tag};from-tag=b;early-only");
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Cancel), 200);
        scene.Peer.Received.RemoveAll(entry => entry.Message is SipRequest { Method: var method } && method != SipMethod.Invite);
        scene.Peer.Respond(own, 487, "b");
        (await reading).Should().Equal(180, 487);
        await FluentActions.Awaiting(() => accepting).Should().ThrowAsync<Errors.SipTimeoutException>("nobody acknowledges here");
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
    });

    [Theory]
    [InlineData("{id};to-tag={to};from-tag=wrong", 481)]
    [InlineData("other;to-tag={to};from-tag={from}", 481)]
    [InlineData("{id};to-tag={from};from-tag={to}", 481)] // as the peer sees it, not this side
    [InlineData("{id};to-tag={to};from-tag={from};early-only", 486)]
    [InlineData("{id};to-tag={to}", 400)]
    [InlineData("", 400)]
    [Trait("Section", "RFC 3891 3")]
    public void Rfc3891_3_DialogThatCannotBeReplaced_IsRefusedByTheStack(string replaces, int status) => Scene.Run(async scene =>
    {
        var (old, first, ok) = await scene.AcceptAsync();
        var listening = scene.NextAsync();
        var value = replaces.Replace("{id}", first.Headers.CallId, StringComparison.Ordinal)
            .Replace("{to}", ok.Headers.To!.Tag, StringComparison.Ordinal)
            .Replace("{from}", first.Headers.From!.Tag, StringComparison.Ordinal);
        await scene.Peer.SendAsync(scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", headers => headers["Replaces"] = value, body: Scene.Offer), "10.0.0.1");
        await scene.Peer.ResponseAsync(status);
        listening.IsCompleted.Should().BeFalse();
        old.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    [Trait("Section", "RFC 3891 3")]
    public void Rfc3891_3_DialogThatIsHungUpAlready_IsDeclined() => Scene.Run(async scene =>
    {
        var (old, first, ok) = await scene.AcceptAsync();
        var listening = scene.NextAsync();
        var hangingUp = old.SendByeAsync();
        var bye = await scene.Peer.RequestAsync(SipMethod.Bye);
        (await scene.AskAsync(scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", headers => headers["Replaces"] = $"{first.Headers.CallId};to-tag={ok.Headers.To!.Tag};from-tag={first.Headers.From!.Tag}", body: Scene.Offer))).Should().Be(603);
        listening.IsCompleted.Should().BeFalse();
        scene.Peer.Respond(bye, 200);
        await hangingUp;
    });

    [Fact]
    [Trait("Section", "RFC 3891 3")]
    public void Rfc3891_3_DialogThatRingsHere_CannotBeReplaced() => Scene.Run(async scene =>
    {
        var (ringing, first) = await scene.ReceiveAsync();
        await ringing.RespondAsync(SipStatus.Ringing);
        var tag = (await scene.Peer.ResponseAsync(180)).Headers.To!.Tag;
        await scene.Peer.SendAsync(scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", headers => headers["Replaces"] = $"{first.Headers.CallId};to-tag={tag};from-tag={first.Headers.From!.Tag}", body: Scene.Offer), "10.0.0.1");
        await scene.Peer.ResponseAsync(481);
        ringing.Canceled.IsCancellationRequested.Should().BeFalse();
        await ringing.RejectAsync(SipStatus.BusyHere);
    });

    [Fact]
    [Trait("Section", "RFC 3891 3")]
    public void Rfc3891_3_NotAccepted_IsNotSupported() => Scene.Run(
        async scene =>
        {
            await scene.Peer.SendAsync(scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", headers => headers["Require"] = "replaces", body: Scene.Offer), "10.0.0.1");
            (await scene.Peer.ResponseAsync(420)).Headers["Unsupported"].Should().Be("replaces");
        },
        options => options.AcceptsReplaces = false);

    private static async Task<(SipIncomingInvite Incoming, SipRequest Invite)> ReplaceAsync(Scene scene, string replaces) =>
        await scene.ReceiveAsync(headers => headers["Replaces"] = replaces);
}
