using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ModernSip.Authentication;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests.Connections;

[Trait("Req", "A1")]
public sealed class ClientRegistrationTests
{
    [Fact]
    public void AddSipClient_ByConfiguration_BindsEverySetting()
    {
        var world = new World();
        var section = Section(new()
        {
            ["LocalAddress"] = "10.0.0.1:5070",
            ["From"] = "\"Alice\" <sip:alice@example.com>",
            ["Transport"] = "Tcp",
            ["OutboundProxy"] = "sip:10.0.0.2",
            ["UserAgent"] = "Probe/1",
            ["Credentials:0:UserName"] = "wrong-realm",
            ["Credentials:0:Password"] = "x",
            ["Credentials:0:Realm"] = "elsewhere",
            ["Credentials:1:UserName"] = "alice",
            ["Credentials:1:Password"] = "secret",
            ["RingingLimit"] = "00:01:00",
            ["MaxWaitingRequests"] = "7",
        });
        world.Run(async () =>
        {
            var verifier = new SipDigestVerifier("example.com", world.Simulation.Time, world.Simulation.Random);
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", request => verifier.Verify(request, static user => user == "alice" ? "secret" : null).IsAccepted
                ? AnsweringPeer.Respond(request, SipStatus.Ok)
                : verifier.Challenge(request));
            await using var process = new SimulatedProcess(world, world.Network.CreateHost("10.0.0.1"), services => services.AddSipClient(section));
            await using var connection = await process.Client.ConnectAsync();

            connection.LocalEndPoints.Should().ContainSingle().Which.ToString().Should().Be("10.0.0.1:5070");
            (await connection.SendAsync(SipRequest.Options("sip:bob@somewhere.example")).FinalAsync()).StatusCode.Should().Be(200);
            var request = peer.Requests[^1];
            request.Headers.From!.Uri.ToString().Should().Be("sip:alice@example.com");
            request.Headers.From.DisplayName.Should().Be("Alice");
            request.Headers["User-Agent"].Should().Be("Probe/1");
            request.Headers["Route"].Should().Be("<sip:10.0.0.2;lr>");
            request.Headers.Via!.Transport.Should().Be("TCP");
        });
    }

    [Fact]
    public void ConfigureSipStack_ShorterT1_ShortensTheTimeOut()
    {
        var world = new World();
        var section = Section(new() { ["T1"] = "00:00:00.100", ["T2"] = "00:00:02" });
        world.Run(async () =>
        {
            await using var process = new SimulatedProcess(world, world.Network.CreateHost("10.0.0.1"), services => services
                .AddSipClient(static options => options.LocalAddress = "10.0.0.1")
                .ConfigureSipStack(section));
            await using var connection = await process.Client.ConnectAsync();
            var begin = world.Simulation.Time.Elapsed;
            await Waiting(connection.SendAsync(SipRequest.Options("sip:10.0.0.77")).FinalAsync()).Should().ThrowAsync<SipTimeoutException>();
            (world.Simulation.Time.Elapsed - begin).Should().BeCloseTo(TimeSpan.FromSeconds(6.4), TimeSpan.FromMilliseconds(50));
        });
    }

    [Fact]
    public void AddSipClient_Twice_KeyedClientsShareOneStack()
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var process = new SimulatedProcess(world, world.Network.CreateHost("10.0.0.1"), services => services
                .AddSipClient("sales", static options => (options.LocalAddress, options.From) = ("10.0.0.1:5060", "sip:sales@example.com"))
                .AddSipClient("support", static options => (options.LocalAddress, options.From) = ("10.0.0.1:5060", "sip:support@example.com")));
            var sales = await process.Named("sales").ConnectAsync();
            var support = await process.Named("support").ConnectAsync();

            support.LocalEndPoints.Should().Equal(sales.LocalEndPoints);
            await sales.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync();
            await support.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync();
            peer.Requests.Select(static request => request.Headers.From!.Uri.User).Should().Equal("sales", "support");

            // Closing one twice must not take the sockets from the other.
            await sales.DisposeAsync();
            await sales.DisposeAsync();
            (await support.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync()).StatusCode.Should().Be(200);
            await support.DisposeAsync();
        });
    }

    [Fact]
    public void Connect_AfterTheLastConnectionClosed_StartsTheStackAnew()
    {
        var world = new World();
        world.Run(async () =>
        {
            await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var process = new SimulatedProcess(world, world.Network.CreateHost("10.0.0.1"), static services => services.AddSipClient(static options => options.LocalAddress = "10.0.0.1:5060"));
            for (var round = 0; round < 3; round++)
            {
                await using var connection = await process.Client.ConnectAsync();
                (await connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync()).StatusCode.Should().Be(200);
            }
        });
    }

    [Fact]
    public void Close_OfTheLastConnection_FreesThePort()
    {
        var world = new World();
        world.Run(async () =>
        {
            var host = world.Network.CreateHost("10.0.0.1");
            await using var one = new SimulatedProcess(world, host, static services => services.AddSipClient(static options => options.LocalAddress = "10.0.0.1:5060"));
            await using var two = new SimulatedProcess(world, host, static services => services.AddSipClient(static options => options.LocalAddress = "10.0.0.1:5060"));
            var first = await one.Client.ConnectAsync();
            await Waiting(two.Client.ConnectAsync()).Should().ThrowAsync<SipTransportException>();
            await first.DisposeAsync();
            await using var second = await two.Client.ConnectAsync();
            second.State.Should().Be(SipConnectionState.Active);
        });
    }

    [Theory]
    [InlineData("LocalAddress", "not an address")]
    [InlineData("From", "<<")]
    [InlineData("OutboundProxy", "http://proxy")]
    [InlineData("RingingLimit", "-00:00:01")]
    [InlineData("MaxWaitingRequests", "0")]
    [InlineData("Capabilities:Methods:0", "TWO WORDS")]
    [InlineData("Credentials:0:Password", "no name with it")]
    public async Task HostStart_WrongClientOption_FailsAndNamesTheSetting(string setting, string value)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSipClient("desk", Section(new() { [setting] = value }));
        using var host = builder.Build();
        var error = (await Waiting(host.StartAsync()).Should().ThrowAsync<OptionsValidationException>()).Which;
        error.Message.Should().Contain(setting.Split(':')[0]).And.Contain("desk");
    }

    [Fact]
    public async Task HostStart_WrongStackOption_FailsAndNamesTheSetting()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSipClient().ConfigureSipStack(static options => options.T1 = TimeSpan.FromMilliseconds(1));
        using var host = builder.Build();
        (await Waiting(host.StartAsync()).Should().ThrowAsync<OptionsValidationException>()).WithMessage("*T1*");
    }

    private static IConfigurationSection Section(Dictionary<string, string?> values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(static pair => KeyValuePair.Create("Sip:" + pair.Key, pair.Value))).Build().GetSection("Sip");

    private static Func<Task> Waiting(Task task) => () => task;
}
