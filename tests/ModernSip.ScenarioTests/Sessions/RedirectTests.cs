using ModernSip.Authentication;
using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>3xx answers to a call: shown, or followed when asked (RFC 3261 §8.1.3.4, RFC 3665 §3.6).</summary>
[Trait("Req", "D1")]
public sealed class RedirectTests
{
    [Fact]
    [Trait("Section", "RFC 3665 3.6")]
    public void Rfc3665_3_6_NotAsked_TheRedirectionIsTheFinalResponse() => Scene.Run(async scene =>
    {
        var call = scene.Call().SendInviteAsync(Scene.Sdp);
        Moved(scene, await scene.Peer.RequestAsync(SipMethod.Invite), "<sip:b@10.0.0.2>");
        (await Scene.ReadAsync(call)).Should().Equal(302);
        await scene.World.Pass(1);
        scene.Peer.Requests(SipMethod.Invite).Should().ContainSingle();
    });

    [Fact]
    [Trait("Section", "RFC 3665 3.6")]
    public void Rfc3665_3_6_Asked_TheCallGoesOnToTheBestContactThatAnswers() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        dialog.FollowsRedirects = true;
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var first = await scene.Peer.RequestAsync(SipMethod.Invite);
        Moved(scene, first, "<sip:later@10.0.0.2>;q=0.1, <sip:sooner@10.0.0.2>;q=0.5");
        var second = await scene.Peer.RequestAsync(SipMethod.Invite);
        second.RequestUri.ToString().Should().Be("sip:sooner@10.0.0.2");
        (second.Headers.CallId, second.Headers.From!.Tag, second.Headers.To!.ToString()).Should().Be((first.Headers.CallId, first.Headers.From!.Tag, first.Headers.To!.ToString()));
        scene.Peer.Respond(second, 486, "c");
        var third = await scene.Peer.RequestAsync(SipMethod.Invite);
        third.RequestUri.ToString().Should().Be("sip:later@10.0.0.2");
        third.Headers.CSeq!.Value.Number.Should().Be(3);
        scene.Peer.Respond(third, 200, "d", body: Scene.Answer);
        (await call.FinalAsync()).StatusCode.Should().Be(200);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.To!.Tag.Should().NotBeNull();
        dialog.RemoteTag.Should().Be("d");
    });

    [Fact]
    public void Class41_RedirectionsInARing_EndWithTheRedirection() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        dialog.FollowsRedirects = true;
        var reading = Scene.ReadAsync(dialog.SendInviteAsync(Scene.Sdp));
        Moved(scene, await scene.Peer.RequestAsync(SipMethod.Invite), "<sip:other@10.0.0.2>");
        Moved(scene, await scene.Peer.RequestAsync(SipMethod.Invite), "<sip:raw@10.0.0.2>");
        (await reading).Should().Equal(302, 302);
        scene.Peer.Requests(SipMethod.Invite).Should().HaveCount(2);
    });

    [Fact]
    public void Class43_TargetElsewhereChallenges_GetsNoAnswer() => Scene.Run(
        async scene =>
        {
            var stranger = await RawPeer.BindAsync(scene.World, "10.0.0.7");
            var dialog = scene.Call();
            dialog.FollowsRedirects = true;
            var call = dialog.SendInviteAsync(Scene.Sdp);
            Moved(scene, await scene.Peer.RequestAsync(SipMethod.Invite), "<sip:b@10.0.0.7>");
            var invite = await stranger.RequestAsync(SipMethod.Invite);
            stranger.Respond(invite, 401, "s", headers => headers["WWW-Authenticate"] = "Digest realm=\"phish\", nonce=\"1\", algorithm=MD5");
            await FluentActions.Awaiting(() => call.FinalAsync()).Should().ThrowAsync<SipForbiddenException>();
            stranger.Requests(SipMethod.Invite).Should().ContainSingle();
        },
        options => options.Credentials.Add(new SipCredentials { UserName = "alice", Password = "secret" }));

    [Fact]
    public void Cancel_AfterARedirection_CancelsTheLastInvite() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        dialog.FollowsRedirects = true;
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var reading = Scene.ReadAsync(call);
        Moved(scene, await scene.Peer.RequestAsync(SipMethod.Invite), "<sip:other@10.0.0.2>");
        var second = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(second, 180, "b");
        await scene.World.Pass(0.1);
        var cancelling = call.CancelAsync();
        var cancel = await scene.Peer.RequestAsync(SipMethod.Cancel);
        cancel.Headers.Via!.Branch.Should().Be(second.Headers.Via!.Branch);
        scene.Peer.Respond(cancel, 200);
        scene.Peer.Respond(second, 487, "b");
        await cancelling;
        (await reading).Should().Equal(302, 180, 487);
    });

    private static void Moved(Scene scene, SipRequest invite, string contacts) => scene.Peer.Respond(invite, 302, "moved", headers => headers["Contact"] = contacts);
}
