using ModernSip.Authentication;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests.Authentication;

/// <summary>Classes 42 to 45: challenges that loop, that come from the wrong party, that weaken, and answers that are used twice.</summary>
public sealed class ChallengeAbuseTests
{
    private static readonly SipUri Alice = SipUri.Parse("sip:alice@10.0.0.9");

    [Theory, Trait("Req", "F4")]
    [InlineData("nonce=\"{0}\"", 3)] // the first without answer, then two answers
    [InlineData("nonce=\"{0}\", stale=true", 4)] // three answers where it says that only the nonce was at fault
    [InlineData("nonce=\"same\"", 2)]
    public void Class42_ChallengeLoop_EndsAfterAFewAnswers(string challenge, int requests) => Run(async (world, registrar, connection) =>
    {
        var nonce = 0;
        registrar.Default = request => AnsweringPeer.Respond(request, 401, ("WWW-Authenticate", $"Digest realm=\"r\", qop=\"auth\", {string.Format(System.Globalization.CultureInfo.InvariantCulture, challenge, nonce++)}"));
        await ShouldBeForbidden(connection);
        registrar.Requests.Should().HaveCount(requests);
    });

    [Theory, Trait("Req", "F3")]
    [InlineData(null)]
    [InlineData("Digest realm=\"r\", qop=\"auth\"")] // no nonce
    [InlineData("Negotiate abc")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", algorithm=SHA-9000")]
    public void Class42_ChallengeThatCannotBeAnswered_IsFinalAndTheNextOneIsMet(string? challenge) => Run(async (world, registrar, connection) =>
    {
        registrar.Then(401, challenge is null ? [] : [("WWW-Authenticate", challenge)]);
        await ShouldBeForbidden(connection);
        registrar.Requests.Should().ContainSingle();
        registrar.Then(401, ("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\""));
        await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice });
        registration.IsActive.Should().BeTrue();
    });

    [Theory, Trait("Req", "F3")]
    [InlineData(6_000)] // read, and refused
    [InlineData(60_000)] // beyond the limits of messages: as if it had never come
    public void Class42_HugeRealm_IsNotEchoedAndTheNextChallengeIsMet(int length) => Run(async (world, registrar, connection) =>
    {
        registrar.Then(401, ("WWW-Authenticate", $"Digest realm=\"{new string('r', length)}\", nonce=\"n\""));
        var registering = () => connection.RegisterAsync(new() { AddressOfRecord = Alice, Registrar = "sip:10.0.0.9;transport=tcp" });
        await registering.Should().ThrowAsync<SipException>();
        registrar.Requests.Should().ContainSingle();
        await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, Registrar = "sip:10.0.0.9;transport=tcp" });
        registration.IsActive.Should().BeTrue();
    });

    [Fact, Trait("Req", "F7")]
    public void Class43_TwoAccountsInOneRealm_EachAnswersWithItsOwn() => Run(async (world, registrar, connection) =>
    {
        registrar.Default = static request => request.Headers.Contains("Authorization")
            ? ScriptedRegistrar.Accept(request)
            : AnsweringPeer.Respond(request, 401, ("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\""));
        foreach (var user in new[] { "bob", "carol" })
        {
            await connection.RegisterAsync(new() { AddressOfRecord = SipUri.Create("10.0.0.9", user), Credentials = { new SipCredentials(user, "own") }, UnregisterOnDispose = false });
        }

        registrar.Requests.Select(static request => request.Headers.Get(SipHeaderNames.Authorization)?["username"]).Should().Equal(null, "bob", null, "carol");
    });

    [Fact, Trait("Req", "F7")]
    [Trait("Idea", "11")]
    public void Class43_OneAddressRegisteredTwice_NeitherUsesWhatTheOtherLearnt() => Run(async (world, registrar, connection) =>
    {
        registrar.Default = static request => request.Headers.Get(SipHeaderNames.Authorization)?["username"] is "right"
            ? ScriptedRegistrar.Accept(request)
            : AnsweringPeer.Respond(request, 401, ("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\""));
        await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, Credentials = { new SipCredentials("right", "own") } });
        var registering = () => connection.RegisterAsync(new() { AddressOfRecord = Alice, Credentials = { new SipCredentials("wrong", "own") } });
        await registering.Should().ThrowAsync<SipForbiddenException>();
        registration.IsActive.Should().BeTrue();
    });

    [Fact, Trait("Req", "F7")]
    public void Class44_WeakerThanThePolicyAllows_IsNotAnswered() => Run(
        async (world, registrar, connection) =>
        {
            registrar.Then(401, ("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5"));
            await ShouldBeForbidden(connection);
            registrar.Requests.Should().ContainSingle().Which.Headers.Contains("Authorization").Should().BeFalse();
            registrar.Then(401, ("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5"), ("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256"));
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice });
            registrar.Requests[2].Headers.Get(SipHeaderNames.Authorization)!["algorithm"].Should().Be("SHA-256");
        },
        static options => options.Authentication.MinimumAlgorithm = SipDigestAlgorithm.Sha256);

    [Fact, Trait("Req", "F7")]
    public void Class44_NoQopWherePolicyAsksForIt_IsNotAnswered() => Run(
        async (world, registrar, connection) =>
        {
            registrar.Then(401, ("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\""));
            await ShouldBeForbidden(connection);
            registrar.Requests.Should().ContainSingle();
        },
        static options => options.Authentication.RequireQop = true);

    [Fact, Trait("Req", "F4")]
    public void Class45_AnswerUsedTwice_IsStaleAtTheServer()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var server = await world.StartServerAsync("10.0.0.9", static options => options.Accounts["alice"] = "secret");
            await using var connection = await world.CreateClient("10.0.0.1", static options => options.Credentials.Add(new SipCredentials("alice", "secret"))).ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice });
            var seen = world.Network.Captured.Select(static packet => SipMessage.TryParse(packet.Content.Span, out var message, out _) ? message : null).OfType<SipRequest>()
                .Last(static request => request.Headers.Contains("Authorization"));
            var thief = await RawPeer.BindAsync(world, "10.0.0.66");
            var replay = seen;
            replay.Headers.CallId = "stolen";
            replay.Headers["Via"] = "SIP/2.0/UDP 10.0.0.66:5060;branch=z9hG4bKstolen";
            await thief.SendAsync(replay, "10.0.0.9");
            var answer = await thief.ResponseAsync(401);
            answer.Headers.Get(SipHeaderNames.WwwAuthenticate)!["stale"].Should().Be("true");
        });
    }

    private static async Task ShouldBeForbidden(SipConnection connection)
    {
        var registering = () => connection.RegisterAsync(new() { AddressOfRecord = Alice });
        await registering.Should().ThrowAsync<SipForbiddenException>();
    }

    private static void Run(Func<World, ScriptedRegistrar, SipConnection, Task> test, Action<SipClientOptions>? configure = null)
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            await using var connection = await world.CreateClient("10.0.0.1", options =>
            {
                options.Credentials.Add(new SipCredentials("alice", "secret"));
                configure?.Invoke(options);
            }).ConnectAsync();
            await test(world, registrar, connection);
        });
    }
}
