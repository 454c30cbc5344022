using System.Net;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Testing;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>Requests in a dialog reach a peer behind a translator over the flow that it called by, with no outbound proxy in between.</summary>
[Trait("Req", "D8")]
public sealed class DialogFlowTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Bye_CallerBehindATranslator_ReachesItOverItsOwnFlow(bool tcp) => Run(async (world, connection, hidden) =>
    {
        var (flow, peer) = await hidden(tcp);
        await using var incoming = connection.IncomingAsync().GetAsyncEnumerator();
        var (invite, dialog) = await CallAsync(flow, peer, incoming, tcp);

        await dialog.SendByeAsync();

        peer.Requests(SipMethod.Bye).Should().ContainSingle().Which.RequestUri.Host.Should().Be("192.168.0.5", "the Contact stays what it is");
        peer.Received[^1].Flow.Should().BeSameAs(flow);
        invite.Headers.CallId.Should().Be(peer.Requests(SipMethod.Bye)[0].Headers.CallId);
    });

    [Fact]
    public void Notify_SubscriberBehindATranslator_ReachesItOverItsOwnFlow() => Run(async (world, connection, hidden) =>
    {
        var (flow, peer) = await hidden(true);
        await using var incoming = connection.IncomingAsync().GetAsyncEnumerator();
        var subscribe = peer.Create(SipMethod.Subscribe, "sip:service@203.0.113.1;transport=tcp", static headers =>
        {
            headers["Event"] = "presence";
            headers["Contact"] = "<sip:raw@192.168.0.5:5060;transport=tcp>";
        }, via: Via(tcp: true, "sub"));
        flow.Send(subscribe.ToOctets());
        (await incoming.MoveNextAsync()).Should().BeTrue();
        await using var notifier = await ((SipIncomingSubscribe)incoming.Current).AcceptAsync();

        (await peer.RequestAsync(SipMethod.Notify)).RequestUri.Host.Should().Be("192.168.0.5");
    });

    [Fact]
    public void Bye_CallersConnectionIsGone_GoesToWhereAReinviteCameFrom() => Run(async (world, connection, hidden) =>
    {
        var (flow, peer) = await hidden(true);
        await using var incoming = connection.IncomingAsync().GetAsyncEnumerator();
        var (invite, dialog) = await CallAsync(flow, peer, incoming, tcp: true);
        var listening = dialog.IncomingAsync().GetAsyncEnumerator();
        flow.Close();
        var (second, again) = await hidden(true);
        var success = peer.Responses(200)[0];
        var reinvite = again.CreateInDialog(SipMethod.Invite, invite, success, 2, static headers =>
        {
            headers["Via"] = Via(tcp: true, "re");
            headers["Contact"] = "<sip:raw@192.168.0.5:5060;transport=tcp>";
        });
        reinvite.Content = Descriptions.Audio;
        second.Send(reinvite.ToOctets());
        (await listening.MoveNextAsync()).Should().BeTrue();
        await listening.Current.RespondAsync(WithBody(listening.Current.Request));
        await again.ResponseAsync(200);
        second.Send(again.CreateInDialog(SipMethod.Ack, invite, success, 2, static headers => headers["Via"] = Via(tcp: true, "ack2")).ToOctets());

        await dialog.SendByeAsync();

        again.Requests(SipMethod.Bye).Should().ContainSingle();
        await listening.DisposeAsync();
    });

    [Fact]
    public void Bye_CallerThatCanBeReached_GoesToItsContact() => Run(async (world, connection, _) =>
    {
        var peer = await RawPeer.BindAsync(world, "203.0.113.9");
        var elsewhere = await RawPeer.BindAsync(world, "203.0.113.10");
        await using var incoming = connection.IncomingAsync().GetAsyncEnumerator();
        var invite = peer.Create(SipMethod.Invite, "sip:service@203.0.113.1", static headers => headers["Contact"] = "<sip:raw@203.0.113.10>", body: Descriptions.Audio.GetText());
        await peer.SendAsync(invite, "203.0.113.1");
        (await incoming.MoveNextAsync()).Should().BeTrue();
        var accepting = ((SipIncomingInvite)incoming.Current).AcceptAsync(Descriptions.Audio);
        await peer.SendAsync(peer.CreateInDialog(SipMethod.Ack, invite, await peer.ResponseAsync(200), 1), "203.0.113.1");
        var dialog = await accepting;
        var ended = dialog.SendByeAsync();
        elsewhere.Respond(await elsewhere.RequestAsync(SipMethod.Bye), 200);
        await ended;
        peer.Requests(SipMethod.Bye).Should().BeEmpty();
    });

    private static SipResponse WithBody(SipRequest request)
    {
        var response = request.CreateResponse(SipStatus.Ok);
        response.Content = Descriptions.Audio;
        return response;
    }

    private static async Task<(SipRequest Invite, SipInviteDialog Dialog)> CallAsync(SipFlow flow, RawPeer peer, IAsyncEnumerator<SipIncomingRequest> incoming, bool tcp)
    {
        var transport = tcp ? ";transport=tcp" : "";
        var invite = peer.Create(SipMethod.Invite, $"sip:service@203.0.113.1{transport}", headers => headers["Contact"] = $"<sip:raw@192.168.0.5:5060{transport}>", Via(tcp, "call"), Descriptions.Audio.GetText());
        flow.Send(invite.ToOctets());
        (await incoming.MoveNextAsync()).Should().BeTrue();
        var accepting = ((SipIncomingInvite)incoming.Current).AcceptAsync(Descriptions.Audio);
        var success = await peer.ResponseAsync(200);
        flow.Send(peer.CreateInDialog(SipMethod.Ack, invite, success, 1, headers => headers["Via"] = Via(tcp, "ack")).ToOctets());
        return (invite, await accepting);
    }

    private static string Via(bool tcp, string name) => $"SIP/2.0/{(tcp ? "TCP" : "UDP")} 192.168.0.5:5060;branch=z9hG4bK-{name};rport";

    /// <summary>A service at 203.0.113.1, and peers at 192.168.0.5 behind the translator 203.0.113.5, each of which answers every request but INVITE.</summary>
    private static void Run(Func<World, SipConnection, Func<bool, Task<(SipFlow Flow, RawPeer Peer)>>, Task> test)
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("203.0.113.1").ConnectAsync();
            var translator = world.Network.CreateNat("203.0.113.5");
            var host = world.Hosts["192.168.0.5"] = translator.CreateHost("192.168.0.5");
            var port = 5059;
            await test(world, connection, async tcp =>
            {
                var peer = await RawPeer.BindAsync(world, "192.168.0.5", ++port, tcp);
                peer.AnswersByItself = true;
                return (await peer.ConnectAsync("203.0.113.1"), peer);
            });
        });
    }
}
