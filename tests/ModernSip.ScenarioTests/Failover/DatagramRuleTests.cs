using ModernSip.Messages;
using ModernSip.ScenarioTests.Peers;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests.Failover;

/// <summary>What depends on a request going out as a datagram: its length (RFC 3261 §18.1.1), and the address it is seen to come from (RFC 3581).</summary>
public sealed class DatagramRuleTests
{
    private static SipRequest Long(string uri)
    {
        var request = SipRequest.Options(uri);
        request.Headers.Add("X-Long", new string('x', 1_300));
        return request;
    }

    [Fact, Trait("Req", "B1")]
    public void Send_LongerThan1300_GoesOverTcpWithTheViaOfTcp()
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await connection.SendAsync(Long("sip:10.0.0.2")).FinalAsync();
            await connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync();
            peer.Requests.Select(static request => request.Headers.Via!.Transport).Should().Equal("TCP", "UDP");
        });
    }

    [Fact, Trait("Req", "D1")]
    public void Invite_LongerThan1300_TellsTcpInItsContact()
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.BusyHere));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var dialog = connection.CreateInviteDialog("sip:10.0.0.2");
            var body = SipContent.Sdp(System.Text.Encoding.ASCII.GetString(Descriptions.Audio.Octets.Span) + string.Concat(Enumerable.Repeat("a=x:0123456789012345678901234567890123456789\r\n", 30)));
            await foreach (var response in dialog.SendInviteAsync(body)) response.StatusCode.Should().Be(486);
            peer.Requests[0].Headers.Via!.Transport.Should().Be("TCP");
            peer.Requests[0].Headers.Contact!.Uri.Transport.Should().Be("tcp");
        });
    }

    [Fact, Trait("Req", "B1")]
    public void Send_LongerThan1300_PeerTakesNoTcp_GoesOverUdpAndIsNotAskedAgain()
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await RawPeer.BindAsync(world, "10.0.0.2");
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            for (var i = 0; i < 2; i++)
            {
                var final = connection.SendAsync(Long("sip:10.0.0.2")).FinalAsync();
                var request = await peer.RequestAsync(SipMethod.Options);
                request.Headers.Via!.Transport.Should().Be("UDP");
                peer.Respond(request, 200, "t");
                await final;
            }

            world.Network.Captured.Count(static packet => packet.Protocol == SipTransportProtocol.Tcp).Should().Be(0);
            world.Now.Should().BeLessThan(TimeSpan.FromSeconds(1));
        });
    }

    [Fact, Trait("Req", "B1")]
    public void Send_LongerThan1300_ConnectionIsNeverMade_GoesOverUdpSoon()
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await RawPeer.BindAsync(world, "10.0.0.2");
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var (one, other) = (world.Hosts["10.0.0.1"], world.Hosts["10.0.0.2"]);
            world.Network.Disconnect(one, other);
            var final = connection.SendAsync(Long("sip:10.0.0.2")).FinalAsync();
            await world.Pass(2.1);
            world.Network.Reconnect(one, other);
            peer.Respond(await peer.RequestAsync(SipMethod.Options), 200, "t");
            (await final).StatusCode.Should().Be(200);
            world.Now.Should().BeLessThan(TimeSpan.FromSeconds(4));
        });
    }

    [Theory, Trait("Req", "B1")]
    [InlineData(100_000)]
    [InlineData(1_300)]
    public void Send_LimitOfTheOptions_IsKept(int limit)
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var connection = await world.CreateClient("10.0.0.1", options => options.LargestDatagramRequest = limit).ConnectAsync();
            await connection.SendAsync(Long("sip:10.0.0.2")).FinalAsync();
            peer.Requests[0].Headers.Via!.Transport.Should().Be(limit > 2_000 ? "UDP" : "TCP");
        });
    }

    [Fact, Trait("Req", "A9")]
    public void Register_BehindATranslator_IsBoundAnewWhereTheRegistrarSeesIt()
    {
        var world = new World();
        var nat = world.Network.CreateNat("192.0.2.1");
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world, "192.0.2.9");
            registrar.Default = static request =>
            {
                // As a registrar does: it notes where the request came from (RFC 3581 §4), here what the translator made of it.
                request.Headers["Via"] = request.Headers.Via!.WithParameter("received", "192.0.2.1").WithParameter("rport", "20000").ToString();
                return ScriptedRegistrar.Accept(request);
            };
            await using var process = new SimulatedProcess(world, nat.CreateHost("10.0.0.1"), static services => Microsoft.Extensions.DependencyInjection.SipServiceCollectionExtensions.AddSipClient(services, static options => options.LocalAddress = "10.0.0.1:5060"));
            await using var connection = await process.Client.ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@192.0.2.9", UnregisterOnDispose = false });
            registrar.Requests.Should().HaveCount(2);
            registrar.Requests[0].Headers["Contact"].Should().Contain("10.0.0.1:5060");
            var contacts = registrar.Requests[1].Headers.GetAll(Messages.Headers.SipHeaderNames.Contact);
            contacts.Select(static contact => $"{contact.Uri.Host}:{contact.Uri.Port} {contact.Parameters["expires"]}").Should().Equal("192.0.2.1:20000 ", "10.0.0.1:5060 0");
            registrar.Requests[1].Headers.CSeq!.Value.Number.Should().Be(registrar.Requests[0].Headers.CSeq!.Value.Number + 1);
            registrar.Requests[1].Headers.Via!.Host.Should().Be("192.0.2.1");
            registration.IsActive.Should().BeTrue();
        });
    }

    [Theory, Trait("Req", "A9")]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("224.0.0.5")]
    [InlineData("127.0.0.1")]
    [Trait("Class", "47")]
    public void Class47_ReceivedThatCannotBe_IsNotBelieved(string received)
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Default = request =>
            {
                request.Headers["Via"] = request.Headers.Via!.WithParameter("received", received).WithParameter("rport", "9").ToString();
                return ScriptedRegistrar.Accept(request);
            };
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" });
            registrar.Requests.Should().HaveCount(1);
        });
    }

    [Fact, Trait("Req", "A9"), Trait("Class", "47")]
    public void Class47_PeerThatLiesAboutTheAddress_MisdirectsOnlyItself()
    {
        var world = new World();
        world.Run(async () =>
        {
            var liar = await ScriptedRegistrar.StartAsync(world, "10.0.0.8");
            liar.Default = static request =>
            {
                request.Headers["Via"] = request.Headers.Via!.WithParameter("received", "198.51.100.66").WithParameter("rport", "9").ToString();
                return ScriptedRegistrar.Accept(request);
            };
            var honest = await ScriptedRegistrar.StartAsync(world, "10.0.0.9");
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var first = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.8" });
            await using var second = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" });
            liar.Requests.Should().HaveCount(2, "it is told anew once, not for ever");
            honest.Requests.Should().ContainSingle().Which.Headers["Contact"].Should().Contain("10.0.0.1:5060");
            honest.Requests[0].Headers.Via!.Host.Should().Be("10.0.0.1");
        });
    }

    [Fact, Trait("Req", "A9")]
    public void Register_AddressIsAdvertised_StandsInViaAndContact()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            await using var connection = await world.CreateClient("10.0.0.1", static options =>
            {
                options.AdvertisedAddresses.Add("[2001:db8::1]");
                options.AdvertisedAddresses.Add("203.0.113.7:5099");
            }).ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9", Contact = new SipNameAddress("sip:alice@localhost") });
            var request = registrar.Requests.Should().ContainSingle().Subject;
            request.Headers.Contact!.Uri.Should().Be(SipUri.Parse("sip:alice@203.0.113.7:5099"));
            (request.Headers.Via!.Host, request.Headers.Via.Port).Should().Be(("203.0.113.7", 5099));
        });
    }

    [Fact, Trait("Req", "A9")]
    public void Register_LearningIsOff_KeepsTheLocalAddress()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Default = static request =>
            {
                request.Headers["Via"] = request.Headers.Via!.WithParameter("received", "192.0.2.1").WithParameter("rport", "20000").ToString();
                return ScriptedRegistrar.Accept(request);
            };
            await using var connection = await world.CreateClient("10.0.0.1", static options => options.LearnPublicAddress = false).ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" });
            registrar.Requests.Should().ContainSingle().Which.Headers["Contact"].Should().Contain("10.0.0.1:5060");
        });
    }
}
