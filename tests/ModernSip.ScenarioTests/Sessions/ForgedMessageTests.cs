using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>Messages that somebody made up, who has seen or guessed a part of what tells the real ones.</summary>
[Trait("Req", "D8")]
public sealed class ForgedMessageTests
{
    [Theory]
    [InlineData("two Vias"), InlineData("sent-by of another"), InlineData("unknown branch"), InlineData("another method"), InlineData("no cookie")]
    public void Class32_ForgedSuccess_IsDroppedAndTheRealOneMakesTheSession(string what) => Scene.Run(async scene =>
    {
        var attacker = await RawPeer.BindAsync(scene.World, "10.0.0.9");
        var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);

        await attacker.SendAsync(Forge(invite, what), "10.0.0.1");
        await scene.World.Pass(0.1);

        attacker.Received.Should().BeEmpty();
        scene.Peer.Requests(SipMethod.Ack).Should().BeEmpty();
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        (await call.FinalAsync()).Headers.To!.Tag.Should().Be("b");
        dialog.RemoteTag.Should().Be("b");
        (await scene.Peer.RequestAsync(SipMethod.Ack)).Headers.To!.Tag.Should().Be("b");
        attacker.Received.Should().BeEmpty();
    });

    [Fact]
    public void Class32_LaterSuccess_IsAcknowledgedWithTheBranchOfItsInviteOnly() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        await scene.World.Pass(40); // the transaction is over
        scene.Peer.Respond(invite, 200, "b", headers => headers.Set(SipHeaderNames.Via, headers.Via!.WithParameter("branch", "z9hG4bKmadeup")), Scene.Answer);
        await scene.World.Pass(1);
        scene.Peer.Requests(SipMethod.Ack).Should().ContainSingle("what was made up gets no answer");

        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        await scene.World.Pass(1);
        scene.Peer.Requests(SipMethod.Ack).Should().HaveCount(2, "the ACK may have been lost");
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Class32_Branches_AreOfTheirOwnAndTooLongToGuess() => Scene.Run(async scene =>
    {
        for (var i = 0; i < 50; i++) _ = scene.Connection.SendAsync(SipRequest.Options("sip:raw@10.0.0.2"));
        await scene.World.Pass(0.1);
        var branches = scene.Peer.Requests(SipMethod.Options).Select(static request => request.Headers.Via!.Branch!["z9hG4bK".Length..]).ToList();
        branches.Should().HaveCount(50).And.OnlyHaveUniqueItems();
        branches.Should().OnlyContain(static branch => branch.Length >= 16, "64 bits and more, at five a character");
        branches.Select(static branch => branch[..4]).Should().OnlyHaveUniqueItems("nothing in them counts");
    });

    [Theory]
    [InlineData("From tag"), InlineData("Call-ID"), InlineData("sequence number"), InlineData("branch"), InlineData("sent-by")]
    public void Class31_ForgedCancel_Gets481AndTheCallRingsOn(string what) => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing);
        var cancel = RawPeer.CreateCancel(invite);
        switch (what)
        {
            case "From tag": cancel.Headers.From = cancel.Headers.From!.WithTag("forged"); break;
            case "Call-ID": cancel.Headers.CallId = "forged"; break;
            case "sequence number": cancel.Headers.CSeq = new SipCSeq(7, SipMethod.Cancel); break;
            case "branch": cancel.Headers.Set(SipHeaderNames.Via, cancel.Headers.Via!.WithParameter("branch", "z9hG4bKforged")); break;
            default: cancel.Headers["Via"] = $"SIP/2.0/UDP 10.0.0.3:5060;branch={invite.Headers.Via!.Branch};rport"; break;
        }

        await scene.Peer.SendAsync(cancel, "10.0.0.1");
        await scene.Peer.ResponseAsync(481);
        incoming.Canceled.IsCancellationRequested.Should().BeFalse();
        scene.Peer.Responses(487).Should().BeEmpty();
        await incoming.RejectAsync(SipStatus.BusyHere);
        await scene.Peer.ResponseAsync(486);
    });

    [Theory]
    [InlineData(""), InlineData(";branch=1"), InlineData(";branch=Z8hG4bK-old")]
    [Trait("Section", "RFC 3261 17.2.3")]
    public void Rfc3261_17_2_3_CancelOfAnOldElement_IsMatchedWithoutABranch(string branch) => Scene.Run(async scene =>
    {
        var (incoming, invite) = await ReceiveOldAsync(scene, branch);
        await scene.Peer.SendAsync(RawPeer.CreateCancel(invite), "10.0.0.1");
        (await scene.Peer.ResponseAsync(200)).Headers.CSeq!.Value.Method.Should().Be(SipMethod.Cancel);
        var terminated = await scene.Peer.ResponseAsync(487);
        incoming.Canceled.IsCancellationRequested.Should().BeTrue();

        var ack = RawPeer.CreateCancel(invite); // the ACK to a failure is made like a CANCEL
        var acknowledgement = new SipRequest(SipMethod.Ack, invite.RequestUri);
        foreach (var name in new[] { "Via", "Max-Forwards", "From", "Call-ID" }) acknowledgement.Headers[name] = ack.Headers[name];
        acknowledgement.Headers.To = terminated.Headers.To;
        acknowledgement.Headers.CSeq = new SipCSeq(1, SipMethod.Ack);
        await scene.Peer.SendAsync(acknowledgement, "10.0.0.1");
        await scene.World.Pass(40);
        scene.Peer.Responses(487).Should().ContainSingle("its ACK was matched, too");
    });

    [Theory]
    [InlineData("From tag"), InlineData("Call-ID"), InlineData("sequence number"), InlineData("Request-URI"), InlineData("Via")]
    [Trait("Section", "RFC 3261 17.2.3")]
    public void Rfc3261_17_2_3_CancelOfAnOldElementThatDiffers_Gets481(string what) => Scene.Run(async scene =>
    {
        var (incoming, invite) = await ReceiveOldAsync(scene, ";branch=1");
        var cancel = RawPeer.CreateCancel(invite);
        switch (what)
        {
            case "From tag": cancel.Headers.From = cancel.Headers.From!.WithTag("another"); break;
            case "Call-ID": cancel.Headers.CallId = "another"; break;
            case "sequence number": cancel.Headers.CSeq = new SipCSeq(2, SipMethod.Cancel); break;
            case "Request-URI": cancel.RequestUri = "sip:carol@10.0.0.1"; break;
            default: cancel.Headers["Via"] = "SIP/2.0/UDP 10.0.0.2:5060;branch=2;rport"; break;
        }

        await scene.Peer.SendAsync(cancel, "10.0.0.1");
        await scene.Peer.ResponseAsync(481);
        incoming.Canceled.IsCancellationRequested.Should().BeFalse();
        await incoming.RejectAsync(SipStatus.BusyHere);
        await scene.Peer.ResponseAsync(486);
    });

    [Fact]
    public void Class39_SeveralCancelsAndOneBeforeThe100_AreEachAnswered() => Scene.Run(async scene =>
    {
        var next = scene.NextAsync();
        var invite = scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", body: Scene.Offer);
        await scene.Peer.SendAsync(invite, "10.0.0.1");
        await scene.Peer.SendAsync(RawPeer.CreateCancel(invite), "10.0.0.1"); // before any answer to the INVITE
        await scene.Peer.ResponseAsync(200);
        await scene.Peer.ResponseAsync(487);
        (await next).Canceled.IsCancellationRequested.Should().BeTrue();
        for (var again = 0; again < 3; again++)
        {
            await scene.Peer.SendAsync(RawPeer.CreateCancel(invite), "10.0.0.1");
            (await scene.Peer.ResponseAsync(200)).Headers.CSeq!.Value.Method.Should().Be(SipMethod.Cancel);
        }
    });

    [Fact]
    public void Class39_CancelThatOvertookItsInvite_Gets481AndTheInviteIsServed() => Scene.Run(async scene =>
    {
        var invite = scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", body: Scene.Offer);
        await scene.Peer.SendAsync(RawPeer.CreateCancel(invite), "10.0.0.1");
        await scene.Peer.ResponseAsync(481);
        await scene.Peer.SendAsync(RawPeer.CreateCancel(scene.Peer.Create(SipMethod.Invite, "sip:nobody@10.0.0.1")), "10.0.0.1");
        await scene.Peer.ResponseAsync(481);
        var next = scene.NextAsync();
        await scene.Peer.SendAsync(invite, "10.0.0.1");
        await ((SipIncomingInvite)await next).RejectAsync(SipStatus.BusyHere);
        await scene.Peer.ResponseAsync(486);
    });

    private static async Task<(SipIncomingInvite Incoming, SipRequest Invite)> ReceiveOldAsync(Scene scene, string branch)
    {
        var next = scene.NextAsync();
        var invite = scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", via: $"SIP/2.0/UDP 10.0.0.2:5060{branch}", body: Scene.Offer);
        await scene.Peer.SendAsync(invite, "10.0.0.1");
        var incoming = (SipIncomingInvite)await next;
        await incoming.RespondAsync(SipStatus.Ringing);
        await scene.Peer.SendAsync(invite, "10.0.0.1"); // a repeat is none of its own
        await scene.World.Pass(0.1);
        scene.Peer.Responses(180).Should().HaveCount(2);
        return (incoming, invite);
    }

    private static SipResponse Forge(SipRequest invite, string what)
    {
        var forged = invite.CreateResponse(200);
        forged.Headers.To = forged.Headers.To!.WithTag("evil");
        forged.Headers["Contact"] = "<sip:evil@10.0.0.9>";
        forged.Content = SipContent.Sdp(Scene.Answer);
        switch (what)
        {
            case "two Vias": forged.Headers.Add("Via", "SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKevil"); break;
            case "sent-by of another": forged.Headers["Via"] = $"SIP/2.0/UDP 10.0.0.9:5060;branch={invite.Headers.Via!.Branch}"; break;
            case "unknown branch": forged.Headers.Set(SipHeaderNames.Via, forged.Headers.Via!.WithParameter("branch", "z9hG4bKguessed")); break;
            case "another method": forged.Headers.CSeq = new SipCSeq(invite.Headers.CSeq!.Value.Number, SipMethod.Options); break;
            default: forged.Headers["Via"] = "SIP/2.0/UDP 10.0.0.1:5060"; break;
        }

        return forged;
    }
}
