using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;
using ModernSip.Resolution;
using ModernSip.ScenarioTests.Peers;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests.Failover;

/// <summary>Where responses go: RFC 3261 §18.2.2, RFC 3581 §4 and, when a connection is gone, RFC 3263 §5.</summary>
public sealed class WayBackTests
{
    [Theory, Trait("Req", "B4")]
    [InlineData("ua.test", "10.0.0.3", "the sent-by has servers")]
    [InlineData("ua.test:5071", "10.0.0.4", "the sent-by has a port: addresses only")]
    public void Respond_ConnectionGoneAndSourceRefuses_GoesToAServerOfTheSentBy(string sentBy, string address, string because)
    {
        var world = new World();
        world.Run(async () =>
        {
            var zone = new FailoverWorld.ZoneOfTest(["_sip._tcp.ua.test SRV 0 0 5070 h.test", "h.test A 10.0.0.3", "ua.test A 10.0.0.4"]);
            await using var connection = await world.CreateClient("10.0.0.1", services: services => services.AddSingleton<ISipDnsResolver>(zone)).ConnectAsync();
            var caller = await RawPeer.BindAsync(world, "10.0.0.2", 5999, tcp: true);
            var server = await RawPeer.BindAsync(world, address, address == "10.0.0.3" ? 5070 : 5071, tcp: true);
            using var reading = new CancellationTokenSource();
            var incoming = FirstAsync(connection, reading.Token);
            await caller.SendAsync(caller.Create(SipMethod.Message, "sip:a@10.0.0.1", via: $"SIP/2.0/TCP {sentBy};branch=z9hG4bKback"), "10.0.0.1");
            var request = await incoming;
            world.Hosts["10.0.0.2"].ResetConnections();
            await world.Pass(1);
            await request.RespondAsync(SipStatus.Ok);
            (await server.ResponseAsync(200)).Headers.Via!.Branch.Should().Be("z9hG4bKback", because);
            await reading.CancelAsync();
        });
    }

    [Fact, Trait("Class", "47")]
    public void Class47_SentByThatIsAnAddress_IsNotConnectedTo()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var caller = await RawPeer.BindAsync(world, "10.0.0.2", 5999, tcp: true);
            var victim = await RawPeer.BindAsync(world, "10.0.0.66", 5070, tcp: true);
            using var reading = new CancellationTokenSource();
            var incoming = FirstAsync(connection, reading.Token);
            await caller.SendAsync(caller.Create(SipMethod.Message, "sip:a@10.0.0.1", via: "SIP/2.0/TCP 10.0.0.66:5070;branch=z9hG4bKback"), "10.0.0.1");
            var request = await incoming;
            world.Hosts["10.0.0.2"].ResetConnections();
            await world.Pass(1);
            await request.RespondAsync(SipStatus.Ok);
            await world.Pass(40);
            victim.Received.Should().BeEmpty();
            await reading.CancelAsync();
        });
    }

    [Theory, Trait("Class", "47")]
    [InlineData("SIP/2.0/UDP 10.0.0.66:5070;branch=z9hG4bKx;maddr=10.0.0.66")]
    [InlineData("SIP/2.0/UDP 10.0.0.66:5070;branch=z9hG4bKx;received=10.0.0.66;rport=5070")]
    [InlineData("SIP/2.0/UDP victim.test:5070;branch=z9hG4bKx")]
    [InlineData("SIP/2.0/UDP 255.255.255.255:5070;branch=z9hG4bKx;maddr=224.0.0.1;ttl=255")]
    [InlineData("SIP/2.0/UDP 10.0.0.66:5070;branch=z9hG4bKx;rport")]
    public void Class47_ForgedVia_AnswersGoToTheSourceOnlyAndAreNotLarge(string via)
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var sender = await RawPeer.BindAsync(world, "10.0.0.2");
            var victim = await RawPeer.BindAsync(world, "10.0.0.66", 5070);
            foreach (var method in new[] { "OPTIONS", "INVITE", "SUBSCRIBE", "X-UNKNOWN" })
            {
                var request = sender.Create(new SipMethod(method), "sip:a@10.0.0.1", via: via.Replace("z9hG4bKx", $"z9hG4bK{method}", StringComparison.Ordinal));
                await sender.SendAsync(request, "10.0.0.1");
                await world.Pass(40);
                var answers = world.Network.Captured.Where(static packet => packet.From.Address.ToString() == "10.0.0.1").ToList();
                answers.Should().OnlyContain(static packet => packet.To.Address.ToString() == "10.0.0.2");
                answers.Should().OnlyContain(packet => packet.Content.Length < 3 * request.ToOctets().Length, "nobody should gain by forging a source");
            }

            victim.Received.Should().BeEmpty();
        });
    }

    private static async Task<SipIncomingRequest> FirstAsync(SipConnection connection, CancellationToken cancellationToken)
    {
        await foreach (var incoming in connection.IncomingAsync(cancellationToken)) return incoming;
        throw new InvalidOperationException("The stream ended.");
    }
}
