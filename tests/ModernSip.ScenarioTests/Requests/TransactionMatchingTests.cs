using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.ScenarioTests.Sessions;

namespace ModernSip.ScenarioTests.Requests;

/// <summary>Which message belongs to which server transaction, and what becomes of one that belongs to none (RFC 3261 §8.2.2.2, §9.2, §17.2.3).</summary>
[Trait("Req", "B4")]
public sealed class TransactionMatchingTests
{
    [Theory, InlineData(""), InlineData(";branch=1"), Trait("Section", "RFC 3261 17.2.3")]
    public void Rfc3261_17_2_3_RepeatOfAnOldElement_IsAnsweredOnceByTheApplication(string branch) => Scene.Run(async scene =>
    {
        var next = scene.NextAsync();
        var request = scene.Peer.Create(SipMethod.Message, "sip:alice@10.0.0.1", via: $"SIP/2.0/UDP 10.0.0.2:5060{branch}");
        await scene.SendAsync(request);
        await (await next).RespondAsync(SipStatus.Accepted);
        var first = await scene.Peer.ResponseAsync(202);
        var second = scene.NextAsync();
        await scene.SendAsync(request);
        (await scene.Peer.ResponseAsync(202)).ToString().Should().Be(first.ToString());
        second.IsCompleted.Should().BeFalse();

        request.Headers.CSeq = new SipCSeq(2, SipMethod.Message); // the same element's next one has the same branch, or none
        await scene.SendAsync(request);
        await (await second).RespondAsync(SipStatus.Ok);
        await scene.Peer.ResponseAsync(200);
    });

    [Theory, InlineData(""), InlineData(";branch=1"), Trait("Section", "RFC 3261 17.2.3")]
    public void Rfc3261_17_2_3_AckOfAnOldElementToA2xx_ReachesTheSession(string branch) => Scene.Run(async scene =>
    {
        var next = scene.NextAsync();
        var via = $"SIP/2.0/UDP 10.0.0.2:5060{branch}";
        var invite = scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", via: via, body: Scene.Offer);
        await scene.SendAsync(invite);
        var accepting = ((SipIncomingInvite)await next).AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await scene.Peer.ResponseAsync(200);
        var ack = scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1, headers => headers["Via"] = via);
        ack.RequestUri = invite.RequestUri; // it is told by the INVITE's own Via and Request-URI
        await scene.SendAsync(ack);
        (await accepting).IsConfirmed.Should().BeTrue();
        await scene.World.Pass(60);
        scene.Peer.Responses(200).Should().ContainSingle();
    });

    [Theory, InlineData("MESSAGE"), InlineData("OPTIONS"), InlineData("INVITE"), InlineData("SUBSCRIBE"), Trait("Section", "RFC 3261 8.2.2.2")]
    public void Rfc3261_8_2_2_2_TheSameRequestByAnotherWay_Gets482AsLongAsTheFirstIsKnown(string method) => Scene.Run(async scene =>
    {
        var listening = AnswerOthersAsync(scene.Connection);
        var first = Ask(branch: "one");
        await scene.SendAsync(first);
        await scene.World.Pass(1);
        var second = Ask(branch: "two");
        (await scene.AskAsync(second)).Should().Be(482);
        (await scene.AskAsync(Ask(branch: "three", tag: "another"))).Should().Be(486, "it is another's");
        await scene.Connection.DisposeAsync();
        await listening;

        SipRequest Ask(string branch, string tag = "a")
        {
            var request = scene.Peer.Create(new SipMethod(method), "sip:alice@10.0.0.1", via: $"SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK-{branch};rport");
            request.Headers.From = request.Headers.From!.WithTag(tag);
            request.Headers.CallId = "merged";
            request.Headers["Contact"] = "<sip:raw@10.0.0.2>";
            if (method == "SUBSCRIBE") request.Headers["Event"] = "presence";
            return request;
        }
    });

    [Fact, Trait("Section", "RFC 3261 9.2")]
    public void Rfc3261_9_2_CancelWithoutTagBehindTheAckOfAReinvite_IsAnsweredAndNoFault() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var reinvite = scene.Reinvite(invite, ok, 2);
        (await scene.AskAsync(reinvite)).Should().Be(200);
        await scene.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 2)); // from here on the INVITE itself is not kept
        var cancel = RawPeer.CreateCancel(reinvite);
        cancel.Headers.To = invite.Headers.To; // which a CANCEL in a dialog should have
        (await scene.AskAsync(cancel)).Should().Be(200);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Theory, InlineData("INVITE", 0.2), InlineData("MESSAGE", 3.5), Trait("Section", "RFC 3261 8.2.6.1")]
    public void Rfc3261_8_2_6_1_Trying_TellsTheTimestampAndHowLongItTook(string method, double delay) => Scene.Run(async scene =>
    {
        var next = scene.NextAsync();
        await scene.SendAsync(scene.Peer.Create(new SipMethod(method), "sip:alice@10.0.0.1", headers => headers["Timestamp"] = "54.25"));
        (await scene.Peer.ResponseAsync(100)).Headers.Get(SipHeaderNames.Timestamp).Should().Be(new SipTimestamp(54.25m, (decimal)delay));
        await (await next).RespondAsync(SipStatus.BusyHere);
        (await scene.Peer.ResponseAsync(486)).Headers.Contains("Timestamp").Should().BeFalse();
    });

    [Theory, InlineData(true), InlineData(false)]
    public void Class33_ReinviteWithTheBranchOfTheFirstInvite_Gets400AndTheSessionGoesOn(bool isAcknowledged) => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await scene.Peer.ResponseAsync(200);
        var ack = scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1);
        if (isAcknowledged) await scene.SendAsync(ack);
        var reinvite = scene.Reinvite(invite, ok, 2);
        reinvite.Headers["Via"] = invite.Headers["Via"];
        await scene.SendAsync(reinvite);
        var refusal = await scene.Peer.ResponseAsync(400);
        refusal.Headers.CSeq!.Value.Number.Should().Be(2);
        await scene.SendAsync(RawPeer.CreateAck(reinvite, refusal)); // which has that branch, too
        if (!isAcknowledged) await scene.SendAsync(ack);
        var dialog = await accepting;
        await scene.World.Pass(60);
        dialog.IsConfirmed.Should().BeTrue();
        (await scene.AskAsync(scene.Reinvite(invite, ok, 3))).Should().Be(200);
        await scene.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 3));
    });

    [Fact]
    public void Class33_NextMessageWithTheBranchOfTheLast_Gets400AndNotItsAnswer() => Scene.Run(async scene =>
    {
        var next = scene.NextAsync();
        var request = scene.Peer.Create(SipMethod.Message, "sip:alice@10.0.0.1");
        await scene.SendAsync(request);
        await (await next).RespondAsync(SipStatus.Accepted);
        await scene.Peer.ResponseAsync(202);
        request.Headers.CSeq = new SipCSeq(2, SipMethod.Message);
        await scene.SendAsync(request);
        (await scene.Peer.ResponseAsync(400)).Headers.CSeq!.Value.Number.Should().Be(2);
        scene.Peer.Responses(202).Should().ContainSingle();
    });

    [Fact]
    public void Class22_BranchAndCallIdOfSixtyThousandOctets_AreMatchedWhereTheLimitsLetThemIn() => Scene.Run(
        async scene =>
        {
            var peer = await RawPeer.BindAsync(scene.World, "10.0.0.3", tcp: true); // no datagram holds so much
            peer.Limits = new SipMessageLimits { MaxHeaderSectionSize = 256 * 1024, MaxHeaderLength = 65_000 };
            var request = peer.Create(SipMethod.Options, "sip:alice@10.0.0.1", headers => headers.CallId = new string('c', 60_000), $"SIP/2.0/TCP 10.0.0.3:5060;branch=z9hG4bK{new string('b', 60_000)}");
            await peer.SendAsync(request, "10.0.0.1");
            (await peer.AnswerAsync(request)).StatusCode.Should().Be(200);
        },
        services: static services => Microsoft.Extensions.DependencyInjection.SipServiceCollectionExtensions.ConfigureSipStack(services, static options => (options.MaxHeaderSectionSize, options.MaxHeaderLength) = (256 * 1024, 65_000)));

    private static async Task AnswerOthersAsync(SipConnection connection)
    {
        await foreach (var incoming in connection.IncomingAsync())
        {
            if (incoming.Request.Headers.From!.Tag == "another") await incoming.RespondAsync(SipStatus.BusyHere);
        }
    }
}
