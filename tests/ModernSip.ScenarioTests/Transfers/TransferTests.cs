using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Sessions;
using ModernSip.Sessions;
using ModernSip.Transfers;

namespace ModernSip.ScenarioTests.Transfers;

/// <summary>The side that sends REFER, against a peer that says what each test wants said (RFC 3515 §2.4, RFC 4488, RFC 3892).</summary>
[Trait("Req", "D11")]
public sealed class TransferTests
{
    [Fact, Trait("Req", "E5")]
    [Trait("Section", "RFC 3515 2.4.1")]
    public void Rfc3515_2_4_1_Refer_IsInTheDialogAndSaysWhoRefersWhere() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var transferring = dialog.TransferAsync("sip:carol@10.0.0.3");
        var refer = await scene.TakeReferAsync();
        (refer.Headers.CallId, refer.Headers.From!.Tag, refer.Headers.To!.Tag, refer.Headers.CSeq!.Value.Number).Should().Be((invite.Headers.CallId, invite.Headers.From!.Tag, "b", 2u));
        refer.Headers.GetValues("Refer-To").Should().Equal("<sip:carol@10.0.0.3>");
        refer.Headers["Referred-By"].Should().Be("\"Anonymous\" <sip:anonymous@anonymous.invalid>");
        refer.Headers.Contact!.Uri.Host.Should().Be("10.0.0.1");
        (refer.Headers["Event"], refer.Headers["Expires"], refer.Headers["Refer-Sub"]).Should().Be((null, null, null));
        await using var transfer = await transferring;
        (transfer.Response.StatusCode, transfer.Target).Should().Be((202, SipUri.Parse("sip:carol@10.0.0.3")));
        await HangUpAsync(scene, dialog);
    });

    [Fact, Trait("Req", "E5")]
    [Trait("Section", "RFC 3515 2.4.5")]
    public void Rfc3515_2_4_5_Progress_IsAStreamUpToTheFinalStatus() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var transferring = dialog.TransferAsync("sip:carol@10.0.0.3");
        var refer = await scene.TakeReferAsync();
        var transfer = await transferring;
        var reading = ReadAsync(transfer);
        (await scene.TellAsync(refer, 1, "SIP/2.0 100 Trying")).Should().Be(200);
        (await scene.TellAsync(refer, 2, "SIP/2.0 180 Ringing")).Should().Be(200);
        (await scene.TellAsync(refer, 3, "SIP/2.0 200 OK", "terminated;reason=noresource")).Should().Be(200);
        (await reading).Should().Equal(100, 180, 200);
        (await transfer.FinalAsync())!.IsSuccess.Should().BeTrue();
        dialog.IsConfirmed.Should().BeTrue("nobody has hung up yet");
        await HangUpAsync(scene, dialog);
        (await dialog.Completion).Should().Match<SipDialogOutcome>(static outcome => outcome.Cause == SipDialogEnd.Transferred && outcome.EndedBy == SipDialogSide.Local);
    });

    [Fact]
    [Trait("Section", "RFC 3515 2.4.5")]
    public void Rfc3515_2_4_5_TargetIsBusy_TheCallGoesOn() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var transferring = dialog.TransferAsync("sip:carol@10.0.0.3");
        var refer = await scene.TakeReferAsync();
        await using var transfer = await transferring;
        await scene.TellAsync(refer, 1, "SIP/2.0 100 Trying");
        await scene.TellAsync(refer, 2, "SIP/2.0 486 Busy Here", "terminated;reason=noresource");
        var final = await transfer.FinalAsync();
        (final!.Status, final.ReasonPhrase, final.IsSuccess).Should().Be((SipStatus.BusyHere, "Busy Here", false));
        await HangUpAsync(scene, dialog);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.LocalBye, "it was not transferred");
    });

    [Theory, InlineData(603), InlineData(403), InlineData(404)]
    [Trait("Section", "RFC 3515 2.4.2")]
    public void Rfc3515_2_4_2_PeerRefuses_ThrowsTheResponseAndTheCallGoesOn(int status) => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var transferring = dialog.TransferAsync("sip:carol@10.0.0.3");
        await scene.TakeReferAsync(status);
        (await transferring.Invoking(static task => task).Should().ThrowAsync<SipResponseException>()).Which.Response.StatusCode.Should().Be(status);
        await HangUpAsync(scene, dialog);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.LocalBye);
    });

    [Theory, InlineData(481), InlineData(408)]
    [Trait("Section", "RFC 3261 12.2.1.2")]
    public void Rfc3261_12_2_1_2_PeerKnowsOfNoDialog_TheCallEnds(int status) => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var transferring = dialog.TransferAsync("sip:carol@10.0.0.3");
        await scene.TakeReferAsync(status);
        await transferring.Invoking(static task => task).Should().ThrowAsync<SipResponseException>();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 481);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Error);
    });

    [Fact]
    [Trait("Section", "RFC 3515 2.4.6")]
    public void Rfc3515_2_4_6_SeveralRefers_AreToldApartByTheirSequenceNumbers() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var first = dialog.TransferAsync("sip:carol@10.0.0.3");
        var firstRefer = await scene.TakeReferAsync();
        await using var one = await first;
        var second = dialog.TransferAsync("sip:dave@10.0.0.4");
        var secondRefer = await scene.TakeReferAsync();
        await using var two = await second;
        var id = secondRefer.Headers.CSeq!.Value.Number;
        await scene.TellAsync(firstRefer, 1, "SIP/2.0 100 Trying");
        await scene.TellAsync(firstRefer, 2, "SIP/2.0 100 Trying", @event: $"refer;id={id}");
        await scene.TellAsync(firstRefer, 3, "SIP/2.0 200 OK", "terminated;reason=noresource", $"refer;id={id}");
        (await two.FinalAsync())!.Status.Should().Be(SipStatus.Ok);
        await scene.TellAsync(firstRefer, 4, "SIP/2.0 404 Not Found", "terminated;reason=noresource", $"refer;id={firstRefer.Headers.CSeq!.Value.Number}");
        (await one.FinalAsync())!.Status.Should().Be(new SipStatus(404), "the first may be named by its number, too");
        await HangUpAsync(scene, dialog);
    });

    [Fact]
    [Trait("Section", "RFC 3515 2.4.6")]
    public void Rfc3515_2_4_6_ChallengedRefer_IsNamedByTheNumberThatWasAccepted() => Scene.Run(
        async scene =>
        {
            var (dialog, _) = await scene.EstablishAsync();
            var transferring = dialog.TransferAsync("sip:carol@10.0.0.3");
            await scene.TakeReferAsync(401, static headers => headers["WWW-Authenticate"] = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"");
            var refer = await scene.TakeReferAsync();
            refer.Headers.CSeq!.Value.Number.Should().Be(3);
            await using var transfer = await transferring;
            await scene.TellAsync(refer, 1, "SIP/2.0 200 OK", "terminated;reason=noresource", "refer;id=3");
            (await transfer.FinalAsync())!.IsSuccess.Should().BeTrue();
            await HangUpAsync(scene, dialog);
        },
        static options =>
        {
            options.Authentication.AnswerInDialogs = true;
            options.Credentials.Add(new ModernSip.Authentication.SipCredentials("alice", "secret") { Realm = "r" });
        });

    [Fact]
    [Trait("Section", "RFC 4488 4")]
    public void Rfc4488_4_NoProgressWanted_EndsWhenThePeerAgrees() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var transferring = dialog.TransferAsync("sip:carol@10.0.0.3", new SipTransferOptions { WantsProgress = false });
        var refer = await scene.TakeReferAsync(202, static headers => headers["Refer-Sub"] = "false");
        refer.Headers["Refer-Sub"].Should().Be("false");
        await using var transfer = await transferring;
        (await transfer.FinalAsync()).Should().BeNull();
        (await ReadAsync(transfer)).Should().BeEmpty();
        await scene.World.Pass(40);
        await scene.Peer.SendAsync(scene.Peer.CreateFromCallee(SipMethod.Bye, refer, "b", 1), "10.0.0.1");
        (await dialog.Completion).Should().Match<SipDialogOutcome>(static outcome => outcome.Cause == SipDialogEnd.Transferred && outcome.EndedBy == SipDialogSide.Peer);
    });

    [Fact]
    [Trait("Section", "RFC 4488 4")]
    public void Rfc4488_4_NoProgressWanted_PeerTellsAllTheSame_IsHeard() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var transferring = dialog.TransferAsync("sip:carol@10.0.0.3", new SipTransferOptions { WantsProgress = false });
        var refer = await scene.TakeReferAsync();
        await using var transfer = await transferring;
        (await scene.TellAsync(refer, 1, "SIP/2.0 200 OK", "terminated;reason=noresource")).Should().Be(200);
        (await transfer.FinalAsync())!.IsSuccess.Should().BeTrue();
        await HangUpAsync(scene, dialog);
    });

    [Fact]
    [Trait("Section", "RFC 6665 4.1.2.4")]
    public void Rfc6665_4_1_2_4_NothingIsTold_EndsWithATimeoutAfter64T1() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var transferring = dialog.TransferAsync("sip:carol@10.0.0.3");
        await scene.TakeReferAsync();
        await using var transfer = await transferring;
        await transfer.Invoking(static it => it.FinalAsync()).Should().ThrowAsync<SipTimeoutException>();
        await FluentActions.Awaiting(() => ReadAsync(transfer)).Should().ThrowAsync<SipTimeoutException>();
        scene.World.Now.TotalSeconds.Should().BeApproximately(32, 0.5);
        await HangUpAsync(scene, dialog);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.LocalBye);
    });

    [Fact]
    [Trait("Section", "RFC 3515 3.4")]
    public void Rfc3515_3_4_NoMoreIsTold_EndsWithATimeoutWhenARingingCallWouldHave() => Scene.Run(
        async scene =>
        {
            var (dialog, _) = await scene.EstablishAsync();
            var transferring = dialog.TransferAsync("sip:carol@10.0.0.3");
            var refer = await scene.TakeReferAsync();
            await using var transfer = await transferring;
            await scene.TellAsync(refer, 1, "SIP/2.0 180 Ringing");
            await scene.World.Pass(100);
            (await scene.TellAsync(refer, 2, "SIP/2.0 180 Ringing")).Should().Be(200, "a minute was told, but it rings still");
            await transfer.Invoking(static it => it.FinalAsync()).Should().ThrowAsync<SipTimeoutException>();
            scene.World.Now.TotalSeconds.Should().BeApproximately(280, 1);
            await HangUpAsync(scene, dialog);
        },
        limit: TimeSpan.FromMinutes(10));

    [Fact]
    [Trait("Section", "RFC 5057 4")]
    public void Rfc5057_4_CallEndsFirst_ProgressGoesOn() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var transferring = dialog.TransferAsync("sip:carol@10.0.0.3");
        var refer = await scene.TakeReferAsync();
        await using var transfer = await transferring;
        await scene.TellAsync(refer, 1, "SIP/2.0 100 Trying");
        await HangUpAsync(scene, dialog);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Transferred, "the peer is on its way elsewhere");
        (await scene.TellAsync(refer, 2, "SIP/2.0 200 OK", "terminated;reason=noresource")).Should().Be(200);
        (await transfer.FinalAsync())!.IsSuccess.Should().BeTrue();
        (await scene.TellAsync(refer, 3, "SIP/2.0 200 OK", "terminated;reason=noresource")).Should().Be(481);
    });

    [Fact]
    public void Notify_WithoutAFragment_IsAnsweredAndNotTold() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var transferring = dialog.TransferAsync("sip:carol@10.0.0.3");
        var refer = await scene.TakeReferAsync();
        await using var transfer = await transferring;
        (await scene.TellAsync(refer, 1, "")).Should().Be(200);
        (await scene.TellAsync(refer, 2, "SIP/2.0 abc", "terminated;reason=timeout")).Should().Be(200);
        (await transfer.FinalAsync()).Should().BeNull();
        (await ReadAsync(transfer)).Should().BeEmpty();
        await HangUpAsync(scene, dialog);
    });

    [Fact]
    public void Transfer_ConnectionCloses_EndsTheStreamWithOneError() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var transferring = dialog.TransferAsync("sip:carol@10.0.0.3");
        var refer = await scene.TakeReferAsync();
        var transfer = await transferring;
        await scene.TellAsync(refer, 1, "SIP/2.0 100 Trying");
        await scene.Connection.DisposeAsync();
        await transfer.Invoking(static it => it.FinalAsync()).Should().ThrowAsync<SipConnectionClosedException>();
        await FluentActions.Awaiting(() => ReadAsync(transfer)).Should().ThrowAsync<SipConnectionClosedException>();
        await dialog.Invoking(static it => it.TransferAsync("sip:carol@10.0.0.3")).Should().ThrowAsync<SipConnectionClosedException>();
        await transfer.DisposeAsync();
    });

    [Fact]
    public void Transfer_CallThatRings_Throws() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        await dialog.Invoking(static it => it.TransferAsync("sip:carol@10.0.0.3")).Should().ThrowAsync<InvalidOperationException>();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "b");
        await scene.World.Pass(0.1);
        await dialog.Invoking(static it => it.TransferAsync("sip:carol@10.0.0.3")).Should().ThrowAsync<InvalidOperationException>();
        scene.Peer.Respond(invite, 486, "b");
        (await call.FinalAsync()).StatusCode.Should().Be(486);
    });

    [Fact]
    public void Transfer_HeaderWithALineBreak_ThrowsAtTheCall() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var options = new SipTransferOptions();
        options.Headers.Add(new("X-Reason", "a\r\nb"));
        await dialog.Invoking(it => it.TransferAsync("sip:carol@10.0.0.3", options)).Should().ThrowAsync<ArgumentException>();
        await dialog.Invoking(it => it.TransferAsync(it)).Should().ThrowAsync<ArgumentException>();
        scene.Peer.Requests(SipMethod.Refer).Should().BeEmpty();
        await HangUpAsync(scene, dialog);
    });

    private static async Task HangUpAsync(Scene scene, SipInviteDialog dialog)
    {
        var hangingUp = dialog.SendByeAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await hangingUp;
    }

    private static async Task<List<int>> ReadAsync(SipTransfer transfer)
    {
        var statuses = new List<int>();
        await foreach (var progress in transfer) statuses.Add(progress.Status.Code);
        return statuses;
    }
}
