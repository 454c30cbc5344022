using Microsoft.Extensions.DependencyInjection;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Registrations;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests;

/// <summary>Every exception says what was attempted, what to, and which response ended it, in properties that a program can read.</summary>
[Trait("Req", "H1")]
public sealed class ErrorContentTests
{
    /// <summary>What goes wrong, and what the exception then holds: operation, target, status of the response.</summary>
    public static TheoryData<string, string, string, int?> Errors => new()
    {
        { "silence", "OPTIONS", "sip:bob@10.0.0.2", null },
        { "no name", "OPTIONS", "sip:bob@nowhere.invalid", null },
        { "no network", "OPTIONS", "sip:bob@10.0.0.2", null },
        { "challenge", "OPTIONS", "sip:bob@10.0.0.4", 401 },
        { "refusal", "OPTIONS", "sip:bob@10.0.0.3", 404 },
        { "unusable answer of the registrar", "REGISTER", "sip:alice@10.0.0.9", 200 },
        { "refused refresh", "REGISTER", "sip:alice@10.0.0.9", 403 },
        { "subscription refused", "SUBSCRIBE", "sip:bob@10.0.0.3", 404 },
        { "suspended", "SendAsync", "10.0.0.1:5060", null },
        { "disposed", "RegisterAsync", "10.0.0.1:5060", null },
        { "network lost under a registration", "REGISTER", "sip:alice@10.0.0.9", null },
        { "closed under a request", "OPTIONS", "sip:bob@10.0.0.2", null },
        { "address that is not here", "ConnectAsync", "10.9.9.9:5060", null },
        { "registration that has ended", "REGISTER", "sip:alice@10.0.0.9", null },
    };

    [Theory, MemberData(nameof(Errors))]
    public void Exception_OfAnything_SaysOperationTargetAndResponse(string what, string operation, string target, int? status)
    {
        var world = new World();
        world.Run(async () =>
        {
            var host = world.Hosts["10.0.0.1"] = world.Network.CreateHost("10.0.0.1");
            await using var process = new SimulatedProcess(world, host, services => services
                .AddSingleton(world.Simulation.PlatformOf(host))
                .AddSingleton<Resolution.ISipDnsResolver>(new StubResolver(static (_, _) => new([])))
                .AddSipClient(static options => options.LocalAddress = "10.0.0.1:5060"));
            await using var connection = await process.Client.ConnectAsync();
            await AnsweringPeer.StartSilentAsync(world, "10.0.0.2");
            await AnsweringPeer.StartAsync(world, "10.0.0.3", static request => AnsweringPeer.Respond(request, SipStatus.NotFound));
            await AnsweringPeer.StartAsync(world, "10.0.0.4", static request => AnsweringPeer.Respond(request, SipStatus.Unauthorized, ("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\"")));
            var error = await ProvokeAsync(world, process.Client, connection, what);

            error.Operation.Should().Be(operation);
            error.Target.Should().Be(target);
            error.Response?.StatusCode.Should().Be(status);
            (error.Response is null).Should().Be(status is null);
        });
    }

    [Fact]
    public void Exception_OfAFlowThatManyRequestsWaitedOn_IsEachRequestsOwn()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var peer = await AnsweringPeer.StartSilentAsync(world, "10.0.0.2");
            var first = connection.SendAsync(SipRequest.Options("sip:one@10.0.0.2;transport=tcp")).FinalAsync();
            var second = connection.SendAsync(SipRequest.Message("sip:two@10.0.0.2;transport=tcp", "hello")).FinalAsync();
            while (peer.Requests.Count < 2) await world.Pass(0.01);
            peer.LastFlow!.Close();

            var one = (await FluentActions.Awaiting(() => first).Should().ThrowAsync<SipTransportException>()).Which;
            var two = (await FluentActions.Awaiting(() => second).Should().ThrowAsync<SipTransportException>()).Which;
            (one.Operation, one.Target).Should().Be(("OPTIONS", "sip:one@10.0.0.2;transport=tcp"));
            (two.Operation, two.Target).Should().Be(("MESSAGE", "sip:two@10.0.0.2;transport=tcp"));
        });
    }

    private static async Task<SipException> ProvokeAsync(World world, ISipClient client, SipConnection connection, string what)
    {
        Func<Task> act = what switch
        {
            "silence" => () => connection.SendAsync(SipRequest.Options("sip:bob@10.0.0.2")).FinalAsync(),
            "no name" => () => connection.SendAsync(SipRequest.Options("sip:bob@nowhere.invalid")).FinalAsync(),
            "no network" => () =>
            {
                world.Hosts["10.0.0.1"].IsUp = false;
                return connection.SendAsync(SipRequest.Options("sip:bob@10.0.0.2")).FinalAsync();
            },
            "challenge" => () => connection.SendAsync(SipRequest.Options("sip:bob@10.0.0.4")).FinalAsync(),
            "refusal" => () => connection.SendAsync(SipRequest.Options("sip:bob@10.0.0.3")).FinalAsync().EnsureSuccessAsync(),
            "unusable answer of the registrar" => async () =>
            {
                (await ScriptedRegistrar.StartAsync(world)).Then(SipStatus.Ok);
                await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" });
            },
            "refused refresh" => async () => await DrainAsync((await RegisterAsync(world, connection, static registrar => registrar.Then(static request => ScriptedRegistrar.Accept(request)).Then(SipStatus.Forbidden))).EventsAsync()),
            "subscription refused" => () => connection.SubscribeAsync(new() { Target = "sip:bob@10.0.0.3", Event = "presence" }),
            "suspended" => async () =>
            {
                await connection.SuspendAsync();
                await connection.SendAsync(SipRequest.Options("sip:bob@10.0.0.2")).FinalAsync();
            },
            "disposed" => async () =>
            {
                await connection.DisposeAsync();
                await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" });
            },
            "network lost under a registration" => async () =>
            {
                var registration = await RegisterAsync(world, connection);
                world.Hosts["10.0.0.1"].IsUp = false;
                await DrainAsync(registration.EventsAsync());
            },
            "closed under a request" => async () =>
            {
                var final = connection.SendAsync(SipRequest.Options("sip:bob@10.0.0.2")).FinalAsync();
                await connection.DisposeAsync();
                await final;
            },
            "address that is not here" => () => client.ConnectAsync("10.9.9.9:5060"),
            "registration that has ended" => async () =>
            {
                var registration = await RegisterAsync(world, connection);
                await registration.DisposeAsync();
                await registration.RefreshAsync();
            },
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
        return (await FluentActions.Awaiting(act).Should().ThrowAsync<SipException>()).Which;
    }

    private static async Task<SipRegistration> RegisterAsync(World world, SipConnection connection, Action<ScriptedRegistrar>? script = null)
    {
        var registrar = await ScriptedRegistrar.StartAsync(world);
        script?.Invoke(registrar);
        return await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9", Expires = TimeSpan.FromSeconds(60) });
    }

    private static async Task DrainAsync(IAsyncEnumerable<SipRegistrationEvent> events)
    {
        await foreach (var _ in events) GC.KeepAlive(events);
    }
}
