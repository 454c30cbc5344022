using Microsoft.Extensions.DependencyInjection;
using ModernSip.Authentication;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests.Authentication;

public sealed class AuthenticationTests
{
    private static readonly SipUri Alice = SipUri.Parse("sip:alice@10.0.0.9");

    [Theory, Trait("Req", "F1"), Trait("Req", "F5")]
    [InlineData(SipDigestAlgorithm.Md5, false)]
    [InlineData(SipDigestAlgorithm.Md5Session, false)]
    [InlineData(SipDigestAlgorithm.Sha256, true)]
    [InlineData(SipDigestAlgorithm.Sha256Session, false)]
    [InlineData(SipDigestAlgorithm.Sha512Slash256, true)]
    [InlineData(SipDigestAlgorithm.Sha512Slash256Session, false)]
    public void Register_Challenged_IsAnsweredByTheStack(SipDigestAlgorithm algorithm, bool isProxy)
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            var verifier = Verifier(world, "home");
            registrar.Default = request => Guard(verifier, request, isProxy, algorithm) ?? ScriptedRegistrar.Accept(request);
            await using var connection = await world.CreateClient("10.0.0.1", WithPassword).ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice });
            registration.IsActive.Should().BeTrue();
            registrar.Requests.Should().HaveCount(2);
            registrar.Requests.Select(static request => request.Headers.CSeq!.Value.Number).Should().Equal(1u, 2u);
            registrar.Requests.Select(static request => request.Headers.CallId).Distinct().Should().ContainSingle();
            var answer = registrar.Requests[1].Headers.Get(isProxy ? SipHeaderNames.ProxyAuthorization : SipHeaderNames.Authorization)!;
            answer["uri"].Should().Be(registrar.Requests[1].RequestUri.ToString());
        });
    }

    [Fact, Trait("Req", "F5")]
    public void Challenge_SeveralAlgorithms_StrongestWins()
    {
        var world = new World();
        world.Run(async () =>
        {
            var verifier = Verifier(world, "home");
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", request => Verify(verifier, request)
                ? AnsweringPeer.Respond(request, SipStatus.Ok)
                : verifier.Challenge(request, [SipDigestAlgorithm.Md5, SipDigestAlgorithm.Sha256, SipDigestAlgorithm.Sha512Slash256]));
            await using var connection = await world.CreateClient("10.0.0.1", WithPassword).ConnectAsync();
            await connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync().EnsureSuccessAsync();
            peer.Requests[1].Headers.Get(SipHeaderNames.Authorization)!["algorithm"].Should().Be("SHA-512-256");
        });
    }

    [Fact, Trait("Req", "F7")]
    [Trait("Idea", "7")]
    public void Challenge_ProxyAndServer_AreBothAnswered()
    {
        var world = new World();
        world.Run(async () =>
        {
            var proxy = Verifier(world, "proxy");
            var server = Verifier(world, "home");
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", request =>
                Guard(proxy, request, isProxy: true) ?? Guard(server, request, isProxy: false) ?? AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var connection = await world.CreateClient("10.0.0.1", WithPassword).ConnectAsync();
            (await connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync()).StatusCode.Should().Be(200);
            peer.Requests.Should().HaveCount(3);
            (await connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync()).StatusCode.Should().Be(200);
            peer.Requests.Should().HaveCount(4, "the second request is authorised beforehand");
        });
    }

    [Fact, Trait("Req", "F4")]
    public void Send_ASecondTime_IsAuthorisedBeforehandWithTheNextCount()
    {
        var world = new World();
        world.Run(async () =>
        {
            var verifier = Verifier(world, "home");
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", request => Guard(verifier, request) ?? AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var connection = await world.CreateClient("10.0.0.1", WithPassword).ConnectAsync();
            for (var i = 0; i < 3; i++) await connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync().EnsureSuccessAsync();
            peer.Requests.Select(static request => request.Headers.Get(SipHeaderNames.Authorization)?["nc"]).Should().Equal(null, "00000001", "00000002", "00000003");
        });
    }

    [Fact, Trait("Req", "F4")]
    public void Send_ManyAtOnce_NoNonceCountTwice()
    {
        var world = new World();
        world.Run(async () =>
        {
            var verifier = Verifier(world, "home");
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", request => Guard(verifier, request) ?? AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var connection = await world.CreateClient("10.0.0.1", WithPassword).ConnectAsync();
            await connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync().EnsureSuccessAsync();
            await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync().EnsureSuccessAsync()));
            peer.Requests.Select(static request => request.Headers.Get(SipHeaderNames.Authorization)).OfType<SipAuthenticationValue>()
                .Select(static answer => (answer["nonce"], answer["nc"])).Should().OnlyHaveUniqueItems();
        });
    }

    [Fact, Trait("Req", "F4")]
    [Trait("Idea", "10")]
    public void Nonce_Stale_IsRetriedSilently()
    {
        var world = new World();
        world.Run(async () =>
        {
            var verifier = new SipDigestVerifier("home", world.Simulation.Time, world.Simulation.Random, new() { NonceLifetime = TimeSpan.FromSeconds(60) });
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", request => Guard(verifier, request) ?? AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var connection = await world.CreateClient("10.0.0.1", WithPassword).ConnectAsync();
            await connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync().EnsureSuccessAsync();
            await world.Simulation.DelayAsync(TimeSpan.FromMinutes(2));
            await connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync().EnsureSuccessAsync();
            peer.Requests.Should().HaveCount(4);
        });
    }

    [Fact, Trait("Req", "F5")]
    [Trait("Idea", "10")]
    public void Nonce_NextNonceGiven_IsUsedForTheNextRequest()
    {
        var world = new World();
        world.Run(async () =>
        {
            var verifier = Verifier(world, "home");
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", request =>
            {
                if (Guard(verifier, request) is { } challenge) return challenge;
                var response = AnsweringPeer.Respond(request, SipStatus.Ok);
                verifier.Confirm(request, response, "secret", withNextNonce: true);
                return response;
            });
            await using var connection = await world.CreateClient("10.0.0.1", WithPassword).ConnectAsync();
            for (var i = 0; i < 3; i++) await connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync().EnsureSuccessAsync();
            peer.Requests.Should().HaveCount(4);
            peer.Requests.Skip(1).Select(static request => request.Headers.Get(SipHeaderNames.Authorization)!["nonce"]).Should().OnlyHaveUniqueItems();
            peer.Requests.Skip(1).Select(static request => request.Headers.Get(SipHeaderNames.Authorization)!["nc"]).Should().OnlyContain(static count => count == "00000001");
        });
    }

    [Fact, Trait("Req", "F4"), Trait("Req", "C3")]
    [Trait("Idea", "9")]
    public void Password_Wrong_IsGivenUpAfterTwoAnswers()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            var verifier = Verifier(world, "home");
            registrar.Default = request => Guard(verifier, request) ?? ScriptedRegistrar.Accept(request);
            await using var connection = await world.CreateClient("10.0.0.1", static options => options.Credentials.Add(new SipCredentials("alice", "wrong"))).ConnectAsync();
            (await Waiting(() => connection.RegisterAsync(new() { AddressOfRecord = Alice })).Should().ThrowAsync<SipForbiddenException>()).Which.Response.StatusCode.Should().Be(401);
            registrar.Requests.Count(static request => request.Headers.Contains("Authorization")).Should().BeInRange(1, 2);
        });
    }

    [Fact, Trait("Req", "F4")]
    public void Server_ChallengesForEver_IsGivenUp()
    {
        var world = new World();
        world.Run(async () =>
        {
            var verifier = Verifier(world, "home");
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", request => verifier.Challenge(request, isStale: true));
            await using var connection = await world.CreateClient("10.0.0.1", WithPassword).ConnectAsync();
            await Waiting(() => connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync()).Should().ThrowAsync<SipForbiddenException>();
            peer.Requests.Should().HaveCountLessThan(6);
        });
    }

    [Fact, Trait("Req", "F3")]
    public void Challenge_NoCredentialsNoProvider_FailsWithTheChallenge()
    {
        var world = new World();
        world.Run(async () =>
        {
            var verifier = Verifier(world, "home");
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", request => verifier.Challenge(request));
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            var error = (await Waiting(() => connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync()).Should().ThrowAsync<SipForbiddenException>()).Which;
            error.Response.Headers["WWW-Authenticate"].Should().Contain("home");
            peer.Requests.Should().ContainSingle();
        });
    }

    [Fact, Trait("Req", "F2")]
    [Trait("Idea", "6")]
    public void Provider_Supplies_IsAskedOnceForTheRealm()
    {
        var world = new World();
        world.Run(async () =>
        {
            var provider = new StubProvider(async (_, stopping) =>
            {
                await world.Simulation.DelayAsync(TimeSpan.FromSeconds(5), stopping);
                return new SipCredentials("alice", "secret");
            });
            var verifier = Verifier(world, "home");
            await AnsweringPeer.StartAsync(world, "10.0.0.2", request => Guard(verifier, request) ?? AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var connection = await world.CreateClient("10.0.0.1", services: services => services.AddSingleton<ISipCredentialsProvider>(provider)).ConnectAsync();
            await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync().EnsureSuccessAsync()));
            await connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync().EnsureSuccessAsync();
            var challenge = provider.Challenges.Should().ContainSingle().Subject;
            (challenge.Realm, challenge.IsProxy, challenge.Method).Should().Be(("home", false, SipMethod.Options));
            challenge.RequestUri.Should().Be(SipUri.Parse("sip:10.0.0.2"));
        });
    }

    [Fact, Trait("Req", "F2")]
    public void Provider_IsAsked_WhereTheApplicationsContinuationsRun()
    {
        var world = new World();
        var thread = Environment.CurrentManagedThreadId; // a simulation runs them on the thread of its test
        var askedOn = 0;
        world.Run(async () =>
        {
            var provider = new StubProvider((_, _) =>
            {
                askedOn = Environment.CurrentManagedThreadId;
                return ValueTask.FromResult<SipCredentials?>(new SipCredentials("alice", "secret"));
            });
            var verifier = Verifier(world, "home");
            await AnsweringPeer.StartAsync(world, "10.0.0.2", request => Guard(verifier, request) ?? AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var connection = await world.CreateClient("10.0.0.1", services: services => services.AddSingleton<ISipCredentialsProvider>(provider)).ConnectAsync();
            await connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync().EnsureSuccessAsync();
        });
        askedOn.Should().Be(thread);
    }

    [Theory, Trait("Req", "F3")]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Idea", "8")]
    public void Provider_DeclinesOrThrows_FailsWithTheChallenge(bool throws)
    {
        var world = new World();
        world.Run(async () =>
        {
            var provider = new StubProvider((_, _) => throws ? throw new NotSupportedException("no user interface") : ValueTask.FromResult<SipCredentials?>(null));
            var verifier = Verifier(world, "home");
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", request => verifier.Challenge(request));
            await using var connection = await world.CreateClient("10.0.0.1", services: services => services.AddSingleton<ISipCredentialsProvider>(provider)).ConnectAsync();
            (await Waiting(() => connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync()).Should().ThrowAsync<SipForbiddenException>()).Which.Response.StatusCode.Should().Be(401);
            provider.Challenges.Should().ContainSingle();
            peer.Requests.Should().ContainSingle();
        });
    }

    [Fact, Trait("Req", "F7")]
    public void Credentials_OfAnotherRealm_AreNotSent()
    {
        var world = new World();
        world.Run(async () =>
        {
            var verifier = Verifier(world, "strangers");
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", request => verifier.Challenge(request));
            await using var connection = await world.CreateClient("10.0.0.1", static options => options.Credentials.Add(new SipCredentials("alice", "secret", "home"))).ConnectAsync();
            await Waiting(() => connection.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync()).Should().ThrowAsync<SipForbiddenException>();
            peer.Requests.Should().ContainSingle().Which.Headers.Contains("Authorization").Should().BeFalse();
        });
    }

    [Fact, Trait("Req", "F1")]
    public void Challenge_ServerClosesTheConnectionBehindIt_IsAnsweredOnANewOne()
    {
        var world = new World();
        world.Run(async () =>
        {
            var verifier = Verifier(world, "home");
            AnsweringPeer? peer = null;
            peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", request =>
            {
                if (Guard(verifier, request) is not { } challenge) return AnsweringPeer.Respond(request, SipStatus.Ok);
                peer!.LastFlow!.Send(challenge.ToOctets());
                peer.LastFlow.Close();
                return null;
            });
            var provider = new StubProvider(async (_, stopping) =>
            {
                await world.Simulation.DelayAsync(TimeSpan.FromSeconds(1), stopping); // by then the close has arrived
                return new SipCredentials("alice", "secret");
            });
            await using var connection = await world.CreateClient("10.0.0.1", services: services => services.AddSingleton<ISipCredentialsProvider>(provider)).ConnectAsync();
            (await connection.SendAsync(SipRequest.Options("sip:10.0.0.2;transport=tcp")).FinalAsync()).StatusCode.Should().Be(200);
        });
    }

    [Fact, Trait("Req", "F7")]
    public void Bye_ChallengedByThePeerOfTheCall_IsNotAnswered()
    {
        var world = new World();
        world.Run(async () =>
        {
            var verifier = Verifier(world, "phish");
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", request =>
                request.Method == SipMethod.Invite ? AnsweringPeer.Respond(request, SipStatus.Ok, ("Contact", "<sip:10.0.0.2>"), ("Content-Type", "application/sdp")) : verifier.Challenge(request));
            await using var connection = await world.CreateClient("10.0.0.1", WithPassword).ConnectAsync();
            await using var dialog = connection.CreateInviteDialog("sip:bob@10.0.0.2");
            await dialog.SendInviteAsync(Descriptions.Audio).FinalAsync();
            await dialog.SendByeAsync();
            peer.Requests.Where(static request => request.Method == SipMethod.Bye).Should().ContainSingle();
            peer.Requests.Should().OnlyContain(static request => !request.Headers.Contains("Authorization"));
        });
    }

    [Theory, Trait("Req", "F7")]
    [InlineData("trunk", true)]
    [InlineData(null, false)]
    public void Bye_ChallengedByThePeer_IsAnsweredWhereTheOptionsSaySoAndTheCredentialsNameTheRealm(string? realm, bool isAnswered)
    {
        var world = new World();
        world.Run(async () =>
        {
            var verifier = Verifier(world, "trunk");
            var peer = await AnsweringPeer.StartAsync(world, "10.0.0.2", request =>
                request.Method == SipMethod.Invite ? AnsweringPeer.Respond(request, SipStatus.Ok, ("Contact", "<sip:10.0.0.2>"), ("Content-Type", "application/sdp")) : Guard(verifier, request) ?? AnsweringPeer.Respond(request, SipStatus.Ok));
            await using var connection = await world.CreateClient("10.0.0.1", options =>
            {
                options.Authentication.AnswerInDialogs = true;
                options.Credentials.Add(new SipCredentials("alice", "secret", realm));
            }).ConnectAsync();
            await using var dialog = connection.CreateInviteDialog("sip:bob@10.0.0.2");
            await dialog.SendInviteAsync(Descriptions.Audio).FinalAsync();
            await dialog.SendByeAsync();
            peer.Requests.Count(static request => request.Method == SipMethod.Bye && request.Headers.Contains("Authorization")).Should().Be(isAnswered ? 1 : 0);
        });
    }

    private static void WithPassword(SipClientOptions options) => options.Credentials.Add(new SipCredentials("alice", "secret"));

    private static SipDigestVerifier Verifier(World world, string realm) => new(realm, world.Simulation.Time, world.Simulation.Random);

    private static bool Verify(SipDigestVerifier verifier, SipRequest request) => verifier.Verify(request, static user => user == "alice" ? "secret" : null).IsAccepted;

    /// <summary>The challenge where the request is not authorised; null where it is.</summary>
    private static SipResponse? Guard(SipDigestVerifier verifier, SipRequest request, bool isProxy = false, SipDigestAlgorithm? algorithm = null)
    {
        var result = verifier.Verify(request, static user => user == "alice" ? "secret" : null, isProxy);
        return result.IsAccepted ? null : verifier.Challenge(request, algorithm is { } one ? [one] : null, isProxy, result.Outcome is SipDigestOutcome.Stale);
    }

    private static Func<Task> Waiting(Func<Task> wait) => wait;
}
