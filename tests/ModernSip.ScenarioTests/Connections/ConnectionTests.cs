using Microsoft.Extensions.DependencyInjection;
using ModernSip.Authentication;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Registrations;
using ModernSip.ScenarioTests.Peers;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Connections;

public sealed class ConnectionTests
{
    [Fact, Trait("Req", "A2"), Trait("Req", "A3")]
    public void Connect_FreeAddress_IsActiveUntilDisposed()
    {
        var world = new World();
        world.Run(async () =>
        {
            var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            connection.State.Should().Be(SipConnectionState.Active);
            await connection.DisposeAsync();
            connection.State.Should().Be(SipConnectionState.Unavailable);
        });
    }

    [Fact, Trait("Req", "A2")]
    public void Connect_SeveralAddresses_EachSendsFromItsOwn()
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var process = new SimulatedProcess(world, world.Network.CreateHost("10.0.0.1", "10.0.0.3"), static services => services.AddSipClient());
            await using var one = await process.Client.ConnectAsync("10.0.0.1:5060");
            await using var two = await process.Client.ConnectAsync("10.0.0.3:5062");
            await one.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync();
            await two.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync();
            peer.Requests.Select(static request => $"{request.Headers.Via!.Host}:{request.Headers.Via.Port}").Should().Equal("10.0.0.1:5060", "10.0.0.3:5062");
        });
    }

    [Fact, Trait("Req", "A2"), Trait("Req", "H2")]
    public void Connect_TextThatIsNoAddress_ThrowsAtTheCall()
    {
        var world = new World();
        var client = world.CreateClient("10.0.0.1");
        var connect = () => { _ = client.ConnectAsync("nowhere"); };
        connect.Should().Throw<ArgumentException>().WithMessage("*nowhere*");
    }

    [Fact, Trait("Req", "A8")]
    public void Operations_AfterDisposal_FailAtOnceWithOneError()
    {
        var world = new World();
        world.Run(async () =>
        {
            await ScriptedRegistrar.StartAsync(world);
            await using var bob = await world.CreateClient("10.0.0.2").ConnectAsync();
            var answering = AnswerAsync(bob);
            var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" });
            var dialog = connection.CreateInviteDialog("sip:bob@10.0.0.2");
            var success = await dialog.SendInviteAsync(Descriptions.Audio).FinalAsync();
            await world.Simulation.DelayAsync(TimeSpan.FromMilliseconds(100)); // for the ACK
            var prepared = connection.CreateInviteDialog("sip:bob@10.0.0.2");
            await connection.DisposeAsync();
            var begin = world.Simulation.Time.Elapsed;

            Throws(() => connection.SendAsync(SipRequest.Options("sip:10.0.0.2")));
            Throws(() => connection.IncomingAsync());
            Throws(() => prepared.SendInviteAsync());
            Throws(() => registration.SendAsync(SipRequest.Options("sip:10.0.0.2")));
            Throws(() => dialog.SendInviteAsync());
            await ThrowsAsync(() => connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" }));
            await ThrowsAsync(() => connection.FetchBindingsAsync("sip:alice@10.0.0.9"));
            await ThrowsAsync(() => registration.RefreshAsync());
            await ThrowsAsync(() => registration.UnregisterAsync());
            Throws(() => dialog.SendAsync(SipMethod.Info));
            await ThrowsAsync(() => dialog.SendAckAsync(success));
            registration.IsActive.Should().BeFalse();
            await registration.DisposeAsync();
            await dialog.DisposeAsync();
            await prepared.DisposeAsync();
            (world.Simulation.Time.Elapsed - begin).Should().BeLessThan(TimeSpan.FromSeconds(1));
            await bob.DisposeAsync();
            (await answering).Cause.Should().Be(SipDialogEnd.Error);
        });
    }

    [Fact, Trait("Req", "A8")]
    public void Dispose_WhileEverythingIsUnderWay_EndsEachWithOneError()
    {
        var world = new World();
        world.Run(async () =>
        {
            await AnsweringPeer.StartSilentAsync(world, "10.0.0.2");
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(static request => ScriptedRegistrar.Accept(request));
            registrar.Default = static _ => null;
            var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" });
            var events = CollectAsync(registration.EventsAsync());
            var message = connection.SendAsync(SipRequest.Message("sip:bob@10.0.0.2", "hello"));
            var reading = CollectAsync(message);
            var final = message.FinalAsync();
            var invite = connection.CreateInviteDialog("sip:bob@10.0.0.2").SendInviteAsync();
            var refresh = registration.RefreshAsync();
            var fetch = connection.FetchBindingsAsync("sip:carol@10.0.0.9");
            var another = connection.RegisterAsync(new() { AddressOfRecord = "sip:carol@10.0.0.9" });
            var incoming = CollectAsync(connection.IncomingAsync());
            await world.Simulation.DelayAsync(TimeSpan.FromSeconds(1));

            var begin = world.Simulation.Time.Elapsed;
            await connection.DisposeAsync();
            await ThrowsAsync(() => reading);
            await ThrowsAsync(() => final);
            await ThrowsAsync(() => invite.FinalAsync());
            await ThrowsAsync(() => refresh);
            await ThrowsAsync(() => fetch);
            await ThrowsAsync(() => another);
            await ThrowsAsync(() => events);
            (await incoming).Should().BeEmpty("the stream of incoming requests ends with its connection");
            registration.IsActive.Should().BeFalse();
            (world.Simulation.Time.Elapsed - begin).Should().BeLessThan(TimeSpan.FromSeconds(1));
        });
    }

    [Fact, Trait("Req", "A8")]
    public void Dispose_RegistrationWithoutRefresh_EndsItsEvents()
    {
        var world = new World();
        world.Run(async () =>
        {
            await ScriptedRegistrar.StartAsync(world);
            var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9", AutoRefresh = false });
            var events = CollectAsync(registration.EventsAsync());
            await connection.DisposeAsync();
            await ThrowsAsync(() => events);
            registration.IsActive.Should().BeFalse();
        });
    }

    [Fact, Trait("Req", "A8")]
    public void Dispose_InADialog_EndsItOnThisSide()
    {
        var world = new World();
        world.Run(async () =>
        {
            var bob = await world.CreateClient("10.0.0.2").ConnectAsync();
            var answering = AnswerAsync(bob);
            var alice = await world.CreateClient("10.0.0.1").ConnectAsync();
            var dialog = alice.CreateInviteDialog("sip:bob@10.0.0.2");
            await dialog.SendInviteAsync(Descriptions.Audio).FinalAsync();
            await world.Simulation.DelayAsync(TimeSpan.FromMilliseconds(100)); // for the ACK
            var inDialog = dialog.SendAsync(SipMethod.Info);
            var requests = CollectAsync(dialog.IncomingAsync());
            await alice.DisposeAsync();
            (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Error);
            (await requests).Should().BeEmpty();
            await ThrowsAsync(() => inDialog.FinalAsync());
            await dialog.DisposeAsync();
            await dialog.SendByeAsync();
            await bob.DisposeAsync();
            (await answering).Cause.Should().Be(SipDialogEnd.Error);
        });
    }

    [Fact, Trait("Req", "A8")]
    public void Respond_AfterDisposal_FailsWithTheSameError()
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await AnsweringPeer.StartSilentAsync(world, "10.0.0.2");
            var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var incoming = connection.IncomingAsync().GetAsyncEnumerator();
            await peer.SendAsync("10.0.0.1:5060", IncomingOptions());
            (await incoming.MoveNextAsync()).Should().BeTrue();
            await connection.DisposeAsync();
            await ThrowsAsync(() => incoming.Current.RespondAsync(SipStatus.Ok));
        });
    }

    [Fact, Trait("Req", "A8")]
    public void Dispose_ManyTimesAtOnce_ClosesOnce()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            await using var process = new SimulatedProcess(world, world.Network.CreateHost("10.0.0.1"), static services => services
                .AddSipClient("one", static options => options.LocalAddress = "10.0.0.1:5060")
                .AddSipClient("two", static options => options.LocalAddress = "10.0.0.1:5060"));
            var one = await process.Named("one").ConnectAsync();
            var two = await process.Named("two").ConnectAsync();
            var registration = await one.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" });
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => registration.DisposeAsync().AsTask()));
            registrar.Requests.Should().HaveCount(2);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => one.DisposeAsync().AsTask()));
            (await two.FetchBindingsAsync("sip:alice@10.0.0.9")).Should().BeEmpty();
            await two.DisposeAsync();
        });
    }

    [Fact, Trait("Req", "A8")]
    public void Dispose_ServicesFirst_ThenTheRestInAnyOrder()
    {
        var world = new World();
        world.Run(async () =>
        {
            await ScriptedRegistrar.StartAsync(world);
            var process = new SimulatedProcess(world, world.Network.CreateHost("10.0.0.1"), static services => services.AddSipClient(static options => options.LocalAddress = "10.0.0.1:5060"));
            var client = process.Client;
            var connection = await client.ConnectAsync();
            var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" });
            var dialog = connection.CreateInviteDialog("sip:bob@10.0.0.9");
            await process.DisposeAsync();
            connection.State.Should().Be(SipConnectionState.Unavailable);
            await connection.DisposeAsync();
            await dialog.DisposeAsync();
            await registration.DisposeAsync();
            await process.DisposeAsync();
            await connection.DisposeAsync();
            await ThrowsAsync(() => client.ConnectAsync());
        });
    }

    [Fact, Trait("Req", "A8")]
    public void Dispose_WhileTheCredentialsProviderNeverReturns_DoesNotHang()
    {
        var world = new World();
        world.Run(async () =>
        {
            var provider = new StubProvider(static (_, _) => new ValueTask<SipCredentials?>(new TaskCompletionSource<SipCredentials?>().Task));
            var verifier = new SipDigestVerifier("example.com", world.Simulation.Time, world.Simulation.Random);
            await AnsweringPeer.StartAsync(world, "10.0.0.2", request => verifier.Challenge(request));
            var connection = await world.CreateClient("10.0.0.1", services: services => services.AddSingleton<ISipCredentialsProvider>(provider)).ConnectAsync();
            var final = connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync();
            await provider.Asked;
            await connection.DisposeAsync();
            await ThrowsAsync(() => final);
        });
    }

    [Fact, Trait("Req", "A8")]
    public void Dispose_FromWithinTheCredentialsProvider_DoesNotDeadlock()
    {
        var world = new World();
        world.Run(async () =>
        {
            SipConnection? connection = null;
            var provider = new StubProvider(async (_, _) =>
            {
                await connection!.DisposeAsync();
                return null;
            });
            var verifier = new SipDigestVerifier("example.com", world.Simulation.Time, world.Simulation.Random);
            await AnsweringPeer.StartAsync(world, "10.0.0.2", request => verifier.Challenge(request));
            connection = await world.CreateClient("10.0.0.1", services: services => services.AddSingleton<ISipCredentialsProvider>(provider)).ConnectAsync();
            await ThrowsAsync(() => connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync());
        });
    }

    private static SipRequest IncomingOptions()
    {
        var request = SipRequest.Options("sip:alice@10.0.0.1");
        request.Headers.Add("Via", "SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKincoming;rport");
        request.Headers.From = "<sip:bob@10.0.0.2>;tag=b";
        request.Headers.To = "<sip:alice@10.0.0.1>";
        request.Headers.CallId = "incoming";
        request.Headers.CSeq = new SipCSeq(1, SipMethod.Options);
        request.Headers.MaxForwards = 70;
        return request;
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

    private static void Throws(Func<object> operation) => operation.Should().Throw<SipConnectionClosedException>();

    private static Task ThrowsAsync(Func<Task> operation) => operation.Should().ThrowAsync<SipConnectionClosedException>();
}
