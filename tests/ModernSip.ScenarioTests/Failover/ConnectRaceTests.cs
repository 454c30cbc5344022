using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Peers;
using ModernSip.Testing;
using static FluentAssertions.FluentActions;

namespace ModernSip.ScenarioTests.Failover;

/// <summary>RFC 8305 §5: of several addresses of one server the first that can be connected to is taken, and one that answers nothing costs a moment.</summary>
public sealed class ConnectRaceTests
{
    private const string Server = "sip:s.test:5060;transport=tcp";

    private static SipResponse Ok(SipRequest request) => AnsweringPeer.Respond(request, SipStatus.Ok);

    [Fact, Trait("Req", "B2"), Trait("Section", "RFC 8305 §5")]
    public void Send_FirstAddressSilent_TheSecondIsConnectedToAfter250Milliseconds() => Run(["10.0.0.11", "10.0.0.12"], async (world, connection) =>
    {
        var alive = await AnsweringPeer.StartAsync(world, "10.0.0.12", Ok);
        var begun = world.Now;
        (await connection.SendAsync(SipRequest.Options(Server)).FinalAsync()).StatusCode.Should().Be(200);
        (world.Now - begun).Should().BeCloseTo(TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(50));
        alive.Requests.Should().ContainSingle();
    });

    [Fact, Trait("Req", "B2")]
    public void Send_AgainAfterARace_DoesNotWaitForTheSilentAddress() => Run(["10.0.0.11", "10.0.0.12"], async (world, connection) =>
    {
        await AnsweringPeer.StartAsync(world, "10.0.0.12", Ok);
        await connection.SendAsync(SipRequest.Options(Server)).FinalAsync();
        var begun = world.Now;
        (await connection.SendAsync(SipRequest.Options(Server)).FinalAsync()).StatusCode.Should().Be(200);
        (world.Now - begun).Should().BeLessThan(TimeSpan.FromMilliseconds(100));
    });

    [Fact, Trait("Req", "B2")]
    public void Send_FirstAddressSlowerThanItsHeadStart_TheFasterOfBothIsTaken() => Run(["10.0.0.11", "10.0.0.12"], async (world, connection) =>
    {
        var slow = await AnsweringPeer.StartAsync(world, "10.0.0.11", Ok);
        var fast = await AnsweringPeer.StartAsync(world, "10.0.0.12", Ok);
        DelayTo(world, "10.0.0.11", TimeSpan.FromSeconds(1));
        (await connection.SendAsync(SipRequest.Options(Server)).FinalAsync()).StatusCode.Should().Be(200);
        (slow.Requests.Count, fast.Requests.Count).Should().Be((0, 1));
        world.Now.Should().BeLessThan(TimeSpan.FromSeconds(1));
    });

    [Fact, Trait("Req", "B2")]
    public void Send_FirstAddressWithinItsHeadStart_NoOtherIsTried() => Run(["10.0.0.11", "10.0.0.12"], async (world, connection) =>
    {
        var first = await AnsweringPeer.StartAsync(world, "10.0.0.11", Ok);
        var second = await AnsweringPeer.StartAsync(world, "10.0.0.12", Ok);
        DelayTo(world, "10.0.0.11", TimeSpan.FromMilliseconds(100));
        (await connection.SendAsync(SipRequest.Options(Server)).FinalAsync()).StatusCode.Should().Be(200);
        (first.Requests.Count, second.Requests.Count).Should().Be((1, 0));
        second.LastFlow.Should().BeNull("nobody connected");
    });

    [Fact, Trait("Req", "B2")]
    public void Send_NoAddressAnswers_TheErrorNamesThemAll() => Run(["10.0.0.11", "10.0.0.12", "10.0.0.13"], async (world, connection) =>
    {
        var error = (await Awaiting(() => connection.SendAsync(SipRequest.Options(Server)).FinalAsync()).Should().ThrowAsync<SipTransportException>()).Which;
        error.Message.Should().ContainAll("10.0.0.11", "10.0.0.12", "10.0.0.13");
    });

    [Fact, Trait("Req", "B2")]
    public void Send_WinnerSaysThatItIsBusy_TheSlowerAddressIsTriedAfterAll() => Run(["10.0.0.11", "10.0.0.12"], async (world, connection) =>
    {
        var slow = await AnsweringPeer.StartAsync(world, "10.0.0.11", Ok);
        await AnsweringPeer.StartAsync(world, "10.0.0.12", static request => AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable));
        DelayTo(world, "10.0.0.11", TimeSpan.FromSeconds(1));
        (await connection.SendAsync(SipRequest.Options(Server)).FinalAsync()).StatusCode.Should().Be(200);
        slow.Requests.Should().ContainSingle();
    });

    [Fact, Trait("Req", "B2")]
    public void Close_DuringTheRace_EndsIt() => Run(["10.0.0.11", "10.0.0.12"], async (world, connection) =>
    {
        var sending = connection.SendAsync(SipRequest.Options(Server)).FinalAsync();
        await world.Pass(1);
        await connection.DisposeAsync();
        await Awaiting(() => sending).Should().ThrowAsync<SipException>();
    });

    private static void DelayTo(World world, string address, TimeSpan delay) =>
        world.Network.SetConditions(world.Hosts["10.0.0.1"], world.Hosts[address], new SipNetworkConditions { MinDelay = delay });

    private static void Run(string[] addresses, Func<World, SipConnection, Task> test)
    {
        var world = new FailoverWorld();
        foreach (var address in addresses) world.Zone.Add($"s.test A {address}");
        world.Run(async () =>
        {
            await using var connection = await world.ConnectAsync();
            await test(world.World, connection);
        });
    }
}
