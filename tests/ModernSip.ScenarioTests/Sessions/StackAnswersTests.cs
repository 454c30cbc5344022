using ModernSip.Messages;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>What the stack answers for an application that could do no better (RFC 3261 §8.2).</summary>
[Trait("Req", "G2")]
public sealed class StackAnswersTests
{
    [Theory]
    [InlineData("NONSENSE", null, null, 501, "Allow", "INVITE")]
    [InlineData("REGISTER", null, null, 405, "Allow", "INVITE")]
    [InlineData("INVITE", "Require", "100rel, teapot", 420, "Unsupported", "teapot")]
    [InlineData("MESSAGE", "Require", "teapot", 420, "Unsupported", "teapot")]
    [InlineData("INVITE", "Content-Type", "text/teapot", 415, "Accept", "application/sdp")]
    [InlineData("INVITE", "Accept", "text/teapot", 406, null, null)]
    public void Request_ThatCannotBeHandled_SaysWhatCan(string method, string? header, string? value, int status, string? tells, string? told) => Scene.Run(async scene =>
    {
        var listening = scene.NextAsync();
        var request = scene.Peer.Create(new SipMethod(method), "sip:alice@10.0.0.1", body: Scene.Offer);
        if (header is not null) request.Headers[header] = value;
        await scene.Peer.SendAsync(request, "10.0.0.1");
        var response = await scene.Peer.ResponseAsync(status);
        if (tells is not null) response.Headers[tells].Should().Contain(told);
        response.Headers.To!.Tag.Should().NotBeNull();
        listening.IsCompleted.Should().BeFalse("the application is not asked");
    });

    [Fact]
    public void Request_OfUnknownScheme_Gets416() => Scene.Run(async scene =>
    {
        await scene.Peer.SendAsync(scene.Peer.Create(SipMethod.Options, "http:alice@10.0.0.1", headers => headers["To"] = "<sip:alice@10.0.0.1>"), "10.0.0.1");
        await scene.Peer.ResponseAsync(416);
    });

    [Theory, InlineData("INVITE", 480), InlineData("MESSAGE", 480), InlineData("OPTIONS", 200)]
    public void Request_NobodyListens_IsAnswered(string method, int status) => Scene.Run(async scene =>
    {
        await scene.Peer.SendAsync(scene.Peer.Create(new SipMethod(method), "sip:alice@10.0.0.1"), "10.0.0.1");
        await scene.Peer.ResponseAsync(status);
    });

    [Fact]
    public void Request_ByTwoWays_Gets482TheSecondTime() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        var copy = scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", headers =>
        {
            headers.From = invite.Headers.From;
            headers.CallId = invite.Headers.CallId;
        });
        await scene.Peer.SendAsync(copy, "10.0.0.1");
        (await scene.Peer.ResponseAsync(482)).Headers.Via!.Branch.Should().Be(copy.Headers.Via!.Branch);
        await incoming.RejectAsync(SipStatus.BusyHere);
        await scene.Peer.ResponseAsync(486);
    });

    [Theory, InlineData("BYE"), InlineData("PRACK"), InlineData("UPDATE")]
    public void Request_ThatBelongsIntoADialogAndComesWithout_Gets481(string method) => Scene.Run(async scene =>
    {
        var listening = scene.NextAsync();
        await scene.Peer.SendAsync(scene.Peer.Create(new SipMethod(method), "sip:alice@10.0.0.1"), "10.0.0.1");
        await scene.Peer.ResponseAsync(481);
        listening.IsCompleted.Should().BeFalse("the application is not asked");
    });

    [Theory, InlineData("BYE"), InlineData("INVITE"), InlineData("INFO")]
    public void Request_InAnUnknownDialog_Gets481(string method) => Scene.Run(async scene =>
    {
        await scene.Peer.SendAsync(scene.Peer.Create(new SipMethod(method), "sip:alice@10.0.0.1", headers => headers["To"] = "<sip:alice@10.0.0.1>;tag=gone"), "10.0.0.1");
        await scene.Peer.ResponseAsync(481);
    });

    [Fact, Trait("Req", "B4")]
    public void Message_Repeated_IsAnsweredOnceByTheApplicationAndThenByTheStack() => Scene.Run(async scene =>
    {
        var next = scene.NextAsync();
        var message = scene.Peer.Create(SipMethod.Message, "sip:alice@10.0.0.1");
        await scene.Peer.SendAsync(message, "10.0.0.1");
        await (await next).RespondAsync(SipStatus.Accepted);
        await scene.World.Pass(1);
        var other = scene.NextAsync();
        await scene.Peer.SendAsync(message, "10.0.0.1");
        await scene.World.Pass(1);
        scene.Peer.Responses(202).Should().HaveCount(2);
        scene.Peer.Responses(202).Select(response => response.ToString()).Distinct().Should().HaveCount(1);
        other.IsCompleted.Should().BeFalse();
    });

    [Fact, Trait("Req", "B5")]
    public void Message_NeverAnswered_Gets500Before64T1() => Scene.Run(async scene =>
    {
        var next = scene.NextAsync();
        await scene.Peer.SendAsync(scene.Peer.Create(SipMethod.Message, "sip:alice@10.0.0.1"), "10.0.0.1");
        var incoming = await next;
        await scene.Peer.ResponseAsync(500);
        scene.World.Now.TotalSeconds.Should().BeInRange(20, 32);
        await scene.World.Pass(0.1);
        incoming.Canceled.IsCancellationRequested.Should().BeTrue();
    });

    [Fact, Trait("Req", "B4")]
    public void Response_WithRport_GoesToTheSourcePortAndTellsIt() => Scene.Run(async scene =>
    {
        var odd = await RawPeer.BindAsync(scene.World, "10.0.0.2", 40_000);
        var request = odd.Create(SipMethod.Options, "sip:alice@10.0.0.1", via: "SIP/2.0/UDP nat.invalid:5060;branch=z9hG4bKr1;rport");
        await odd.SendAsync(request, "10.0.0.1");
        var via = (await odd.ResponseAsync(200)).Headers.Via!;
        (via.ResponsePort, via.Received!.ToString()).Should().Be((40_000, "10.0.0.2"));
    });

    [Theory, InlineData("10.0.0.2:5060", false), InlineData("10.0.0.2", false), InlineData("host.invalid:5060", true)]
    public void Response_WithoutRport_GoesToThePortOfVia(string sentBy, bool isReceived) => Scene.Run(async scene =>
    {
        var odd = await RawPeer.BindAsync(scene.World, "10.0.0.2", 40_000);
        await odd.SendAsync(odd.Create(SipMethod.Options, "sip:alice@10.0.0.1", via: $"SIP/2.0/UDP {sentBy};branch=z9hG4bKr2"), "10.0.0.1");
        var via = (await scene.Peer.ResponseAsync(200)).Headers.Via!;
        (via.Received is not null).Should().Be(isReceived);
        odd.Received.Should().BeEmpty();
    });
}
