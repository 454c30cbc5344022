using ModernSip.Messages;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests.Routing;

/// <summary>Which of several clients gets a request, by what each declared.</summary>
[Trait("Req", "G1")]
public sealed class RoutingTests
{
    private const string Audio = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 96\r\na=rtpmap:96 opus/48000/2\r\n";
    private const string Video = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=video 4000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n";

    private static readonly (string Name, Action<SipClientOptions> Configure) Phone = ("phone", static options => options.Capabilities.Media.Add("audio"));
    private static readonly (string Name, Action<SipClientOptions> Configure) Screen = ("screen", static options => options.Capabilities.Media.Add("video/H264"));
    private static readonly (string Name, Action<SipClientOptions> Configure) Presence = ("presence", static options => options.Capabilities.EventPackages.Add("presence"));

    [Fact]
    public void Requests_AudioAndPresenceClients_EachGetsItsOwn() => RoutingWorld.Run(
        async world =>
        {
            await world.AnswerAsync("phone");
            await world.AnswerAsync("presence");
            (await world.WhoAsync(SipMethod.Invite, change: Offer(Audio))).Should().Be("phone");
            (await world.WhoAsync(SipMethod.Subscribe, change: static request => request.Headers["Event"] = "presence")).Should().Be("presence");
            (await world.WhoAsync(SipMethod.Invite, change: static request => request.Content = new SipContent(SipMediaType.Parse("application/x-unknown"), "x"u8.ToArray()))).Should().Be("415");
        },
        Phone,
        Presence);

    [Fact]
    public void Invite_AudioOrVideo_GoesByTheMediaOffered() => RoutingWorld.Run(
        async world =>
        {
            await world.AnswerAsync("phone");
            await world.AnswerAsync("screen");
            (await world.WhoAsync(SipMethod.Invite, change: Offer(Audio))).Should().Be("phone");
            (await world.WhoAsync(SipMethod.Invite, change: Offer(Video))).Should().Be("screen");
            (await world.WhoAsync(SipMethod.Invite, change: Offer(Video.Replace("H264", "VP8", StringComparison.Ordinal)))).Should().Be("488");
        },
        Phone,
        Screen);

    [Fact]
    public void Request_UserThatOneRegisteredOrDeclared_GoesToIt() => RoutingWorld.Run(
        async world =>
        {
            await ScriptedRegistrar.StartAsync(world.World);
            var sales = await world.AnswerAsync("sales");
            await world.AnswerAsync("support");
            await sales.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" });
            (await world.WhoAsync(SipMethod.Message, "sip:alice@10.0.0.1")).Should().Be("sales");
            (await world.WhoAsync(SipMethod.Message, "sip:help@10.0.0.1")).Should().Be("support");
            (await world.WhoAsync(SipMethod.Message, "sip:mallory@10.0.0.1")).Should().Be("404");
        },
        ("sales", static _ => { }),
        ("support", static options => options.Capabilities.Addresses.Add("sip:help@example.com")));

    [Theory]
    [InlineData("*;audio", "phone")]
    [InlineData("*;mobility=\"fixed\";require", "desk")]
    [InlineData("*;mobility=\"mobile\";require", "phone")]
    [InlineData("*;mobility=\"!mobile\";require", "desk")]
    [InlineData("*;video;explicit;require", "480")]
    [InlineData("*;priority=\"#>=5\";require", "desk")]
    [InlineData("*;description=\"<Front desk>\";require", "desk")]
    public void Message_CallerPrefers_GoesToWhoFitsBest(string preference, string who) => RoutingWorld.Run(
        async world =>
        {
            await world.AnswerAsync("phone");
            await world.AnswerAsync("desk");
            (await world.WhoAsync(SipMethod.Message, change: request => request.Headers["Accept-Contact"] = preference)).Should().Be(who);
        },
        ("phone", static options => Add(options, "audio", "mobility=mobile", "priority=#1", "description=<Mobile>")),
        ("desk", static options => Add(options, "mobility=fixed", "priority=#7", "description=<Front desk>")));

    [Fact]
    public void Message_CallerRejects_GoesToTheOther() => RoutingWorld.Run(
        async world =>
        {
            await world.AnswerAsync("phone");
            await world.AnswerAsync("desk");
            (await world.WhoAsync(SipMethod.Message, change: static request => request.Headers["Reject-Contact"] = "*;mobility=\"mobile\"")).Should().Be("desk");
        },
        ("phone", static options => Add(options, "mobility=mobile")),
        ("desk", static options => Add(options, "mobility=fixed")));

    [Fact]
    public void Subscribe_ItsClientConnectsLater_WaitsForIt() => RoutingWorld.Run(
        async world =>
        {
            await world.AnswerAsync("phone");
            var who = world.WhoAsync(SipMethod.Subscribe, change: static request => request.Headers["Event"] = "presence");
            await world.World.Pass(10);
            who.IsCompleted.Should().BeFalse();
            await world.AnswerAsync("presence");
            (await who).Should().Be("presence");
        },
        Phone,
        Presence);

    [Fact]
    public void Subscribe_ItsClientNeverConnects_IsAnswered480InTime() => RoutingWorld.Run(
        async world =>
        {
            await world.AnswerAsync("phone");
            var begin = world.World.Now;
            (await world.WhoAsync(SipMethod.Subscribe, change: static request => request.Headers["Event"] = "presence")).Should().Be("480");
            (world.World.Now - begin).Should().BeCloseTo(0.9 * TimeSpan.FromSeconds(32), TimeSpan.FromSeconds(1));
        },
        Phone,
        Presence);

    [Fact]
    public void Invite_WaitingForItsClient_CanBeCancelled() => RoutingWorld.Run(
        async world =>
        {
            await world.AnswerAsync("presence");
            var invite = world.Peer.Create(SipMethod.Invite, "sip:service@10.0.0.1", body: Audio);
            await world.Peer.SendAsync(invite, "10.0.0.1");
            await world.Peer.ResponseAsync(100);
            await world.Peer.SendAsync(RawPeer.CreateCancel(invite), "10.0.0.1");
            await world.Peer.ResponseAsync(487, seconds: 2);
        },
        Phone,
        Presence);

    [Fact]
    public void Options_SeveralClients_AnswersWithWhatAllCanDo() => RoutingWorld.Run(
        async world =>
        {
            await world.AnswerAsync("phone");
            await world.AnswerAsync("presence");
            var response = await world.SendAsync(SipMethod.Options, change: static request => request.Headers["Accept"] = "application/sdp");
            response.StatusCode.Should().Be(200);
            response.Headers["Server"].Should().BeNull("the stack answers for all of them");
            response.Headers["Allow"].Should().Contain("INVITE").And.Contain("PUBLISH");
            response.Headers["Allow-Events"].Should().Be("presence");
            response.Headers["Accept"].Should().Contain("application/sdp");
            response.Content!.GetText().Should().Contain("m=audio 0 RTP/AVP 0");
        },
        Phone,
        ("presence", static options =>
        {
            options.Capabilities.EventPackages.Add("presence");
            options.Capabilities.Methods.Add("PUBLISH");
        }));

    [Fact]
    public void Options_OneClientListens_GoesToIt() => RoutingWorld.Run(
        async world =>
        {
            await world.AnswerAsync("phone");
            (await world.WhoAsync(SipMethod.Options)).Should().Be("phone");
        },
        Phone);

    [Theory]
    [InlineData("10.0.0.1", null, "404")]
    [InlineData("10.0.0.1", true, "phone")]
    [InlineData("127.0.0.1", null, "phone")]
    [InlineData("127.0.0.1", false, "404")]
    public void Message_ToAStranger_IsTakenPeerToPeerOnly(string address, bool? peerToPeer, string who) => RoutingWorld.RunAt(
        address,
        async world =>
        {
            await world.AnswerAsync("phone");
            (await world.WhoAsync(SipMethod.Message, $"sip:alice@{address}")).Should().Be("phone");
            (await world.WhoAsync(SipMethod.Message, $"sip:stranger@{address}")).Should().Be(who);
        },
        ("phone", options =>
        {
            options.Capabilities.Addresses.Add("sip:alice@example.com");
            options.PeerToPeer = peerToPeer;
        }));

    [Fact]
    public void Message_ToAnybody_WhereNobodyIsDeclared_IsTaken() => RoutingWorld.Run(
        async world =>
        {
            await world.AnswerAsync("phone");
            (await world.WhoAsync(SipMethod.Message, "sip:anybody@10.0.0.1")).Should().Be("phone");
        },
        ("phone", static _ => { }));

    private static Action<SipRequest> Offer(string sdp) => request => request.Content = SipContent.Sdp(sdp);

    private static void Add(SipClientOptions options, params string[] tags)
    {
        foreach (var tag in tags) options.Capabilities.FeatureTags.Add(tag);
    }
}
