using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>Connections that break in the middle of a transaction: what is still to be said goes over a new one.</summary>
[Trait("Req", "D1")]
public sealed class BrokenFlowTests
{
    private const string Via = "SIP/2.0/TCP 10.0.0.2:5060;branch=z9hG4bK-broken;rport";

    [Fact] // RFC 3261 §18.2.2
    public void Invite_RejectedAfterItsConnectionBroke_IsAnsweredOverANewOne() => Run(async (world, connection, peer) =>
    {
        var (incoming, _) = await ReceiveAsync(world, connection, peer);
        world.Hosts["10.0.0.2"].ResetConnections();
        await world.Pass(1);
        await incoming.RejectAsync(SipStatus.BusyHere);
        (await peer.ResponseAsync(486)).Headers.To!.Tag.Should().NotBeNull();
    });

    [Fact]
    public void Invite_AcceptedAfterItsConnectionBroke_MakesASession() => Run(async (world, connection, peer) =>
    {
        var (incoming, invite) = await ReceiveAsync(world, connection, peer);
        world.Hosts["10.0.0.2"].ResetConnections();
        await world.Pass(1);
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await peer.ResponseAsync(200);
        await peer.SendAsync(peer.CreateInDialog(SipMethod.Ack, invite, ok, 1, headers => headers["Via"] = "SIP/2.0/TCP 10.0.0.2:5060;branch=z9hG4bK-ack"), "10.0.0.1");
        var dialog = await accepting;
        var bye = dialog.SendByeAsync();
        peer.Respond(await peer.RequestAsync(SipMethod.Bye), 200);
        await bye;
    });

    [Fact]
    public void Invite_RejectedWhenTheCallerListensNoLonger_HarmsNobody() => Run(async (world, connection, peer) =>
    {
        var (incoming, _) = await ReceiveAsync(world, connection, peer, "SIP/2.0/TCP 10.0.0.2:5999;branch=z9hG4bK-gone;rport");
        world.Hosts["10.0.0.2"].ResetConnections();
        await world.Pass(1);
        await incoming.RejectAsync(SipStatus.BusyHere);
        await world.Pass(100);
        peer.Responses(486).Should().BeEmpty();
    });

    [Fact]
    public void Options_AnsweredAfterItsConnectionBroke_IsAnsweredOverANewOne() => Run(async (world, connection, peer) =>
    {
        var next = Scene.FirstAsync(connection.IncomingAsync());
        await peer.SendAsync(peer.Create(SipMethod.Options, "sip:alice@10.0.0.1", via: Via), "10.0.0.1");
        var incoming = await next;
        world.Hosts["10.0.0.2"].ResetConnections();
        await world.Pass(1);
        await incoming.RespondAsync(SipStatus.Ok);
        await peer.ResponseAsync(200);
    });

    [Fact] // RFC 3261 §13.2.2.4
    public void LateSuccess_AfterTheConnectionOfTheAckBroke_IsAcknowledgedOverANewOne() => Run(async (world, connection, peer) =>
    {
        await using var dialog = connection.CreateInviteDialog("sip:raw@10.0.0.2;transport=tcp");
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var ok = peer.Respond(await peer.RequestAsync(SipMethod.Invite), 200, "b", headers => headers["Contact"] = "<sip:raw@10.0.0.2;transport=tcp>", Scene.Answer);
        await call.FinalAsync();
        await peer.RequestAsync(SipMethod.Ack);
        world.Hosts["10.0.0.2"].ResetConnections();
        await world.Pass(1);
        await peer.SendAsync(ok, "10.0.0.1");
        await peer.RequestAsync(SipMethod.Ack);
        var bye = dialog.SendByeAsync();
        peer.Respond(await peer.RequestAsync(SipMethod.Bye), 200);
        await bye;
    });

    private static async Task<(SipIncomingInvite Incoming, SipRequest Invite)> ReceiveAsync(World world, SipConnection connection, RawPeer peer, string via = Via)
    {
        var next = Scene.FirstAsync(connection.IncomingAsync());
        var invite = peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", headers => headers["Contact"] = "<sip:raw@10.0.0.2;transport=tcp>", via, Scene.Offer);
        await peer.SendAsync(invite, "10.0.0.1");
        var incoming = (SipIncomingInvite)await next;
        await world.Pass(1); // the 100 has gone
        return (incoming, invite);
    }

    private static void Run(Func<World, SipConnection, RawPeer, Task> test)
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await test(world, connection, await RawPeer.BindAsync(world, "10.0.0.2", tcp: true));
        });
    }
}
