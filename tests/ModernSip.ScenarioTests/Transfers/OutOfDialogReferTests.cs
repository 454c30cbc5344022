using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Sessions;

namespace ModernSip.ScenarioTests.Transfers;

/// <summary>REFER outside of dialogs (RFC 3515 §2.4.1, RFC 7647).</summary>
[Trait("Req", "D11")]
public sealed class OutOfDialogReferTests
{
    [Fact]
    [Trait("Section", "RFC 3515 4.1")]
    public void Rfc3515_4_1_Refer_MakesADialogWhoseNotifiesTellTheProgress() => Scene.Run(async scene =>
    {
        var referring = scene.Connection.ReferAsync("sip:raw@10.0.0.2", "sip:carol@10.0.0.3");
        var refer = await scene.TakeReferAsync();
        (refer.Headers.To!.Tag, refer.Headers["Refer-To"]).Should().Be((null, "<sip:carol@10.0.0.3>"));
        var transfer = await referring;
        await scene.TellAsync(refer, 1, "SIP/2.0 100 Trying");
        await scene.TellAsync(refer, 2, "SIP/2.0 200 OK", "terminated;reason=noresource", $"refer;id={refer.Headers.CSeq!.Value.Number}");
        (await transfer.FinalAsync())!.IsSuccess.Should().BeTrue();
        (await scene.TellAsync(refer, 3, "SIP/2.0 200 OK", "terminated;reason=noresource")).Should().Be(481);
    });

    [Fact]
    [Trait("Section", "RFC 6665 4.4.1")]
    public void Rfc6665_4_4_1_NotifyBeforeThe2xx_IsHeard() => Scene.Run(async scene =>
    {
        var referring = scene.Connection.ReferAsync("sip:raw@10.0.0.2", "sip:carol@10.0.0.3");
        var refer = await scene.Peer.RequestAsync(SipMethod.Refer);
        (await scene.TellAsync(refer, 1, "SIP/2.0 100 Trying")).Should().Be(200);
        scene.Peer.Respond(refer, 202, "b", static headers => headers["Contact"] = "<sip:raw@10.0.0.2>");
        await using var transfer = await referring;
        await scene.TellAsync(refer, 2, "SIP/2.0 503 Service Unavailable", "terminated;reason=noresource");
        (await transfer.FinalAsync())!.Status.Should().Be(SipStatus.ServiceUnavailable);
    });

    [Fact]
    public void Refer_Refused_ThrowsTheResponse() => Scene.Run(async scene =>
    {
        var referring = scene.Connection.ReferAsync("sip:raw@10.0.0.2", "sip:carol@10.0.0.3");
        await scene.TakeReferAsync(603);
        (await referring.Invoking(static task => task).Should().ThrowAsync<SipResponseException>()).Which.Response.StatusCode.Should().Be(603);
    });

    [Fact]
    public void Refer_TokenFires_StopsTheWaiting() => Scene.Run(async scene =>
    {
        using var source = new CancellationTokenSource();
        var referring = scene.Connection.ReferAsync("sip:raw@10.0.0.2", "sip:carol@10.0.0.3", cancellationToken: source.Token);
        var refer = await scene.Peer.RequestAsync(SipMethod.Refer);
        await source.CancelAsync();
        await referring.Invoking(static task => task).Should().ThrowAsync<OperationCanceledException>();
        scene.Peer.Respond(refer, 202, "b", static headers => headers["Contact"] = "<sip:raw@10.0.0.2>");
        (await scene.TellAsync(refer, 1, "SIP/2.0 100 Trying")).Should().Be(481, "nobody listens");
    });

    [Fact]
    [Trait("Section", "RFC 3515 2.4.4")]
    public void Rfc3515_2_4_4_IncomingRefer_IsFollowedAndReported() => Scene.Run(async scene =>
    {
        var carol = await RawPeer.BindAsync(scene.World, "10.0.0.3");
        var next = scene.NextAsync();
        var refer = scene.Peer.Create(SipMethod.Refer, "sip:alice@10.0.0.1", static headers =>
        {
            headers["Contact"] = "<sip:raw@10.0.0.2>";
            headers["Refer-To"] = "<sip:carol@10.0.0.3>";
            headers["Target-Dialog"] = "some-call;local-tag=1;remote-tag=2";
        });
        await scene.Peer.SendAsync(refer, "10.0.0.1");
        var incoming = (SipIncomingRefer)await next;
        (incoming.Target, incoming.Method, incoming.Replaces, incoming.ReferredBy, incoming.TargetDialog!.CallId).Should().Be((SipUri.Parse("sip:carol@10.0.0.3"), SipMethod.Invite, null, null, "some-call"));
        await using var referral = await incoming.AcceptAsync();
        await scene.Peer.ResponseAsync(202);
        (await scene.NextNewsAsync()).Should().Be(("active", "SIP/2.0 100 Trying", "refer"));
        var following = referral.FollowAsync(Scene.Sdp);
        var invite = await carol.RequestAsync(SipMethod.Invite);
        invite.Headers.From!.Uri.Should().Be(SipUri.Parse("sip:alice@10.0.0.1"), "the one that was asked calls");
        carol.Respond(invite, 200, "c", body: Scene.Answer);
        await using var dialog = await following;
        await carol.RequestAsync(SipMethod.Ack);
        (await scene.NextNewsAsync()).Should().Be(("terminated;reason=noresource", "SIP/2.0 200 OK", "refer"));
        dialog.IsConfirmed.Should().BeTrue();
        var hangingUp = dialog.SendByeAsync();
        carol.Respond(await carol.RequestAsync(SipMethod.Bye), 200);
        await hangingUp;
    });

    [Fact]
    public void IncomingRefer_WithoutContact_Gets400() => Scene.Run(async scene =>
    {
        var next = scene.NextAsync();
        await scene.Peer.SendAsync(scene.Peer.Create(SipMethod.Refer, "sip:alice@10.0.0.1", static headers => headers["Refer-To"] = "<sip:carol@10.0.0.3>"), "10.0.0.1");
        await ((SipIncomingRefer)await next).Invoking(static refer => refer.AcceptAsync()).Should().ThrowAsync<SipConnectionClosedException>();
        await scene.Peer.ResponseAsync(400);
    });
}
