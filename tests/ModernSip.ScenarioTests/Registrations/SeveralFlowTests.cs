using ModernSip.Messages;
using ModernSip.Registrations;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests.Registrations;

/// <summary>Outbound over two proxies (RFC 5626): a flow and a reg-id for each, and one serves while the other is formed anew.</summary>
[Trait("Req", "C2"), Trait("Req", "B7")]
public sealed class SeveralFlowTests
{
    private static readonly SipUri Alice = SipUri.Parse("sip:alice@home.example");

    [Fact]
    public void Register_TwoProxies_EachHasAFlowOfItsOwn() => Run(async (world, connection, first, second) =>
    {
        await using var registration = await connection.RegisterAsync(Options());
        await world.Pass(1);
        first.Requests.Should().ContainSingle();
        second.Requests.Should().ContainSingle();
        RegIds(first).Should().Equal("1");
        RegIds(second).Should().Equal("2");
        (await registration.SendAsync(SipRequest.Message("sip:bob@far.example", "hello")).FinalAsync()).StatusCode.Should().Be(486);
        first.Requests[^1].Method.Should().Be(SipMethod.Message);

        await registration.DisposeAsync();
        foreach (var proxy in new[] { first, second }) proxy.Requests[^1].Headers.Expires.Should().Be(0);
    });

    [Fact]
    public void Flow_OfTheFirstProxyFails_TheSecondServesAndTheFirstComesBackWithItsBackOff() => Run(async (world, connection, first, second) =>
    {
        await using var registration = await connection.RegisterAsync(Options());
        var news = CollectAsync(registration);
        await world.Pass(1);
        var accept = first.Default;
        first.Default = static request => AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable);
        first.Peer.LastFlow!.Close();
        await world.Pass(1);
        registration.IsActive.Should().BeTrue();
        (await registration.SendAsync(SipRequest.Message("sip:bob@far.example", "hello")).FinalAsync()).StatusCode.Should().Be(486);
        second.Requests[^1].Method.Should().Be(SipMethod.Message, "the flow that is there serves");

        await world.Pass(500);
        var attempts = first.Received.Where(static entry => entry.Request.Method == SipMethod.Register).Select(static entry => entry.At.TotalSeconds).Skip(1).ToList();
        attempts[0].Should().BeLessThan(3, "it is formed anew at once");
        (attempts[1] - attempts[0]).Should().BeInRange(45, 90.1, "90 s while another flow serves, times 50 to 100 %");
        (attempts[2] - attempts[1]).Should().BeInRange(90, 180.1);

        first.Default = accept;
        await world.Pass(700);
        await registration.SendAsync(SipRequest.Message("sip:bob@far.example", "again")).FinalAsync();
        first.Requests[^1].Method.Should().Be(SipMethod.Message, "it serves again");
        await registration.DisposeAsync();
        (await news).Where(static one => one.State == SipRegistrationState.Retrying).Should().NotBeEmpty().And.OnlyContain(static one => one.Flow == 1);
    });

    [Fact]
    public void Register_FirstProxyIsAway_TheSecondIsEnoughAndTheFirstFollows() => Run(async (world, connection, first, second) =>
    {
        var accept = first.Default;
        first.Default = static request => AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable);
        await using var registration = await connection.RegisterAsync(Options());
        registration.IsActive.Should().BeTrue();
        RegIds(second).Should().Equal("2");
        first.Default = accept;
        await world.Pass(200);
        RegIds(first)[^1].Should().Be("1");
        await registration.SendAsync(SipRequest.Message("sip:bob@far.example", "hello")).FinalAsync();
        first.Requests[^1].Method.Should().Be(SipMethod.Message);
    });

    [Fact]
    public void Flow_OneIsRefusedForGood_TheOtherGoesOn_AndTheNewsEndWithTheLast() => Run(async (world, connection, first, second) =>
    {
        var registration = await connection.RegisterAsync(Options());
        var news = CollectAsync(registration);
        await world.Pass(1);
        first.Default = static request => AnsweringPeer.Respond(request, SipStatus.Forbidden);
        await world.Pass(4_000);
        registration.IsActive.Should().BeTrue("the second flow holds");
        news.IsCompleted.Should().BeFalse();
        second.Default = static request => AnsweringPeer.Respond(request, SipStatus.Forbidden);
        await FluentActions.Awaiting(() => news).Should().ThrowAsync<Refreshing.SipRefreshException>();
        registration.IsActive.Should().BeFalse();
    });

    [Fact, Trait("Req", "H2")]
    public void Register_SeveralProxiesWithoutOutbound_IsRefusedAtTheCall() => Run((_, connection, _, _) =>
    {
        var options = Options();
        options.UseOutbound = false;
        FluentActions.Invoking(() => { GC.KeepAlive(connection.RegisterAsync(options)); }).Should().Throw<ArgumentException>();
        return Task.CompletedTask;
    });

    private static IReadOnlyList<string?> RegIds(ScriptedRegistrar proxy) =>
        [.. proxy.Requests.Where(static request => request.Method == SipMethod.Register).Select(static request => request.Headers.Contact!.Parameters["reg-id"])];

    private static SipRegistrationOptions Options() => new()
    {
        AddressOfRecord = Alice,
        OutboundProxy = "sip:10.0.0.9;transport=tcp",
        OutboundProxies = { SipUri.Parse("sip:10.0.0.8;transport=tcp") },
        InstanceId = "urn:uuid:00000000-0000-1000-8000-aabbccddeeff",
        UseOutbound = true,
    };

    private static async Task<List<SipRegistrationEvent>> CollectAsync(SipRegistration registration)
    {
        var news = new List<SipRegistrationEvent>();
        await foreach (var one in registration.EventsAsync()) news.Add(one);
        return news;
    }

    private static void Run(Func<World, SipConnection, ScriptedRegistrar, ScriptedRegistrar, Task> test)
    {
        var world = new World();
        world.Run(async () =>
        {
            var (first, second) = (await ScriptedRegistrar.StartAsync(world), await ScriptedRegistrar.StartAsync(world, "10.0.0.8"));
            foreach (var proxy in new[] { first, second })
            {
                proxy.Default = static request => request.Method == SipMethod.Register ? ScriptedRegistrar.Accept(request, null, ("Require", "outbound")) : AnsweringPeer.Respond(request, SipStatus.BusyHere);
            }

            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await test(world, connection, first, second);
        }, TimeSpan.FromHours(3));
    }
}
