using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Registrations;
using ModernSip.ScenarioTests.Peers;
using ModernSip.Sessions;
using ModernSip.Testing;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests.Connections;

/// <summary>Connections follow their network: interfaces that go down, lose their address, and come back.</summary>
public sealed class NetworkTests
{
    [Fact, Trait("Req", "A3"), Trait("Req", "A4")]
    public void State_InterfaceGoesDownAndComesBack_FollowsIt() => Run(async (world, host, connection) =>
    {
        var changes = CollectAsync(connection.StateChangesAsync());
        host.IsUp = false;
        await connection.WaitForStateAsync(SipConnectionState.Inactive);
        connection.Error.Should().BeOfType<SipTransportException>().Which.Message.Should().Contain("eth0 is down");
        host.IsUp = true;
        await connection.WaitForStateAsync(SipConnectionState.Active);
        connection.Error.Should().BeNull();
        (await connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync()).StatusCode.Should().Be(200);
        await connection.DisposeAsync();
        (await changes).Should().Equal(SipConnectionState.Inactive, SipConnectionState.Active, SipConnectionState.Unavailable);
        world.Now.Should().BeLessThan(TimeSpan.FromSeconds(2), "the network tells of its changes");
    });

    [Fact, Trait("Req", "A4"), Trait("Req", "A7")]
    public void State_AddressGoesAway_IsInactiveUntilItIsBack() => Run(async (_, host, connection) =>
    {
        host.SetAddresses("10.0.0.50");
        await connection.WaitForStateAsync(SipConnectionState.Inactive);
        connection.Error!.Message.Should().Contain("10.0.0.1 is gone");
        host.SetAddresses("10.0.0.1", "10.0.0.50");
        await connection.WaitForStateAsync(SipConnectionState.Active);
    });

    [Theory, Trait("Req", "A2"), Trait("Req", "A4"), Trait("Req", "A9")]
    [InlineData("eth0:5060")]
    [InlineData(null)]
    public void State_AnotherAddressOnTheInterface_IsActiveAtTheNewOne(string? local) => Run(local, async (world, host, connection) =>
    {
        var registrar = await ScriptedRegistrar.StartAsync(world);
        await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" });
        var changes = CollectAsync(connection.StateChangesAsync());
        host.SetAddresses("10.0.0.50");
        await connection.WaitForStateAsync(SipConnectionState.Inactive);
        await connection.WaitForStateAsync(SipConnectionState.Active);
        await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" });
        registrar.Requests.Select(static request => request.Headers.Contact!.Uri.Host).Should().Equal("10.0.0.1", "10.0.0.50");
        await registration.DisposeAsync();
        await connection.DisposeAsync();
        (await changes).Should().Equal(SipConnectionState.Inactive, SipConnectionState.Active, SipConnectionState.Unavailable);
    });

    [Fact, Trait("Req", "A2")]
    public void Connect_InterfaceIsDown_ThrowsWhy() => RunProcess(async (_, host, client) =>
    {
        host.IsUp = false;
        await ((Func<Task>)(() => client.ConnectAsync("10.0.0.1:5060"))).Should().ThrowAsync<SipTransportException>().WithMessage("*eth0 is down*");
        await ((Func<Task>)(() => client.ConnectAsync("eth0"))).Should().ThrowAsync<SipTransportException>().WithMessage("*eth0 is down*");
        host.IsUp = true;
        await using var connection = await client.ConnectAsync("eth0");
        connection.LocalEndPoints.Should().ContainSingle().Which.Address.ToString().Should().Be("10.0.0.1");
    });

    [Fact, Trait("Req", "A6")]
    public void Lost_WithEverythingUnderWay_EndsEachWithOneErrorThatCarriesTheConnections() => Run(async (world, host, connection) =>
    {
        var registrar = await ScriptedRegistrar.StartAsync(world);
        await AnsweringPeer.StartSilentAsync(world, "10.0.0.3");
        var bob = await world.CreateClient("10.0.0.4").ConnectAsync();
        var answering = AnswerAsync(bob);
        var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" });
        var events = CollectAsync(registration.EventsAsync());
        var dialog = connection.CreateInviteDialog("sip:bob@10.0.0.4");
        await dialog.SendInviteAsync(Descriptions.Audio).FinalAsync();
        await world.Pass(0.1); // for the ACK
        var inDialog = CollectAsync(dialog.IncomingAsync());
        var message = connection.SendAsync(SipRequest.Message("sip:carol@10.0.0.3", "hello"));
        var reading = CollectAsync(message);
        var final = message.FinalAsync();
        var invite = connection.CreateInviteDialog("sip:carol@10.0.0.3");
        var ringing = CollectAsync(invite.SendInviteAsync());
        registrar.Default = static _ => null;
        var refresh = registration.RefreshAsync();
        var another = connection.RegisterAsync(new() { AddressOfRecord = "sip:dave@10.0.0.9" });
        await world.Pass(0.1);

        var begin = world.Now;
        host.IsUp = false;
        var error = (Exception?)null;
        foreach (var task in new Task[] { events, inDialog, reading, final, ringing, refresh, another }) error = await CarriesAsync(connection, () => task);
        var outcome = await dialog.Completion;
        outcome.Cause.Should().Be(SipDialogEnd.Error);
        outcome.Error.Should().BeOfType<SipConnectionClosedException>().Which.InnerException.Should().BeSameAs(connection.Error);
        (world.Now - begin).Should().BeLessThan(TimeSpan.FromSeconds(1));

        // A8: what depended on the network stays dead when it comes back.
        host.IsUp = true;
        await connection.WaitForStateAsync(SipConnectionState.Active);
        foreach (var operation in new Func<object>[]
        {
            () => registration.SendAsync(SipRequest.Options("sip:10.0.0.2")),
            () => registration.CreateInviteDialog("sip:10.0.0.2"),
            () => dialog.SendAsync(SipMethod.Info),
            () => dialog.SendInviteAsync(),
            () => registration.RefreshAsync(),
            () => registration.UnregisterAsync(),
        })
        {
            operation.Should().Throw<SipConnectionClosedException>().Which.InnerException.Should().BeSameAs(error!.InnerException);
        }

        registration.IsActive.Should().BeFalse();
        var before = registrar.Requests.Count;
        await registration.DisposeAsync();
        await dialog.DisposeAsync();
        await invite.DisposeAsync();
        registrar.Requests.Should().HaveCount(before, "there is nothing to unregister any more");
        await bob.DisposeAsync();
        (await answering).Cause.Should().Be(SipDialogEnd.Error);
    });

    [Fact, Trait("Req", "A6")]
    public void Lost_RequestsOfPeersUnanswered_CannotBeAnsweredAnyMore() => Run(async (world, host, connection) =>
    {
        var peer = await RawPeer.BindAsync(world, "10.0.0.5");
        await using var incoming = connection.IncomingAsync().GetAsyncEnumerator();
        await peer.SendAsync(peer.Create(SipMethod.Options, "sip:alice@10.0.0.1"), "10.0.0.1");
        (await incoming.MoveNextAsync()).Should().BeTrue();
        host.IsUp = false;
        await connection.WaitForStateAsync(SipConnectionState.Inactive);
        await CarriesAsync(connection, () => incoming.Current.RespondAsync(SipStatus.Ok));

        host.IsUp = true;
        await connection.WaitForStateAsync(SipConnectionState.Active);
        await peer.SendAsync(peer.Create(SipMethod.Options, "sip:alice@10.0.0.1"), "10.0.0.1");
        (await incoming.MoveNextAsync()).Should().BeTrue("the stream of the connection goes on with it");
        await incoming.Current.RespondAsync(SipStatus.Ok);
        await peer.ResponseAsync(200);
    });

    [Fact, Trait("Req", "A3"), Trait("Req", "B2")]
    public void Send_WhileInactive_ThrowsAtTheCall() => Run(async (_, host, connection) =>
    {
        host.IsUp = false;
        await connection.WaitForStateAsync(SipConnectionState.Inactive);
        foreach (var operation in new Func<object>[]
        {
            () => connection.SendAsync(SipRequest.Options("sip:10.0.0.2")),
            () => connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" }),
            () => connection.CreateInviteDialog("sip:10.0.0.2"),
            () => connection.FetchBindingsAsync("sip:alice@10.0.0.9"),
        })
        {
            operation.Should().Throw<SipTransportException>().Which.InnerException.Should().BeSameAs(connection.Error);
        }
    });

    [Fact, Trait("Req", "A5")]
    public void Refresh_NetworkIsStillGone_ThrowsWhyAndStaysInactive() => Run(async (_, host, connection) =>
    {
        host.IsUp = false;
        await connection.WaitForStateAsync(SipConnectionState.Inactive);
        await ((Func<Task>)(() => connection.RefreshAsync())).Should().ThrowAsync<SipTransportException>().WithMessage("*eth0 is down*");
        connection.State.Should().Be(SipConnectionState.Inactive);
    });

    [Fact, Trait("Req", "A5")]
    public void Refresh_PortWasTakenMeanwhile_IsActiveOnceItIsFree() => Run("eth0:5060", async (world, host, connection) =>
    {
        host.SetAddresses("10.0.0.1", "10.0.0.50");
        var other = await host.Udp.BindAsync(IPEndPoint.Parse("10.0.0.50:5060"), new UnusedReceiver(), default);
        host.SetAddresses("10.0.0.50");
        await connection.WaitForStateAsync(SipConnectionState.Inactive);
        await FluentActions.Awaiting(() => connection.RefreshAsync()).Should().ThrowAsync<SipTransportException>().WithMessage("*in use*");
        connection.State.Should().Be(SipConnectionState.Inactive);

        await other.DisposeAsync();
        await connection.RefreshAsync();
        connection.State.Should().Be(SipConnectionState.Active);
        connection.LocalEndPoints.Should().ContainSingle().Which.ToString().Should().Be("10.0.0.50:5060");
        (await connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync()).StatusCode.Should().Be(200);
    });

    [Fact, Trait("Req", "A4")]
    public void State_PortWasTakenMeanwhile_IsTriedAgainByItself() => Run("eth0:5060", async (world, host, connection) =>
    {
        host.SetAddresses("10.0.0.1", "10.0.0.50");
        var other = await host.Udp.BindAsync(IPEndPoint.Parse("10.0.0.50:5060"), new UnusedReceiver(), default);
        host.SetAddresses("10.0.0.50");
        await connection.WaitForStateAsync(SipConnectionState.Inactive);
        await world.Pass(1);
        await other.DisposeAsync();
        await connection.WaitForStateAsync(SipConnectionState.Active);
        world.Now.Should().BeLessThan(TimeSpan.FromSeconds(10));
    });

    [Fact, Trait("Req", "A5")]
    public void Refresh_ActiveConnection_ChangesNothing() => Run(async (_, _, connection) =>
    {
        await connection.RefreshAsync();
        connection.State.Should().Be(SipConnectionState.Active);
    });

    [Fact, Trait("Req", "A3"), Trait("Req", "A5")]
    public void Suspend_NothingNewBeginsAndNothingEnds() => Run(async (world, _, connection) =>
    {
        var registrar = await ScriptedRegistrar.StartAsync(world);
        var peer = await RawPeer.BindAsync(world, "10.0.0.5");
        await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9", Expires = TimeSpan.FromSeconds(60) });
        GC.KeepAlive(connection.IncomingAsync());
        await connection.SuspendAsync();
        await connection.SuspendAsync();
        connection.State.Should().Be(SipConnectionState.Suspended);
        FluentActions.Invoking(() => connection.SendAsync(SipRequest.Options("sip:10.0.0.2"))).Should().Throw<SipTransportException>();
        FluentActions.Invoking(() => registration.SendAsync(SipRequest.Options("sip:10.0.0.2"))).Should().Throw<SipTransportException>();
        await FluentActions.Awaiting(() => connection.RefreshAsync()).Should().ThrowAsync<InvalidOperationException>();
        await peer.SendAsync(peer.Create(SipMethod.Message, "sip:alice@10.0.0.1"), "10.0.0.1");
        await peer.ResponseAsync(480);
        await world.Pass(65); // the refresh falls due meanwhile, and is tried again
        registrar.Requests.Should().ContainSingle();

        await connection.ResumeAsync();
        connection.State.Should().Be(SipConnectionState.Active);
        await world.Pass(60);
        registrar.Requests.Should().HaveCountGreaterThan(1, "what was due is made up for");
        registration.IsActive.Should().BeTrue();
    });

    [Fact, Trait("Req", "A3")]
    public void Suspend_ThenTheNetworkIsLost_IsInactiveAndCannotBeResumed() => Run(async (_, host, connection) =>
    {
        await connection.SuspendAsync();
        host.IsUp = false;
        await connection.WaitForStateAsync(SipConnectionState.Inactive);
        FluentActions.Invoking(() => { GC.KeepAlive(connection.ResumeAsync()); }).Should().Throw<InvalidOperationException>();
        FluentActions.Invoking(() => { GC.KeepAlive(connection.SuspendAsync()); }).Should().Throw<InvalidOperationException>();
        host.IsUp = true;
        await connection.WaitForStateAsync(SipConnectionState.Active);
    });

    [Fact, Trait("Req", "A3"), Trait("Req", "A8")]
    public void WaitForState_ConnectionCloses_Throws() => Run(async (_, _, connection) =>
    {
        var waiting = connection.WaitForStateAsync(SipConnectionState.Suspended);
        await connection.DisposeAsync();
        await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<SipConnectionClosedException>();
        await connection.WaitForStateAsync(SipConnectionState.Unavailable);
        (await CollectAsync(connection.StateChangesAsync())).Should().BeEmpty();
        FluentActions.Invoking(() => { GC.KeepAlive(connection.SuspendAsync()); }).Should().Throw<SipConnectionClosedException>();
        await FluentActions.Awaiting(() => connection.RefreshAsync()).Should().ThrowAsync<SipConnectionClosedException>();
    });

    [Fact, Trait("Req", "A8")]
    public void Dispose_WhileInactive_InAnyOrder_EndsQuietly() => RunProcess(async (world, host, client) =>
    {
        await ScriptedRegistrar.StartAsync(world);
        var connection = await client.ConnectAsync("10.0.0.1:5060");
        var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" });
        host.IsUp = false;
        await connection.WaitForStateAsync(SipConnectionState.Inactive);
        await connection.DisposeAsync();
        connection.State.Should().Be(SipConnectionState.Unavailable);
        await registration.DisposeAsync();
        host.IsUp = true;
        await using var again = await client.ConnectAsync("10.0.0.1:5060");
        again.State.Should().Be(SipConnectionState.Active);
    });

    [Fact, Trait("Req", "A1"), Trait("Req", "A4")]
    public void Lost_TwoConnectionsAtOneAddress_BothFollow() => RunProcess(async (_, host, client) =>
    {
        await using var one = await client.ConnectAsync("10.0.0.1:5060");
        await using var two = await client.ConnectAsync("10.0.0.1:5060");
        host.IsUp = false;
        await one.WaitForStateAsync(SipConnectionState.Inactive);
        await two.WaitForStateAsync(SipConnectionState.Inactive);
        host.IsUp = true;
        await two.WaitForStateAsync(SipConnectionState.Active);
        await one.WaitForStateAsync(SipConnectionState.Active);
    });

    private sealed class UnusedReceiver : ISipReceiver
    {
        public void OnMessage(SipFlow flow, ReadOnlySpan<byte> message) => throw new InvalidOperationException("Nothing is sent here.");

        public void OnMalformed(SipFlow flow, ReadOnlySpan<byte> octets, string reason) => throw new InvalidOperationException(reason);

        public void OnClosed(SipFlow flow, Exception? error) => throw new InvalidOperationException("Nothing is connected here.");
    }

    private static void Run(Func<World, SipSimulatedHost, SipConnection, Task> test) => Run("10.0.0.1:5060", test);

    private static void Run(string? local, Func<World, SipSimulatedHost, SipConnection, Task> test) => RunProcess(async (world, host, client) =>
    {
        await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.Ok));
        await using var connection = local is null ? await client.ConnectAsync() : await client.ConnectAsync(local);
        await test(world, host, connection);
    });

    private static void RunProcess(Func<World, SipSimulatedHost, ISipClient, Task> test)
    {
        var world = new World();
        world.Run(async () =>
        {
            var host = world.Network.CreateHost("10.0.0.1");
            await using var process = new SimulatedProcess(world, host, services => services.AddSingleton(world.Simulation.PlatformOf(host)).AddSipClient());
            await test(world, host, process.Client);
        });
    }

    private static async Task<Exception> CarriesAsync(SipConnection connection, Func<Task> operation)
    {
        var error = (await operation.Should().ThrowAsync<SipConnectionClosedException>()).Which;
        error.InnerException.Should().BeOfType<SipTransportException>();
        if (connection.Error is { } own) error.InnerException.Should().BeSameAs(own);
        return error;
    }

    private static async Task<SipDialogOutcome> AnswerAsync(SipConnection connection)
    {
        await foreach (var incoming in connection.IncomingAsync())
        {
            var dialog = await ((SipIncomingInvite)incoming).AcceptAsync(Descriptions.Audio);
            return await dialog.Completion;
        }

        throw new InvalidOperationException("nothing arrived");
    }

    private static async Task<List<T>> CollectAsync<T>(IAsyncEnumerable<T> stream)
    {
        var list = new List<T>();
        await foreach (var item in stream) list.Add(item);
        return list;
    }
}
