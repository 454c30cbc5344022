using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.ScenarioTests.Sessions;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Figures;

/// <summary>The figures of RFC 3665 §3 whose call is answered: what each end sends and is sent, in the figure's order.</summary>
[Trait("Req", "D1")]
public sealed class Rfc3665SuccessTests
{
    private const string Callee = "<INVITE 180> 200> <ACK BYE> <200";

    [Fact, Trait("Section", "RFC 3665 3.1")]
    public void Rfc3665_3_1_SuccessfulSessionEstablishment() => FigureStage.Run(
        static async stage =>
        {
            await stage.RunCallAsync(stage.Call("sip:bob@10.0.0.2"));
            stage.Shows("10.0.0.1", "INVITE> <180 <200 ACK> <BYE 200>");
            stage.Shows("10.0.0.2", Callee);
        },
        proxy: null);

    [Fact, Trait("Section", "RFC 3665 3.2")]
    public void Rfc3665_3_2_SessionEstablishmentThroughTwoProxies() => FigureStage.Run(static async stage =>
    {
        await stage.StartProxiesAsync("atlanta");
        var dialog = stage.Call();
        await stage.RunCallAsync(dialog);
        stage.Shows("10.0.0.1", "INVITE> <407 ACK> INVITE> <100 <180 <200 ACK> <BYE 200>");
        stage.Shows("10.0.0.2", Callee);
        var atFirst = stage.SeenAt(FigureStage.First, withPeer: true);
        atFirst.Should().ContainInOrder("<ACK 10.0.0.1", "ACK> 10.0.0.12", "<BYE 10.0.0.12", "BYE> 10.0.0.1").And.NotContain(static line => line.EndsWith("10.0.0.2", StringComparison.Ordinal));
    });

    [Fact, Trait("Section", "RFC 3665 3.3")]
    public void Rfc3665_3_3_SessionWithMultipleProxyAuthentication() => FigureStage.Run(static async stage =>
    {
        await stage.StartProxiesAsync("atlanta", "biloxi");
        await stage.RunCallAsync(stage.Call());
        stage.Shows("10.0.0.1", "INVITE> <407 ACK> INVITE> <100 <407 ACK> INVITE> <100 <180 <200 ACK> <BYE 200>");
        stage.Shows("10.0.0.2", Callee);
        var last = Requests(stage, "10.0.0.2", SipMethod.Invite).Single();
        last.Headers.GetAll(SipHeaderNames.ProxyAuthorization).Select(static credentials => credentials["realm"]).Should().BeEquivalentTo("atlanta", "biloxi");
        last.Headers.CSeq!.Value.Number.Should().Be(3);
    });

    [Fact, Trait("Section", "RFC 3665 3.4")]
    public void Rfc3665_3_4_SuccessfulSessionWithProxyFailure() => FigureStage.Run(
        static async stage =>
        {
            stage.World.Network.CreateHost(FigureStage.First); // out of service
            await stage.StartSecondAsync("biloxi");
            await stage.RunCallAsync(stage.Call());
            stage.Shows("10.0.0.1", "INVITE> INVITE> INVITE> INVITE> INVITE> INVITE> INVITE> INVITE> <407 ACK> INVITE> <100 <180 <200 ACK> <BYE 200>");
            stage.SeenAt("10.0.0.1", withPeer: true).Take(8).Select(static line => line.Split(' ')[1]).Should().Equal([.. Enumerable.Repeat(FigureStage.First, 7), FigureStage.Second]);
            stage.Shows("10.0.0.2", Callee);
        },
        proxy: "sip:proxies.test;lr");

    [Fact, Trait("Section", "RFC 3665 3.5")]
    public void Rfc3665_3_5_SessionThroughAGatewayThatRewritesDescriptions() => FigureStage.Run(static async stage =>
    {
        await FigureProxy.StartAsync(stage.World, FigureStage.First, static _ => SipUri.Parse("sip:bob@10.0.0.2"), rewrite: static sdp => sdp.Replace("IP4 10.0.0.1", "IP4 10.0.0.11", StringComparison.Ordinal).Replace("IP4 10.0.0.2", "IP4 10.0.0.11", StringComparison.Ordinal));
        var dialog = stage.Call($"sip:bob@{FigureStage.First}");
        await stage.RunCallAsync(dialog);
        stage.Shows("10.0.0.1", "INVITE> <100 <180 <200 ACK> <BYE 200>");
        stage.Shows("10.0.0.2", Callee);
        Requests(stage, "10.0.0.2", SipMethod.Invite).Single().Content!.GetText().Should().Contain("IP4 10.0.0.11");
    });

    [Fact, Trait("Section", "RFC 3665 3.6")]
    public void Rfc3665_3_6_SessionViaRedirectAndProxyServersWithTheDescriptionInTheAck() => FigureStage.Run(
        static async stage =>
        {
            var redirecting = await RawPeer.BindAsync(stage.World, "10.0.0.13");
            await stage.StartSecondAsync();
            var dialog = stage.Call("sip:bob@10.0.0.13");
            dialog.FollowsRedirects = true;
            var answering = stage.AnswerAsync(SipContent.Sdp(Scene.Offer)); // the offer
            var call = dialog.SendInviteAsync();
            redirecting.Respond(await redirecting.RequestAsync(SipMethod.Invite), 302, "r", static headers => headers["Contact"] = $"<sip:bob@{FigureStage.Second}>");
            await foreach (var response in call)
            {
                if (!response.IsSuccess) continue;
                response.Content!.GetText().Should().Be(Scene.Offer);
                await dialog.SendAckAsync(response, SipContent.Sdp(Scene.Answer));
                break;
            }

            var atBob = await answering;
            atBob.Acknowledgement!.Content!.GetText().Should().Be(Scene.Answer);
            await stage.HangUpAsync(atBob, dialog);
            stage.Shows("10.0.0.1", "INVITE> <302 ACK> INVITE> <100 <180 <200 ACK> <BYE 200>");
            stage.Shows("10.0.0.2", Callee);
        },
        proxy: null);

    [Fact, Trait("Section", "RFC 3665 3.7")]
    public void Rfc3665_3_7_SessionWithReinvite_ThePeersAddressChanges() => FigureStage.Run(
        static async stage =>
        {
            var (before, after) = (await RawPeer.BindAsync(stage.World, "10.0.0.21"), await RawPeer.BindAsync(stage.World, "10.0.0.22"));
            await FigureProxy.StartAsync(stage.World, FigureStage.Second, static _ => SipUri.Parse("sip:bob@10.0.0.21"), recordsRoute: false);
            var dialog = stage.Call();
            var call = dialog.SendInviteAsync(Scene.Sdp);
            var reading = call.FinalAsync();
            var invite = await before.RequestAsync(SipMethod.Invite);
            before.Respond(invite, 180, "b");
            before.Respond(invite, 200, "b", body: Scene.Answer);
            (await reading).StatusCode.Should().Be(200);
            await before.RequestAsync(SipMethod.Ack); // not by the proxy, which did not record its route
            var reinvite = after.CreateFromCallee(SipMethod.Invite, invite, "b", 1, static headers => headers["Contact"] = "<sip:bob@10.0.0.22>");
            reinvite.Content = SipContent.Sdp(Scene.Answer.Replace("b 1 1", "b 1 2", StringComparison.Ordinal));
            var changing = Scene.FirstAsync(dialog.IncomingAsync());
            await after.SendAsync(reinvite, "10.0.0.1");
            await (await changing).RespondAsync(SipStatus.Ok, SipContent.Sdp(Scene.Offer));
            await after.SendAsync(after.CreateFromCallee(SipMethod.Ack, invite, "b", 1), "10.0.0.1");
            await stage.World.Pass(1);
            var hangingUp = dialog.SendByeAsync();
            after.Respond(await after.RequestAsync(SipMethod.Bye), 200);
            await hangingUp;
            stage.Shows("10.0.0.1", "INVITE> <100 <180 <200 ACK> <INVITE 200> <ACK BYE> <200");
            stage.SeenAt(FigureStage.Second).Should().NotContain("<ACK");
        },
        proxy: null);

    private static IEnumerable<SipRequest> Requests(FigureStage stage, string to, SipMethod method) =>
        stage.World.Network.Captured.Where(packet => packet.To.Address.ToString() == to).Select(static packet => SipMessage.TryParse(packet.Content.Span, out var message, out _) ? message : null).OfType<SipRequest>().Where(request => request.Method == method);
}
