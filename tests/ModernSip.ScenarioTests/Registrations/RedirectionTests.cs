using ModernSip.Authentication;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests.Registrations;

public sealed class RedirectionTests
{
    private static readonly SipUri Alice = SipUri.Parse("sip:alice@10.0.0.9");

    [Theory, Trait("Req", "C7")]
    [InlineData(301, "10.0.0.8")] // for good
    [InlineData(302, "10.0.0.9")] // this once
    public void Register_Redirected_FollowsAndAsksThereAgainOnlyWhereItIsForGood(int status, string nextHost)
    {
        var world = new World();
        world.Run(async () =>
        {
            var first = await ScriptedRegistrar.StartAsync(world);
            var second = await ScriptedRegistrar.StartAsync(world, "10.0.0.8");
            first.Then(status, ("Contact", "<sip:10.0.0.7>;q=0.1, <sip:10.0.0.8>;q=0.9"));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice });
            second.Requests.Should().ContainSingle().Which.Headers.To!.Uri.Should().Be(Alice);
            second.Requests[0].Headers.CallId.Should().Be(first.Requests[0].Headers.CallId);
            second.Requests[0].Headers.CSeq!.Value.Number.Should().BeGreaterThan(first.Requests[0].Headers.CSeq!.Value.Number);
            var (firstCount, secondCount) = (first.Requests.Count, second.Requests.Count);
            await registration.RefreshAsync();
            (first.Requests.Count - firstCount, second.Requests.Count - secondCount).Should().Be(nextHost == "10.0.0.9" ? (1, 0) : (0, 1));
        });
    }

    [Fact, Trait("Req", "C7")]
    public void Class41_RedirectionInARing_EachPlaceIsAskedOnce()
    {
        var world = new World();
        world.Run(async () =>
        {
            var first = await ScriptedRegistrar.StartAsync(world);
            var second = await ScriptedRegistrar.StartAsync(world, "10.0.0.8");
            first.Default = static request => AnsweringPeer.Respond(request, 302, ("Contact", "<sip:10.0.0.8>"));
            second.Default = static request => AnsweringPeer.Respond(request, 302, ("Contact", "<sip:10.0.0.9>, <sip:10.0.0.8>"));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var registering = () => connection.RegisterAsync(new() { AddressOfRecord = Alice });
            (await registering.Should().ThrowAsync<SipResponseException>()).Which.Response.StatusCode.Should().Be(302);
            (first.Requests.Count, second.Requests.Count).Should().Be((1, 1));
        });
    }

    [Fact, Trait("Req", "F7")]
    public void Class43_RedirectionTargetChallenges_UnboundCredentialsAreNotShownToIt()
    {
        var world = new World();
        world.Run(async () =>
        {
            var first = await ScriptedRegistrar.StartAsync(world);
            var stranger = await ScriptedRegistrar.StartAsync(world, "10.0.0.8");
            first.Default = static request => AnsweringPeer.Respond(request, 302, ("Contact", "<sip:10.0.0.8>"));
            stranger.Default = static request => AnsweringPeer.Respond(request, 401, ("WWW-Authenticate", "Digest realm=\"example.com\", nonce=\"n\", qop=\"auth\""));
            await using var connection = await world.CreateClient("10.0.0.1", static options => options.Credentials.Add(new SipCredentials("alice", "secret"))).ConnectAsync();
            var registering = () => connection.RegisterAsync(new() { AddressOfRecord = Alice });
            await registering.Should().ThrowAsync<SipForbiddenException>();
            stranger.Requests.Should().ContainSingle().Which.Headers.Contains("Authorization").Should().BeFalse();
        });
    }

    [Fact, Trait("Req", "F7")]
    public void Register_RedirectedWithCredentialsForTheRealm_AnswersTheChallengeThere()
    {
        var world = new World();
        world.Run(async () =>
        {
            var first = await ScriptedRegistrar.StartAsync(world);
            var second = await ScriptedRegistrar.StartAsync(world, "10.0.0.8");
            first.Default = static request => AnsweringPeer.Respond(request, 302, ("Contact", "<sip:10.0.0.8>"));
            second.Default = static request => request.Headers.Contains("Authorization")
                ? ScriptedRegistrar.Accept(request)
                : AnsweringPeer.Respond(request, 401, ("WWW-Authenticate", "Digest realm=\"example.com\", nonce=\"n\", qop=\"auth\""));
            await using var connection = await world.CreateClient("10.0.0.1", static options => options.Credentials.Add(new SipCredentials("alice", "secret", "example.com"))).ConnectAsync();
            var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, UnregisterOnDispose = false });
            registration.IsActive.Should().BeTrue();
            await registration.DisposeAsync();
        });
    }
}
