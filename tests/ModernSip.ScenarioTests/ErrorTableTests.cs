using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Authentication;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Refreshing;
using ModernSip.Registrations;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests;

/// <summary>Each row of the table in docs/errors.md: the error of the original API, and what a program sees in its place.</summary>
[Trait("Req", "H3")]
public sealed partial class ErrorTableTests
{
    [Fact, Trait("Error", "-17700")]
    public void MalformedMessage_OfTheApplication_IsRefusedAtTheCall_OfAPeer_IsAnswered400() => Run(async (world, connection) =>
    {
        FluentActions.Invoking(() => SipRequest.Message("sip:bob@10.0.0.2", "hello").Headers["X-Evil"] = "a\r\nVia: b").Should().Throw<ArgumentException>();
        var peer = await RawPeer.BindAsync(world, "10.0.0.5");
        var request = peer.Create(SipMethod.Message, "sip:alice@10.0.0.1");
        var text = System.Text.Encoding.UTF8.GetString(request.ToOctets()).Replace("CSeq: 1 MESSAGE", "CSeq: 1 OPTIONS", StringComparison.Ordinal);
        await peer.SendOctetsAsync(System.Text.Encoding.UTF8.GetBytes(text), "10.0.0.1");
        (await peer.FinalAsync(request.Headers.CallId!)).StatusCode.Should().Be(400);
        connection.State.Should().Be(SipConnectionState.Active);
    });

    [Fact, Trait("Error", "-17701")]
    public void InvalidRegistrarResponse_OurContactIsNotListed_Throws() => Run(async (world, connection) =>
    {
        var registrar = await ScriptedRegistrar.StartAsync(world);
        registrar.Then(SipStatus.Ok); // it lists nobody
        var error = (await Awaiting(() => connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" })).Should().ThrowAsync<SipRegistrarResponseException>()).Which;
        error.Response.StatusCode.Should().Be(200);
    });

    [Fact, Trait("Error", "-17702")]
    public void RequestPending_InviteWhileOneIsUnderWay_Throws() => Run(async (world, connection) =>
    {
        await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.Ringing));
        await using var dialog = connection.CreateInviteDialog("sip:bob@10.0.0.2");
        GC.KeepAlive(dialog.SendInviteAsync());
        FluentActions.Invoking(() => dialog.SendInviteAsync()).Should().Throw<InvalidOperationException>();
    });

    [Fact, Trait("Error", "-17703")]
    public void InvalidTransactionState_SecondFinalResponse_Throws() => Run(async (world, connection) =>
    {
        var peer = await RawPeer.BindAsync(world, "10.0.0.5");
        await using var incoming = connection.IncomingAsync().GetAsyncEnumerator();
        await peer.SendAsync(peer.Create(SipMethod.Message, "sip:alice@10.0.0.1"), "10.0.0.1");
        (await incoming.MoveNextAsync()).Should().BeTrue();
        await incoming.Current.RespondAsync(SipStatus.Ok);
        await Awaiting(() => incoming.Current.RespondAsync(SipStatus.Ok)).Should().ThrowAsync<InvalidOperationException>();
    });

    [Fact, Trait("Error", "-17704")]
    public void InvalidDialogState_ByeBeforeTheAnswer_Throws() => Run(async (_, connection) =>
    {
        await using var dialog = connection.CreateInviteDialog("sip:bob@10.0.0.2");
        await Awaiting(() => dialog.SendByeAsync()).Should().ThrowAsync<InvalidOperationException>();
        FluentActions.Invoking(() => dialog.SendAsync(SipMethod.Info)).Should().Throw<InvalidOperationException>();
    });

    [Fact, Trait("Error", "-17705")]
    public void InvalidDialogRequest_InviteWithoutContact_IsAnswered400() => Run(async (world, connection) =>
    {
        var peer = await RawPeer.BindAsync(world, "10.0.0.5");
        await using var incoming = connection.IncomingAsync().GetAsyncEnumerator();
        var invite = peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", static headers => headers.Remove("Contact"), body: Descriptions.Audio.GetText());
        await peer.SendAsync(invite, "10.0.0.1");
        (await incoming.MoveNextAsync()).Should().BeTrue();
        await Awaiting(() => ((SipIncomingInvite)incoming.Current).AcceptAsync(Descriptions.Audio)).Should().ThrowAsync<SipConnectionClosedException>();
        (await peer.FinalAsync(invite.Headers.CallId!)).StatusCode.Should().Be(400);
    });

    [Fact, Trait("Error", "-17706")]
    public void InvalidDialogResponse_ToNothingThatWasAsked_IsDropped() => Run(async (world, connection) =>
    {
        var peer = await RawPeer.BindAsync(world, "10.0.0.5");
        var stray = peer.Create(SipMethod.Message, "sip:alice@10.0.0.1").CreateResponse(SipStatus.Ok);
        await peer.SendAsync(stray, "10.0.0.1");
        await world.Pass(1);
        peer.Received.Should().BeEmpty();
        connection.State.Should().Be(SipConnectionState.Active);
    });

    [Fact, Trait("Error", "-17707")]
    public void TransportFailure_NetworkIsDown_FailsWhatIsSent() => Run(async (world, connection) =>
    {
        world.Hosts["10.0.0.1"].IsUp = false;
        await Awaiting(() => connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync()).Should().ThrowAsync<SipTransportException>();
        await connection.SuspendAsync();
        FluentActions.Invoking(() => connection.SendAsync(SipRequest.Options("sip:10.0.0.2"))).Should().Throw<SipTransportException>();
    });

    [Fact, Trait("Error", "-17708")]
    public void NoAckReceived_TimesOutAndEndsTheSession() => Run(async (world, connection) =>
    {
        var peer = await RawPeer.BindAsync(world, "10.0.0.5");
        await using var incoming = connection.IncomingAsync().GetAsyncEnumerator();
        await peer.SendAsync(peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", body: Descriptions.Audio.GetText()), "10.0.0.1");
        (await incoming.MoveNextAsync()).Should().BeTrue();
        await Awaiting(() => ((SipIncomingInvite)incoming.Current).AcceptAsync(Descriptions.Audio)).Should().ThrowAsync<SipTimeoutException>();
        await peer.RequestAsync(SipMethod.Bye);
    });

    [Fact, Trait("Error", "-17709")]
    public void InvalidRegistrationState_OfOneThatEnded_Throws() => Run(async (world, connection) =>
    {
        await ScriptedRegistrar.StartAsync(world);
        var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9" });
        await registration.DisposeAsync();
        FluentActions.Invoking(() => registration.SendAsync(SipRequest.Options("sip:10.0.0.2"))).Should().Throw<SipConnectionClosedException>();
        FluentActions.Invoking(() => registration.CreateInviteDialog("sip:10.0.0.2")).Should().Throw<SipConnectionClosedException>();
    });

    [Fact, Trait("Error", "-17710")]
    public void InvalidContact_WithoutAUser_IsSentAsItIs() => Run(async (world, connection) =>
    {
        var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.Ok));
        var request = SipRequest.Options("sip:10.0.0.2");
        request.Headers.Contact = "<sip:10.0.0.1>";
        await connection.SendAsync(request).FinalAsync();
        peer.Requests[0].Headers.Contact!.Uri.User.Should().BeNull();
    });

    [Fact, Trait("Error", "-17711")]
    public void ResourceNotAvailable_ConnectionIsDisposed_Throws() => Run(async (_, connection) =>
    {
        await connection.DisposeAsync();
        FluentActions.Invoking(() => connection.SendAsync(SipRequest.Options("sip:10.0.0.2"))).Should().Throw<SipConnectionClosedException>();
    });

    [Fact, Trait("Error", "-17712")]
    public void ResolvingFailure_NameWithoutAnAddress_Throws() => Run(
        async (_, connection) => await Awaiting(() => connection.SendAsync(SipRequest.Options("sip:nowhere.invalid")).FinalAsync()).Should().ThrowAsync<SipResolutionException>());

    [Fact, Trait("Error", "-17713")]
    public void Forbidden_ChallengeWithoutCredentials_Throws() => Run(async (world, connection) =>
    {
        var verifier = new SipDigestVerifier("example.com", world.Simulation.Time, world.Simulation.Random);
        await AnsweringPeer.StartAsync(world, "10.0.0.2", request => verifier.Challenge(request));
        var error = (await Awaiting(() => connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync()).Should().ThrowAsync<SipForbiddenException>()).Which;
        error.Response.StatusCode.Should().Be(401);
    });

    [Fact, Trait("Error", "-17714")]
    public void MaxCompartments_CompressionAskedFor_IsNothingToUs() => Run(async (world, connection) =>
    {
        await AnsweringPeer.StartAsync(world, "10.0.0.2", static request => AnsweringPeer.Respond(request, SipStatus.Ok));
        (await connection.SendAsync(SipRequest.Options("sip:10.0.0.2;comp=sigcomp")).FinalAsync()).StatusCode.Should().Be(200);
    });

    [Fact, Trait("Error", "-17715")]
    public void TerminatedWithResponse_RefreshRefused_EndsWithIt() => Run(async (world, connection) =>
    {
        var registrar = await ScriptedRegistrar.StartAsync(world);
        registrar.Then(static request => ScriptedRegistrar.Accept(request)).Then(SipStatus.Forbidden);
        var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9", Expires = TimeSpan.FromSeconds(60) });
        var error = (await Awaiting(() => DrainAsync(registration.EventsAsync())).Should().ThrowAsync<SipRefreshException>()).Which;
        error.Response!.StatusCode.Should().Be(403);
        error.Method.Should().Be(SipMethod.Register);
    });

    [Fact, Trait("Error", "-17716")]
    [Trait("Idea", "16")]
    public void OutboundProxyNotResponding_TimesOut() => Run(
        async (world, connection) =>
        {
            await AnsweringPeer.StartSilentAsync(world, "10.0.0.2");
            await Awaiting(() => connection.SendAsync(SipRequest.Options("sip:bob@example.com")).FinalAsync()).Should().ThrowAsync<SipTimeoutException>();
        },
        static options => options.OutboundProxy = "sip:10.0.0.2");

    [Fact, Trait("Error", "-17717")]
    public void InvalidUriType_WhereASipUriMustStand_Throws() => Run(async (_, connection) =>
    {
        FluentActions.Invoking(() => { GC.KeepAlive(connection.RegisterAsync(new() { AddressOfRecord = "tel:+15551234" })); }).Should().Throw<ArgumentException>();
        await Awaiting(() => connection.SendAsync(SipRequest.Options("tel:+15551234")).FinalAsync()).Should().ThrowAsync<SipResolutionException>();
    });

    [Fact, Trait("Error", "-17718")]
    public void IcmpFailure_SocketRefuses_Throws() => Run(async (world, connection) =>
    {
        // The network of the tests knows no ICMP; a flow that refuses is what a transport makes of it.
        world.Hosts["10.0.0.1"].SetAddresses("10.0.0.77");
        await Awaiting(() => connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync()).Should().ThrowAsync<SipTransportException>();
    });

    [Fact, Trait("Error", "-17719")]
    public void ApnSwitch_NetworkChanges_IsAStateAndNoError() => Run(async (world, connection) =>
    {
        connection.Error.Should().BeNull();
        await world.Pass(1);
        connection.State.Should().Be(SipConnectionState.Active);
    });

    [Fact, Trait("Error", "-6"), Trait("Req", "H2")]
    public void Argument_Wrong_ThrowsAtTheCall() => Run((_, connection) =>
    {
        FluentActions.Invoking(() => connection.SendAsync(null!)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => connection.SendAsync(new SipRequest(SipMethod.Invite, "sip:10.0.0.2"))).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => connection.CreateInviteDialog(null!)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => { GC.KeepAlive(connection.RegisterAsync(new())); }).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => { GC.KeepAlive(connection.RegisterAsync(null!)); }).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => { GC.KeepAlive(connection.FetchBindingsAsync(null!)); }).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => { GC.KeepAlive(connection.ForwardAsync(null!, "sip:10.0.0.2")); }).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => { GC.KeepAlive(connection.WaitForStateAsync((SipConnectionState)99)); }).Should().Throw<ArgumentException>();
        return Task.CompletedTask;
    });

    [Fact, Trait("Error", "-33")]
    public void TimedOut_PeerIsSilent_Throws() => Run(async (world, connection) =>
    {
        await AnsweringPeer.StartSilentAsync(world, "10.0.0.2");
        await Awaiting(() => connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync()).Should().ThrowAsync<SipTimeoutException>();
    });

    [Fact, Trait("Error", "-3")]
    public void Cancel_OwnTokenFires_Throws() => Run(async (world, connection) =>
    {
        await AnsweringPeer.StartSilentAsync(world, "10.0.0.2");
        using var stop = new CancellationTokenSource();
        var waiting = connection.SendAsync(SipRequest.Options("sip:10.0.0.2"), stop.Token).FinalAsync();
        stop.Cancel();
        await Awaiting(() => waiting).Should().ThrowAsync<OperationCanceledException>();
    });

    [Fact, Trait("Error", "-34")]
    public void CouldNotConnect_NobodyListens_Throws() => Run(async (world, connection) =>
    {
        world.Network.CreateHost("10.0.0.2");
        await Awaiting(() => connection.SendAsync(SipRequest.Options("sip:10.0.0.2;transport=tcp")).FinalAsync()).Should().ThrowAsync<SipTransportException>();
    });

    [Fact]
    public void Table_AndTheseTests_NameTheSameErrors()
    {
        var table = Row().Matches(Documentation()).Select(static match => match.Groups["code"].Value);
        var tested = typeof(ErrorTableTests).GetMethods().SelectMany(static method => method.GetCustomAttributesData())
            .Where(static data => data.AttributeType == typeof(TraitAttribute) && (string)data.ConstructorArguments[0].Value! == "Error")
            .Select(static data => (string)data.ConstructorArguments[1].Value!);
        tested.Should().BeEquivalentTo(table);
    }

    [Fact, Trait("Req", "H1")]
    public void Exceptions_OfTheLibrary_AreOneFamilyOfSealedLeaves()
    {
        var exceptions = typeof(SipException).Assembly.GetExportedTypes().Where(static type => type.IsAssignableTo(typeof(Exception))).ToList();
        exceptions.Should().OnlyContain(static type => type.IsAssignableTo(typeof(SipException)));
        exceptions.Where(type => !exceptions.Exists(heir => heir.BaseType == type)).Should().OnlyContain(static type => type.IsSealed);
        var documented = Documentation();
        exceptions.Where(static type => type != typeof(SipException)).Should().OnlyContain(type => documented.Contains($"`{type.Name}`", StringComparison.Ordinal), "docs/errors.md names them all");
    }

    private static void Run(Func<World, SipConnection, Task> test, Action<SipClientOptions>? configure = null)
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1", configure, static services => services.AddSingleton<Resolution.ISipDnsResolver>(new StubResolver(static (_, _) => new([])))).ConnectAsync();
            await test(world, connection);
        });
    }

    private static string Documentation()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "ModernSip.sln"))) folder = folder.Parent;
        return File.ReadAllText(Path.Combine(folder.FullName, "docs", "errors.md"));
    }

    private static Func<Task> Awaiting(Func<Task> operation) => operation;

    private static async Task DrainAsync<T>(IAsyncEnumerable<T> stream)
    {
        await foreach (var item in stream) GC.KeepAlive(item);
    }

    [GeneratedRegex(@"^\| (?<code>-\d+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();
}
