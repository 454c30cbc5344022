using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Registrations;
using ModernSip.Resolution;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests.Registrations;

/// <summary>How requests find their way within a registration: cached addresses, Service-Route, Path, GRUU, flows that are kept, push.</summary>
public sealed class RouteTests
{
    private const string Device = "urn:uuid:00000000-0000-1000-8000-aabbccddeeff";

    private static readonly SipUri Alice = SipUri.Parse("sip:alice@home.example");

    [Theory, Trait("Req", "C6")]
    [InlineData(false, 5)] // two REGISTERs, three requests: a look-up for each
    [InlineData(true, 2)] // a look-up for each REGISTER
    [Trait("Idea", "17")]
    public void OutboundProxy_AddressCached_IsLookedUpByRegisterAlone(bool isCached, int lookups)
    {
        var world = new World();
        world.Run(async () =>
        {
            var old = await ScriptedRegistrar.StartAsync(world);
            var moved = await ScriptedRegistrar.StartAsync(world, "10.0.0.8");
            old.Default = moved.Default = static request => request.Method == SipMethod.Register ? ScriptedRegistrar.Accept(request) : AnsweringPeer.Respond(request, SipStatus.Ok);
            var (asked, address) = (0, IPAddress.Parse("10.0.0.9"));
            var resolver = new StubResolver((_, _) =>
            {
                asked++;
                return ValueTask.FromResult<IReadOnlyList<IPAddress>>([address]);
            });
            await using var connection = await world.CreateClient("10.0.0.1", services: services => services.AddSingleton<ISipDnsResolver>(resolver)).ConnectAsync();
            var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, OutboundProxy = "sip:proxy.example;transport=udp", CacheOutboundProxyAddress = isCached, UnregisterOnDispose = false });
            await registration.SendAsync(SipRequest.Message("sip:bob@far.example", "1")).FinalAsync();
            address = IPAddress.Parse("10.0.0.8");
            await registration.SendAsync(SipRequest.Message("sip:bob@far.example", "2")).FinalAsync();
            old.Requests.Count(static request => request.Method == SipMethod.Message).Should().Be(isCached ? 2 : 1);
            await registration.RefreshAsync();
            await registration.SendAsync(SipRequest.Message("sip:bob@far.example", "3")).FinalAsync();
            moved.Requests[^1].Method.Should().Be(SipMethod.Message, "the REGISTER found the new address");
            asked.Should().Be(lookups);
            await registration.DisposeAsync();
        });
    }

    [Fact, Trait("Req", "B7"), Trait("Req", "C1")]
    public void Register_AnswerNamesPathAndTheProxyItself_IsReadAndNotDoubled()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(static request => ScriptedRegistrar.Accept(request, null, ("Path", "<sip:edge.example;lr>"), ("Service-Route", "<sip:10.0.0.9;lr>, <sip:core.example;lr>")));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, OutboundProxy = "sip:10.0.0.9" });
            registration.Path.Select(static hop => hop.Uri.Host).Should().Equal("edge.example");
            registrar.Requests[0].Headers["Supported"].Should().Be("path");
            registrar.Then(SipStatus.Ok);
            await registration.SendAsync(SipRequest.Message("sip:bob@far.example", "hello")).FinalAsync();
            registrar.Requests[^1].Headers.GetAll(SipHeaderNames.Route).Select(static hop => hop.Uri.Host).Should().Equal("10.0.0.9", "core.example");
        });
    }

    [Theory, Trait("Req", "B7")]
    [InlineData(false, "sip:alice@home.example;gr=device")]
    [InlineData(true, "sip:hidden@home.example;gr")]
    public void Register_RegistrarGivesGruus_CallsCarryOneAsTheirContact(bool prefersTemporary, string contact)
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(static request =>
            {
                var response = AnsweringPeer.Respond(request, SipStatus.Ok);
                response.Headers.Add("Contact", $"{request.Headers.Contact};pub-gruu=\"sip:alice@home.example;gr=device\";temp-gruu=\"sip:hidden@home.example;gr\";expires=600");
                return response;
            });
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, OutboundProxy = "sip:10.0.0.9", InstanceId = Device, PreferTemporaryGruu = prefersTemporary });
            registrar.Requests[0].Headers.Contact!.ToString().Should().Be($"<sip:alice@10.0.0.1:5060>;+sip.instance=\"<{Device}>\"");
            registrar.Requests[0].Headers["Supported"].Should().Be("path, gruu");
            registration.PublicGruu.Should().Be(SipUri.Parse("sip:alice@home.example;gr=device"));
            registration.TemporaryGruu.Should().Be(SipUri.Parse("sip:hidden@home.example;gr"));
            registrar.Then(SipStatus.BusyHere);
            await using var dialog = registration.CreateInviteDialog("sip:bob@far.example");
            await dialog.SendInviteAsync().FinalAsync();
            registrar.Requests.Single(static request => request.Method == SipMethod.Invite).Headers.Contact!.Uri.Should().Be(SipUri.Parse(contact));
        });
    }

    [Fact, Trait("Req", "B7")]
    public void Register_Outbound_KeepsToTheFlowAndFormsItAnewWhenItFails()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Default = static request => request.Method == SipMethod.Register ? ScriptedRegistrar.Accept(request, null, ("Require", "outbound")) : AnsweringPeer.Respond(request, SipStatus.BusyHere);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(
                new() { AddressOfRecord = Alice, OutboundProxy = "sip:10.0.0.9;transport=tcp", InstanceId = Device, UseOutbound = true });
            var contact = registrar.Requests[0].Headers.Contact!;
            (contact.Parameters["reg-id"], registrar.Requests[0].Headers["Supported"]).Should().Be(("1", "path, gruu, outbound"));
            var flow = registrar.Peer.LastFlow!;
            await using var dialog = registration.CreateInviteDialog("sip:bob@far.example");
            await dialog.SendInviteAsync().FinalAsync();
            registrar.Peer.LastFlow.Should().BeSameAs(flow);
            registrar.Requests.Single(static request => request.Method == SipMethod.Invite).Headers.Contact!.Uri.Parameters.Contains("ob").Should().BeTrue("RFC 5626 §4.3");

            flow.Close();
            await world.Pass(1);
            registrar.Peer.LastFlow.Should().NotBeSameAs(flow, "the flow was formed anew");
            registrar.Requests[^1].Headers.Contact!.Parameters["reg-id"].Should().Be("1", "it replaces the binding of the flow that failed");
            registration.IsActive.Should().BeTrue();
        });
    }

    [Fact, Trait("Req", "B7")]
    public void Register_OutboundProxyCannotKeepFlows_GoesOnWithout()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(439);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, OutboundProxy = "sip:10.0.0.9", InstanceId = Device, UseOutbound = true });
            registrar.Requests.Select(static request => request.Headers.Contact!.Parameters["reg-id"]).Should().Equal("1", null);
            registrar.Requests[1].Headers["Supported"].Should().Be("path, gruu");
            registration.IsActive.Should().BeTrue();
        });
    }

    [Fact, Trait("Req", "C1")]
    public void Register_Push_IsToldToTheRegistrarAlone()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var options = new SipRegistrationOptions { AddressOfRecord = Alice, OutboundProxy = "sip:10.0.0.9", Push = new SipPush("apns", "00fc13adff78", "ABC.com.example.app") };
            await using var registration = await connection.RegisterAsync(options);
            registrar.Requests[0].Headers.Contact!.Uri.ToString().Should().Be("sip:alice@10.0.0.1:5060;pn-provider=apns;pn-prid=00fc13adff78;pn-param=ABC.com.example.app");
            registration.Binding.Should().NotBeNull();
            registrar.Then(SipStatus.BusyHere);
            await using var dialog = registration.CreateInviteDialog("sip:bob@far.example");
            await dialog.SendInviteAsync().FinalAsync();
            registrar.Requests.Single(static request => request.Method == SipMethod.Invite).Headers.Contact!.Uri.ToString().Should().Be("sip:alice@10.0.0.1:5060");
        });
    }

    [Fact, Trait("Req", "C1"), Trait("Req", "H1")]
    public void Register_AnswerWithoutTheContact_IsAnErrorThatSaysSo()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Then(SipStatus.Ok).Then(static request => AnsweringPeer.Respond(request, SipStatus.Ok, ("Contact", "<sip:carol@10.0.0.77>, <sip:dave@10.0.0.78>")));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            for (var i = 0; i < 2; i++)
            {
                var registering = () => connection.RegisterAsync(new() { AddressOfRecord = Alice, OutboundProxy = "sip:10.0.0.9" });
                (await registering.Should().ThrowAsync<SipRegistrarResponseException>()).Which.Response.StatusCode.Should().Be(200);
            }

            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, OutboundProxy = "sip:10.0.0.9" });
            registration.IsActive.Should().BeTrue("the rest goes on");
        });
    }

    [Fact, Trait("Req", "C2")]
    public void Register_InBackground_IsTriedUntilTheRegistrarIsThere()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, OutboundProxy = "sip:10.0.0.9", RegisterInBackground = true });
            (registration.IsActive, registration.Granted, registration.Bindings.Count).Should().Be((false, TimeSpan.Zero, 0));
            await world.Pass(100);
            registration.Refresh.LastFailure.Should().NotBeNull();
            var registrar = await ScriptedRegistrar.StartAsync(world);
            await world.Pass(300);
            registration.IsActive.Should().BeTrue();
            registrar.Requests.Should().NotBeEmpty();
        });
    }

    [Theory, Trait("Req", "H2")]
    [InlineData("no-urn")]
    [InlineData("urn:uuid:a\r\nInjected: 1")]
    [InlineData("urn:uuid:\">")]
    public void Register_InstanceThatIsNoUrn_IsRefusedAtTheCall(string instance)
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var registering = () => connection.RegisterAsync(new() { AddressOfRecord = Alice, InstanceId = instance });
            await registering.Should().ThrowAsync<ArgumentException>();
        });
    }
}
