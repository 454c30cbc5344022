using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ModernSip.Authentication;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Profiles;
using ModernSip.Refreshing;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests.Profiles;

[Trait("Req", "C9")]
public sealed class ProfileAgentTests
{
    [Fact]
    [Trait("Idea", "55")]
    public void Start_EnabledProfiles_AreRegisteredAndUnregisteredAtTheEnd() => Run(async (world, registrar, store, agent) =>
    {
        await store.SaveAsync(Profile("alice"), default);
        await store.SaveAsync(Profile("bob", static profile => profile.IsEnabled = false), default);
        await agent.StartAsync(default);
        await world.Pass(1);
        agent.Profiles.Select(static one => (one.Name, one.State)).Should().Equal(("alice", SipProfileState.Registered), ("bob", SipProfileState.Disabled));
        agent.DefaultProfile!.Name.Should().Be("alice", "it is the only one that is enabled");
        agent.FindRegistration()!.AddressOfRecord.Should().Be(SipUri.Parse("sip:alice@10.0.0.9"));
        agent.FindRegistration("bob").Should().BeNull();
        await agent.StopAsync(default);
        registrar.Requests.Select(static request => request.Headers.Expires).Should().Equal(3600u, 0u);
    });

    [Fact]
    [Trait("Idea", "54")]
    public void Change_AtRunTime_IsStoredFollowedAndTold() => Run(async (world, registrar, store, agent) =>
    {
        await agent.StartAsync(default);
        var events = CollectAsync(agent.EventsAsync());
        await agent.SaveAsync(Profile("alice"));
        await world.Pass(1);
        await agent.SaveAsync(Profile("alice", static profile => profile.Expires = TimeSpan.FromMinutes(10)));
        await world.Pass(1);
        registrar.Requests.Select(static request => request.Headers.Expires).Should().Equal(3600u, 0u, 600u);
        await agent.DisableAsync("alice");
        await world.Pass(1);
        (await store.ReadAllAsync(default)).Should().ContainSingle().Which.IsEnabled.Should().BeFalse();
        registrar.Requests[^1].Headers.Expires.Should().Be(0);
        await agent.EnableAsync("alice");
        await world.Pass(1);
        agent.FindRegistration("alice").Should().NotBeNull();
        (await agent.RemoveAsync("alice")).Should().BeTrue();
        (await agent.RemoveAsync("alice")).Should().BeFalse();
        await world.Pass(1);
        registrar.Requests[^1].Headers.Expires.Should().Be(0);
        (await store.ReadAllAsync(default)).Should().BeEmpty();
        await agent.StopAsync(default);
        (await events).Where(static one => one.Kind != SipProfileEventKind.StateChanged).Select(static one => one.Kind).Should()
            .Equal(SipProfileEventKind.Created, SipProfileEventKind.Changed, SipProfileEventKind.Disabled, SipProfileEventKind.Enabled, SipProfileEventKind.Removed);
        (await events).Count(static one => one.State == SipProfileState.Registered && one.Kind == SipProfileEventKind.StateChanged).Should().Be(3);
    });

    [Fact]
    public void Challenge_OfEachProfile_IsAnsweredFromItAlone() => Run(async (world, registrar, store, agent) =>
    {
        registrar.Default = static request => request.Headers.Contains("Authorization")
            ? ScriptedRegistrar.Accept(request)
            : AnsweringPeer.Respond(request, 401, ("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\""));
        await agent.StartAsync(default);
        foreach (var user in new[] { "alice", "bob" })
        {
            await agent.SaveAsync(Profile(user, static profile => profile.Password = "secret"));
            await world.Pass(1);
        }

        registrar.Requests.Where(static request => request.Headers.Contains("Authorization")).Select(static request => (request.Headers.To!.Uri.User, Named(request)))
            .Should().Equal(("alice", "alice"), ("bob", "bob"));
        registrar.Requests.Should().HaveCount(4, "what one profile knows of the realm is not shown for another");
        var message = await agent.FindRegistration("bob")!.SendAsync(SipRequest.Message("sip:carol@10.0.0.9", "hello")).FinalAsync();
        message.IsSuccess.Should().BeTrue();
        Named(registrar.Requests[^1]).Should().Be("bob", "its credentials serve what is sent through it");

        static string? Named(SipRequest request) => request.Headers.Get(Messages.Headers.SipHeaderNames.Authorization)!["username"];
    });

    [Fact]
    [Trait("Idea", "56")]
    public void Refused_ForGood_FailsWithItsErrorAndTheOthersGoOn() => Run(async (world, registrar, store, agent) =>
    {
        registrar.Default = static request => request.Headers.To!.Uri.User == "mallory" ? AnsweringPeer.Respond(request, 403) : ScriptedRegistrar.Accept(request);
        await store.SaveAsync(Profile("alice"), default);
        await store.SaveAsync(Profile("mallory"), default);
        await store.SaveAsync(new SipProfile { Name = "nobody", AddressOfRecord = "no address" }, default);
        await agent.StartAsync(default);
        await world.Pass(600);
        agent.Profiles.Select(static one => one.State).Should().Equal(SipProfileState.Registered, SipProfileState.Failed, SipProfileState.Failed);
        agent.Profiles[1].LastError.Should().BeOfType<SipRefreshException>().Which.Response!.StatusCode.Should().Be(403);
        agent.Profiles[2].LastError.Should().BeOfType<ArgumentException>().Which.Message.Should().Contain("'nobody'");
        registrar.Requests.Count(static request => request.Headers.To!.Uri.User == "mallory").Should().Be(1, "what is refused for good is not repeated");
        registrar.Default = static request => ScriptedRegistrar.Accept(request);
        await agent.RetryAsync("mallory");
        await world.Pass(1);
        agent.Profiles[1].State.Should().Be(SipProfileState.Registered);
    });

    [Fact]
    [Trait("Idea", "56")]
    public void Registrar_NotThereAtTheStart_IsTriedUntilItIs() => Run(async (world, registrar, store, agent) =>
    {
        registrar.Default = static _ => null;
        await store.SaveAsync(Profile("alice"), default);
        await agent.StartAsync(default);
        await world.Pass(60);
        agent.Profiles[0].State.Should().Be(SipProfileState.Registering);
        agent.Profiles[0].LastError.Should().BeOfType<SipTimeoutException>();
        registrar.Default = static request => ScriptedRegistrar.Accept(request);
        await world.Pass(300);
        agent.Profiles[0].State.Should().Be(SipProfileState.Registered);
        agent.Profiles[0].LastError.Should().BeNull();
    });

    [Fact]
    public void Store_CannotBeReadOrWritten_IsAClearErrorAndTheRestGoesOn() => Run(async (world, registrar, store, agent) =>
    {
        await store.SaveAsync(Profile("alice"), default);
        store.Failure = new SipProfileStoreException("The profiles cannot be read: the file is damaged.");
        var events = CollectAsync(agent.EventsAsync());
        await agent.StartAsync(default);
        agent.Profiles.Should().BeEmpty();
        store.Failure = null;
        await world.Pass(120);
        agent.Profiles.Should().ContainSingle().Which.State.Should().Be(SipProfileState.Registered, "the store was tried again");
        store.Failure = new SipProfileStoreException("The profiles cannot be written: the disk is full.");
        var saving = () => agent.SaveAsync(Profile("bob"));
        await saving.Should().ThrowAsync<SipProfileStoreException>();
        agent.Profiles.Should().ContainSingle("what is not stored does not run");
        agent.FindRegistration("alice").Should().NotBeNull();
        store.Failure = null;
        await agent.StopAsync(default);
        (await events).Should().Contain(static one => one.Kind == SipProfileEventKind.StoreFailed && one.Error != null);
    });

    [Fact]
    public void Stop_RegistrarIsSilent_KeepsTheHostsTimeLimit() => Run(async (world, registrar, store, agent) =>
    {
        await store.SaveAsync(Profile("alice"), default);
        await agent.StartAsync(default);
        await world.Pass(1);
        registrar.Default = static _ => null;
        var begin = world.Now;
        using var limit = new CancellationTokenSource();
        var stopping = agent.StopAsync(limit.Token);
        await world.Pass(5);
        limit.Cancel();
        await stopping;
        (world.Now - begin).Should().BeLessThan(TimeSpan.FromSeconds(6));
        registrar.Requests[^1].Headers.Expires.Should().Be(0);
    });

    [Fact, Trait("Req", "A6")]
    [Trait("Idea", "57")]
    public void Connection_ComesBack_ProfilesAreRegisteredAnew() => Run(async (world, registrar, store, agent) =>
    {
        await store.SaveAsync(Profile("alice"), default);
        await agent.StartAsync(default);
        await world.Pass(1);
        world.Hosts["10.0.0.1"].IsUp = false;
        await world.Pass(10);
        agent.Profiles[0].State.Should().Be(SipProfileState.Lost);
        agent.FindRegistration("alice").Should().BeNull();
        world.Hosts["10.0.0.1"].IsUp = true;
        await world.Pass(60);
        agent.Profiles[0].State.Should().Be(SipProfileState.Registered);
        registrar.Requests.Should().HaveCount(2);
    });

    private static SipProfile Profile(string user, Action<SipProfile>? change = null)
    {
        var profile = new SipProfile { Name = user, AddressOfRecord = $"sip:{user}@10.0.0.9" };
        change?.Invoke(profile);
        return profile;
    }

    private static void Run(Func<World, ScriptedRegistrar, UnsteadyStore, SipProfileAgent, Task> test)
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            var host = world.Hosts["10.0.0.1"] = world.Network.CreateHost("10.0.0.1");
            await using var process = new SimulatedProcess(world, host, services => services.AddSingleton(world.Simulation.PlatformOf(host)).AddSipClient(static options =>
            {
                options.LocalAddress = "10.0.0.1:5060";
                options.Credentials.Add(new SipCredentials("client", "own"));
            }));
            var store = new UnsteadyStore();
            await using var agent = new SipProfileAgent(process.Client, store, world.Simulation.Platform, NullLogger<SipProfileAgent>.Instance);
            await test(world, registrar, store, agent);
        });
    }

    private static async Task<List<SipProfileEvent>> CollectAsync(IAsyncEnumerable<SipProfileEvent> stream)
    {
        var list = new List<SipProfileEvent>();
        await foreach (var item in stream) list.Add(item);
        return list;
    }

    /// <summary>A store in memory that fails when it is told to.</summary>
    private sealed class UnsteadyStore : ISipProfileStore
    {
        private readonly SipMemoryProfileStore _inner = new();

        public Exception? Failure { get; set; }

        public Task<IReadOnlyList<SipProfile>> ReadAllAsync(CancellationToken cancellationToken) =>
            Failure is null ? _inner.ReadAllAsync(cancellationToken) : Task.FromException<IReadOnlyList<SipProfile>>(Failure);

        public Task SaveAsync(SipProfile profile, CancellationToken cancellationToken) => Failure is null ? _inner.SaveAsync(profile, cancellationToken) : Task.FromException(Failure);

        public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken) => _inner.RemoveAsync(name, cancellationToken);

        public Task WaitForChangeAsync(CancellationToken cancellationToken) => _inner.WaitForChangeAsync(cancellationToken);
    }
}
