using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sessions;
using static FluentAssertions.FluentActions;

namespace ModernSip.ScenarioTests.Calls;

/// <summary>Transfers as a call sees them, at both ends.</summary>
[Trait("Req", "D11")]
public sealed class CallTransferTests
{
    [Fact]
    public void Transfer_PeerFollows_TalksToTheTarget() => CallScene.Run(async scene =>
    {
        await using var carol = await scene.World.CreateClient("10.0.0.3").ConnectAsync();
        await using var answering = carol.OnInvite(static async (invite, ended) =>
        {
            await using var call = await invite.AcceptCallAsync(CallScene.AnswerTo(invite.Request), null, ended);
            await call.Completion.WaitAsync(ended);
        });
        var followed = new TaskCompletionSource<SipInviteDialog>();
        var (alice, bob) = await scene.ConnectAsync(ofBob: new SipCallOptions
        {
            FollowTransfer = async refer =>
            {
                await using var referral = await refer.AcceptAsync();
                followed.SetResult(await referral.FollowAsync(CallScene.Offer));
            },
        });

        await using var transfer = await alice.TransferAsync("sip:carol@10.0.0.3");
        (await transfer.FinalAsync())!.IsSuccess.Should().BeTrue();
        await alice.DisposeAsync();
        await (await followed.Task).DisposeAsync();
        await bob.DisposeAsync();
    });

    /// <summary>Alice talks to Bob, asks Carol, and connects the two: Carol's first call is replaced.</summary>
    [Fact, Trait("Section", "RFC 5359 2.5"), Trait("Section", "RFC 3891 3")]
    public void Rfc5359_2_5_AttendedTransfer_BobTalksToCarolAndBothCallsOfAliceEnd() => CallScene.Run(async scene =>
    {
        await using var carol = await scene.World.CreateClient("10.0.0.3").ConnectAsync();
        var (atCarol, replacing) = (new List<SipCall>(), new List<SipCallIdValue?>());
        await using var answering = carol.OnInvite(async (invite, ended) =>
        {
            replacing.Add(invite.Replaces);
            await using var call = await invite.AcceptCallAsync(CallScene.AnswerTo(invite.Request), null, ended);
            atCarol.Add(call);
            await call.Completion.WaitAsync(ended);
        });
        var followed = new TaskCompletionSource<SipInviteDialog>();
        var (alice, bob) = await scene.ConnectAsync(ofBob: new SipCallOptions
        {
            FollowTransfer = async refer =>
            {
                await using var referral = await refer.AcceptAsync();
                followed.SetResult(await referral.FollowAsync(CallScene.Offer));
            },
        });

        await alice.HoldAsync();
        bob.IsHeldByPeer.Should().BeTrue();
        var consultation = await scene.Alice.CallAsync("sip:carol@10.0.0.3", CallScene.Offer);
        await Awaiting(() => alice.TransferAsync(alice)).Should().ThrowAsync<ArgumentException>();
        await using var transfer = await alice.TransferAsync(consultation);
        (await transfer.FinalAsync())!.IsSuccess.Should().BeTrue();
        (await consultation.Completion).Should().Match<SipDialogOutcome>(static outcome => outcome.Cause == SipDialogEnd.Transferred && outcome.EndedBy == SipDialogSide.Peer);
        replacing.Should().HaveCount(2);
        replacing[0].Should().BeNull();
        replacing[1]!.CallId.Should().Be(consultation.Dialog.CallId);
        (await atCarol[0].Completion).Cause.Should().Be(SipDialogEnd.Transferred);

        await alice.HangUpAsync();
        (await alice.Completion).Cause.Should().Be(SipDialogEnd.Transferred);
        var second = await followed.Task;
        (second.IsConfirmed, atCarol[1].Dialog.IsConfirmed).Should().Be((true, true));
        await second.DisposeAsync();
        (await atCarol[1].Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        await alice.DisposeAsync();
        await bob.DisposeAsync();
    });

    [Fact]
    public void Transfer_ConsultationHasEnded_ThrowsAtTheCallAndTheFirstGoesOn() => CallScene.Run(async scene =>
    {
        await using var carol = await scene.World.CreateClient("10.0.0.3").ConnectAsync();
        await using var answering = carol.OnInvite(static async (invite, ended) => await (await invite.AcceptCallAsync(CallScene.AnswerTo(invite.Request), null, ended)).Completion.WaitAsync(ended));
        var (alice, _) = await scene.ConnectAsync();
        var consultation = await scene.Alice.CallAsync("sip:carol@10.0.0.3", CallScene.Offer);
        await consultation.HangUpAsync();
        await Awaiting(() => alice.TransferAsync(consultation)).Should().ThrowAsync<InvalidOperationException>();
        await alice.HoldAsync();
        await alice.DisposeAsync();
    });

    [Fact, Trait("Req", "G3")]
    public void Class40_FollowTransfer_DisposesTheCall_ItEndsAndTheReferIsRefused() => CallScene.Run(async scene =>
    {
        SipCall? bob = null;
        (var alice, bob) = await scene.ConnectAsync(ofBob: new SipCallOptions { FollowTransfer = async _ => await bob!.DisposeAsync() });
        var transferring = alice.TransferAsync("sip:carol@10.0.0.3");
        await Awaiting(() => transferring).Should().ThrowAsync<SipException>();
        (await alice.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        await bob.DisposeAsync();
    });

    [Fact, Trait("Section", "RFC 7647 4"), Trait("Section", "RFC 4538 5")]
    public void Rfc4538_5_ReferOutsideOfTheCall_NamesItAndThePeerFindsIt() => CallScene.Run(async scene =>
    {
        var (alice, bob) = await scene.ConnectAsync();
        var next = Sessions.Scene.FirstAsync(scene.Bob.IncomingAsync());
        var referring = scene.Alice.ReferAsync("sip:bob@10.0.0.2", "sip:carol@10.0.0.3", new SipTransferOptions { TargetDialog = alice.Dialog });
        var refer = (SipIncomingRefer)await next;
        var named = refer.TargetDialog!;
        var another = new SipCallIdValue("another").WithParameter("local-tag", bob.Dialog.LocalTag).WithParameter("remote-tag", bob.Dialog.RemoteTag);
        (bob.Dialog.IsNamedBy(named), bob.Dialog.IsNamedBy(another), bob.Dialog.IsNamedBy(null)).Should().Be((true, false, false));
        named.Parameters["local-tag"].Should().Be(bob.Dialog.LocalTag, "the tags are the receiver's");
        var turned = new SipCallIdValue(named.CallId).WithParameter("local-tag", bob.Dialog.RemoteTag).WithParameter("remote-tag", bob.Dialog.LocalTag);
        var forged = new SipCallIdValue(named.CallId).WithParameter("local-tag", bob.Dialog.LocalTag).WithParameter("remote-tag", "guessed");
        (bob.Dialog.IsNamedBy(turned), bob.Dialog.IsNamedBy(forged), bob.Dialog.IsNamedBy(new SipCallIdValue(named.CallId))).Should().Be((true, false, false));
        await refer.RespondAsync(SipStatus.Decline);
        await Awaiting(() => referring).Should().ThrowAsync<SipResponseException>();
        await alice.DisposeAsync();
        (await bob.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        bob.Dialog.IsNamedBy(named).Should().BeFalse("it has ended");
    });

    [Fact]
    public void Transfer_PeerDoesNotAllowIt_Throws() => CallScene.Run(async scene =>
    {
        var (alice, bob) = await scene.ConnectAsync(ofAlice: new SipCallOptions { FollowTransfer = static _ => Task.CompletedTask });
        (await Awaiting(() => alice.TransferAsync("sip:carol@10.0.0.3")).Should().ThrowAsync<SipResponseException>()).Which.Response!.StatusCode.Should().Be(405);
        (await Awaiting(() => bob.TransferAsync("sip:carol@10.0.0.3")).Should().ThrowAsync<SipResponseException>()).Which.Response!.StatusCode.Should().Be(603);
        await alice.DisposeAsync();
    });
}
