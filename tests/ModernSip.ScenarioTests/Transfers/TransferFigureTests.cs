using ModernSip.Messages;
using ModernSip.ScenarioTests.Sessions;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Transfers;

/// <summary>The figures of call transfer between whole stacks: the transferor, the transferee and the target (RFC 5589, RFC 5359 §2.4, §2.5).</summary>
[Trait("Req", "D11")]
public sealed class TransferFigureTests
{
    /// <summary>Also RFC 5359 §2.4, the unattended transfer.</summary>
    [Fact]
    [Trait("Section", "RFC 5589 6.1")]
    public void Rfc5589_6_1_BlindTransfer_Succeeds() => Run(async stage =>
    {
        var (dialog, atBob) = await stage.CallAsync("sip:bob@10.0.0.2", stage.Bob);
        var following = FollowAsync(atBob);
        await using var transfer = await dialog.TransferAsync("sip:carol@10.0.0.3");
        var atCarol = await AnswerAsync(stage.Carol, static invite => invite.RespondAsync(SipStatus.Ringing));
        var statuses = new List<int>();
        await foreach (var progress in transfer) statuses.Add(progress.Status.Code);
        statuses.Should().Equal(100, 180, 200);
        await dialog.SendByeAsync();
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Transferred);
        (await atBob.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        var (second, _) = await following;
        (second.IsConfirmed, atCarol.IsConfirmed).Should().Be((true, true));
        atCarol.InitialRequest.Headers["Referred-By"].Should().Contain("sip:alice@10.0.0.1");
        await second.SendByeAsync();
    });

    [Fact]
    [Trait("Section", "RFC 5589 6.3")]
    public void Rfc5589_6_3_BlindTransfer_TargetIsBusy_TheCallIsTakenUpAgain() => Run(async stage =>
    {
        var (dialog, atBob) = await stage.CallAsync("sip:bob@10.0.0.2", stage.Bob);
        var following = FollowAsync(atBob);
        await using var transfer = await dialog.TransferAsync("sip:carol@10.0.0.3");
        await (await NextAsync(stage.Carol)).RejectAsync(SipStatus.BusyHere);
        (await transfer.FinalAsync())!.Status.Should().Be(SipStatus.BusyHere);
        await following.Invoking(static task => task).Should().ThrowAsync<Errors.SipResponseException>();
        (dialog.IsConfirmed, atBob.IsConfirmed).Should().Be((true, true));
        var change = Scene.FirstAsync(atBob.IncomingAsync());
        var changing = dialog.SendInviteAsync(Scene.Sdp).FinalAsync();
        await (await change).RespondAsync(SipStatus.Ok, SipContent.Sdp(Scene.Answer));
        (await changing).StatusCode.Should().Be(200);
        await dialog.SendByeAsync();
        (await atBob.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
    });

    [Fact]
    [Trait("Section", "RFC 5589 6.4")]
    public void Rfc5589_6_4_BlindTransfer_TargetDoesNotAnswer_IsReportedAs408() => Run(
        async stage =>
        {
            var (dialog, atBob) = await stage.CallAsync("sip:bob@10.0.0.2", stage.Bob);
            var following = FollowAsync(atBob);
            await using var transfer = await dialog.TransferAsync("sip:nobody@10.0.0.9");
            (await transfer.FinalAsync())!.Status.Should().BeOneOf(SipStatus.RequestTimeout, SipStatus.ServiceUnavailable);
            await following.Invoking(static task => task).Should().ThrowAsync<Errors.SipException>();
            await dialog.SendByeAsync();
        });

    /// <summary>Also RFC 5359 §2.5, the attended transfer.</summary>
    [Fact]
    [Trait("Section", "RFC 5589 7.3")]
    public void Rfc5589_7_3_AttendedTransfer_ReplacesTheConsultation() => Run(async stage =>
    {
        var (dialog, atBob) = await stage.CallAsync("sip:bob@10.0.0.2", stage.Bob);
        var following = FollowAsync(atBob);
        var (consultation, atCarol) = await stage.CallAsync("sip:carol@10.0.0.3", stage.Carol);
        var next = NextAsync(stage.Carol);
        var transferring = dialog.TransferAsync(consultation);
        await using var transfer = await transferring;
        var replacing = await next;
        replacing.Replaces!.CallId.Should().Be(consultation.CallId);
        replacing.Request.Headers["Require"].Should().Be("replaces");
        var atCarolThen = await replacing.AcceptAsync(SipContent.Sdp(Scene.Answer));
        (await transfer.FinalAsync())!.IsSuccess.Should().BeTrue();
        (await consultation.Completion).Should().Match<SipDialogOutcome>(static outcome => outcome.Cause == SipDialogEnd.Transferred && outcome.EndedBy == SipDialogSide.Peer);
        (await atCarol.Completion).Cause.Should().Be(SipDialogEnd.Transferred);
        await dialog.SendByeAsync();
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Transferred);
        var (second, _) = await following;
        (second.IsConfirmed, atCarolThen.IsConfirmed).Should().Be((true, true));
        await second.SendByeAsync();
    });

    [Fact]
    [Trait("Section", "RFC 5589 7.3")]
    public void Rfc5589_7_3_AttendedTransfer_TargetHasHungUp_IsReportedAndTheCallGoesOn() => Run(async stage =>
    {
        var (dialog, atBob) = await stage.CallAsync("sip:bob@10.0.0.2", stage.Bob);
        var (refer, following) = (Scene.FirstAsync(atBob.IncomingAsync()), default(Task<SipInviteDialog>));
        var (consultation, atCarol) = await stage.CallAsync("sip:carol@10.0.0.3", stage.Carol);
        var listening = NextAsync(stage.Carol);
        var transferring = dialog.TransferAsync(consultation);
        var referral = await ((SipIncomingRefer)await refer).AcceptAsync();
        await using var transfer = await transferring;
        await atCarol.SendByeAsync();
        following = referral.FollowAsync(Scene.Sdp);
        await following.Invoking(static task => task).Should().ThrowAsync<Errors.SipResponseException>();
        (await transfer.FinalAsync())!.Status.Code.Should().Be(481);
        listening.IsCompleted.Should().BeFalse("the stack refuses what replaces nothing");
        dialog.IsConfirmed.Should().BeTrue();
        await dialog.SendByeAsync();
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.LocalBye);
        (await consultation.Completion).Cause.Should().Be(SipDialogEnd.Transferred, "who ends it while the transfer is under way, leaves it to the transfer");
        await stage.Carol.DisposeAsync();
        await listening.Invoking(static task => task).Should().ThrowAsync<InvalidOperationException>();
    });

    [Fact]
    public void Transfer_BothSidesReferEachOther_BothAreTold() => Run(async stage =>
    {
        var (dialog, atBob) = await stage.CallAsync("sip:bob@10.0.0.2", stage.Bob);
        var (atAlice, following) = (FollowAsync(dialog), FollowAsync(atBob));
        var answering = AnswerAsync(stage.Carol, static _ => Task.CompletedTask, 2);
        var (fromAlice, fromBob) = (dialog.TransferAsync("sip:carol@10.0.0.3"), atBob.TransferAsync("sip:carol@10.0.0.3"));
        (await (await fromAlice).FinalAsync())!.IsSuccess.Should().BeTrue();
        (await (await fromBob).FinalAsync())!.IsSuccess.Should().BeTrue();
        await answering;
        await dialog.SendByeAsync();
        (await atBob.Completion).Should().Match<SipDialogOutcome>(static outcome => outcome.Cause == SipDialogEnd.Transferred && outcome.EndedBy == SipDialogSide.Peer);
        await (await atAlice).Dialog.SendByeAsync();
        await (await following).Dialog.SendByeAsync();
    });

    private static async Task<(SipInviteDialog Dialog, SipReferral Referral)> FollowAsync(SipInviteDialog dialog)
    {
        var refer = (SipIncomingRefer)await Scene.FirstAsync(dialog.IncomingAsync());
        var referral = await refer.AcceptAsync();
        return (await referral.FollowAsync(Scene.Sdp), referral);
    }

    private static async Task<SipIncomingInvite> NextAsync(SipConnection connection) => (SipIncomingInvite)await Scene.FirstAsync(connection.IncomingAsync());

    private static async Task<SipInviteDialog> AnswerAsync(SipConnection connection, Func<SipIncomingInvite, Task> before, int times = 1)
    {
        SipInviteDialog? dialog = null;
        for (var i = 0; i < times; i++)
        {
            var invite = await NextAsync(connection);
            await before(invite);
            dialog = await invite.AcceptAsync(SipContent.Sdp(Scene.Answer));
        }

        return dialog!;
    }

    private static void Run(Func<Stage, Task> test)
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var alice = await world.CreateClient("10.0.0.1", static options => options.From = "sip:alice@10.0.0.1").ConnectAsync();
            await using var bob = await world.CreateClient("10.0.0.2", static options => options.From = "sip:bob@10.0.0.2").ConnectAsync();
            await using var carol = await world.CreateClient("10.0.0.3", static options => options.From = "sip:carol@10.0.0.3").ConnectAsync();
            await test(new Stage(alice, bob, carol));
        });
    }

    private sealed record Stage(SipConnection Alice, SipConnection Bob, SipConnection Carol)
    {
        /// <summary>A call of Alice's, answered.</summary>
        public async Task<(SipInviteDialog AtAlice, SipInviteDialog AtPeer)> CallAsync(string uri, SipConnection peer)
        {
            var answering = AnswerAsync(peer, static _ => Task.CompletedTask);
            var dialog = Alice.CreateInviteDialog(uri);
            (await dialog.SendInviteAsync(Scene.Sdp).FinalAsync()).StatusCode.Should().Be(200);
            return (dialog, await answering);
        }
    }
}
