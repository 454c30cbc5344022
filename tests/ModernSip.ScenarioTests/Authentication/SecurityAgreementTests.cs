using ModernSip.Authentication;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests.Authentication;

[Trait("Req", "F6")]
public sealed class SecurityAgreementTests
{
    private const string List = "ipsec-3gpp;q=0.9, digest;d-alg=MD5;q=0.2, tls;q=0.1";

    private static readonly SipUri Alice = SipUri.Parse("sip:alice@10.0.0.9");

    [Theory]
    [InlineData(494)]
    [InlineData(421)]
    [Trait("Idea", "49")]
    public void Register_AgreementRequired_IsMadeAndVerifiedFromThenOn(int status) => Run(async (world, registrar, connection) =>
    {
        registrar.Default = request => Verified(request) ? Accept(request) : AnsweringPeer.Respond(request, status, ("Security-Server", List), ("Require", "sec-agree"));
        await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, UseSecurityAgreement = true });
        var (first, second) = (registrar.Requests[0].Headers, registrar.Requests[1].Headers);
        (first["Security-Client"], first["Require"], first["Proxy-Require"], first["Security-Verify"]).Should().Be(("digest", "sec-agree", "sec-agree", null));
        first["Supported"].Should().Contain("sec-agree");
        second.GetAll(SipHeaderNames.SecurityVerify).Select(static value => value.ToString()).Should().Equal("ipsec-3gpp;q=0.9", "digest;d-alg=MD5;q=0.2", "tls;q=0.1");
        second.CSeq!.Value.Number.Should().Be(first.CSeq!.Value.Number + 1);
        connection.FindAgreedSecurity("sip:10.0.0.9").Should().Be("digest", "ipsec-3gpp is not supported, and the flow is not TLS");
        await registration.RefreshAsync();
        registrar.Requests[^1].Headers.GetAll(SipHeaderNames.SecurityVerify).Should().HaveCount(3);
    });

    [Fact, Trait("Req", "F1")]
    public void Register_AgreementComesWithTheChallenge_BothAreMet() => Run(async (world, registrar, connection) =>
    {
        registrar.Default = request => Verified(request) && request.Headers.Contains("Authorization")
            ? Accept(request)
            : AnsweringPeer.Respond(request, 401, ("Security-Server", List), ("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\""));
        await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, UseSecurityAgreement = true });
        registrar.Requests.Should().HaveCount(2);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Idea", "49")]
    public void Register_DigestAgreed_TheListIsProvedAndAWeakenedOneIsFound(bool isWeakened) => Run(
        async (world, registrar, connection) =>
        {
            var verifier = new SipDigestVerifier("r", world.Simulation.Time, world.Simulation.Random);
            var results = new List<SipDigestOutcome>();
            registrar.Default = request =>
            {
                // A man in the middle takes the better mechanism out of the list on its way, and out of what comes back.
                if (isWeakened && request.Headers["Security-Verify"] is not null) request.Headers.SetAll(SipHeaderNames.SecurityVerify, request.Headers.GetAll(SipHeaderNames.SecurityVerify).Where(static value => !value.Is("tls")));
                var result = verifier.Verify(request, static _ => "secret");
                results.Add(result.Outcome);
                if (result.IsAccepted) return Accept(request);
                var challenge = verifier.Challenge(request);
                challenge.Headers["Security-Server"] = List;
                return challenge;
            };
            var registering = () => connection.RegisterAsync(new() { AddressOfRecord = Alice, UseSecurityAgreement = true, Credentials = { new SipCredentials("alice", "secret") } });
            if (isWeakened) await registering.Should().ThrowAsync<SipForbiddenException>();
            else await registering();
            registrar.Requests[1].Headers.GetAll(SipHeaderNames.SecurityVerify).Single(static value => value.Is("digest")).ToString().Should().MatchRegex("^digest;d-alg=MD5;q=0.2;d-ver=\"[0-9a-f]{32,64}\"$");
            results.Should().StartWith([SipDigestOutcome.Missing, isWeakened ? SipDigestOutcome.Rejected : SipDigestOutcome.Accepted]);
        });

    [Fact]
    [Trait("Idea", "49")]
    public void Register_ServerNeverContent_EndsAfterOneMoreTry() => Run(async (world, registrar, connection) =>
    {
        registrar.Default = static request => AnsweringPeer.Respond(request, 494, ("Security-Server", List));
        var registering = () => connection.RegisterAsync(new() { AddressOfRecord = Alice, UseSecurityAgreement = true });
        (await registering.Should().ThrowAsync<SipForbiddenException>()).Which.Response.StatusCode.Should().Be(494);
        registrar.Requests.Should().HaveCount(2);
    });

    [Fact]
    public void Register_NothingInCommon_FailsWithTheResponse() => Run(async (world, registrar, connection) =>
    {
        registrar.Default = static request => AnsweringPeer.Respond(request, 494, ("Security-Server", "ipsec-3gpp;q=0.9"));
        var registering = () => connection.RegisterAsync(new() { AddressOfRecord = Alice, UseSecurityAgreement = true });
        (await registering.Should().ThrowAsync<SipForbiddenException>()).Which.Message.Should().Contain("in common");
        registrar.Requests.Should().ContainSingle();
        connection.FindAgreedSecurity("sip:10.0.0.9").Should().BeNull();
    });

    [Fact, Trait("Req", "A10")]
    public void Mechanisms_Known_SayWhichAreSupported() =>
        SipSecurityMechanism.Known.Select(static mechanism => (mechanism.Name, mechanism.IsSupported)).Should().Equal(("digest", true), ("tls", true), ("ipsec-3gpp", false));

    private static bool Verified(SipRequest request) => request.Headers.Contains("Security-Verify");

    private static SipResponse Accept(SipRequest request) => ScriptedRegistrar.Accept(request);

    private static void Run(Func<World, ScriptedRegistrar, SipConnection, Task> test)
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            await using var connection = await world.CreateClient("10.0.0.1", static options => options.Credentials.Add(new SipCredentials("alice", "secret"))).ConnectAsync();
            await test(world, registrar, connection);
        });
    }
}
