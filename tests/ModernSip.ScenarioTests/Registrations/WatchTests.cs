using ModernSip.Errors;
using ModernSip.EventPackages;
using ModernSip.Messages;
using ModernSip.Registrations;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests.Registrations;

/// <summary>What the registrar does to a registration by itself is told by its event package "reg" (RFC 3680).</summary>
[Trait("Req", "C3"), Trait("Req", "C9")]
public sealed class WatchTests
{
    private static readonly SipUri Alice = SipUri.Parse("sip:alice@10.0.0.9");

    [Theory]
    [InlineData("deactivated", null, 0, 1)]
    [InlineData("expired", null, 0, 1)]
    [InlineData("probation", 120u, 119, 121)]
    public void Registrar_EndsTheBindingAndWantsItBack_IsRegisteredAgain(string what, uint? retryAfter, double from, double to) => Run(async (world, registration, registrar) =>
    {
        var before = world.Now;
        await registrar.TellAsync("terminated", what, retryAfter: retryAfter);
        await registrar.RegisteredAsync(2);
        (world.Now - before).TotalSeconds.Should().BeInRange(from, to);
        registration.IsActive.Should().BeTrue();
    });

    [Fact]
    public void Registrar_ShortensTheBinding_IsRegisteredBeforeItEnds() => Run(async (world, _, registrar) =>
    {
        var before = world.Now;
        await registrar.TellAsync("active", "shortened", expires: 100);
        await registrar.RegisteredAsync(2);
        (world.Now - before).TotalSeconds.Should().BeInRange(80, 95);
    });

    [Theory]
    [InlineData("rejected")]
    [InlineData("unregistered")]
    [InlineData("probation")]
    public void Registrar_TakesTheBindingBack_EndsTheRegistrationWithTheReason(string what) => Run(async (world, registration, registrar) =>
    {
        var news = DrainAsync(registration.EventsAsync());
        await registrar.TellAsync("terminated", what);
        var error = (await FluentActions.Awaiting(() => news).Should().ThrowAsync<SipDeregisteredException>()).Which;
        (error.Reason, error.Operation, error.Target).Should().Be((what, "REGISTER", "sip:alice@10.0.0.9"));
        registration.IsActive.Should().BeFalse();
        await registration.DisposeAsync();
        await world.Pass(4_000);
        registrar.Registrations.Should().Be(1, "it is neither refreshed nor taken back");
    });

    [Fact]
    public void Registrar_TellsOfOtherBindings_NothingHappens() => Run(async (world, registration, registrar) =>
    {
        await registrar.TellAsync("terminated", "rejected", contact: "sip:alice@10.9.9.9");
        await world.Pass(10);
        registration.IsActive.Should().BeTrue();
        registrar.Registrations.Should().Be(1);
    });

    [Fact]
    public void Registrar_KnowsNoSuchPackage_TheRegistrationGoesOn()
    {
        var world = new World();
        world.Run(async () =>
        {
            var registrar = await ScriptedRegistrar.StartAsync(world);
            registrar.Default = static request => request.Method == SipMethod.Register ? ScriptedRegistrar.Accept(request) : AnsweringPeer.Respond(request, SipStatus.BadEvent);
            await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, WatchRegistrar = true });
            await world.Pass(10);
            registration.IsActive.Should().BeTrue();
            registrar.Requests.Select(static request => request.Method).Should().Equal(SipMethod.Register, SipMethod.Subscribe);
        });
    }

    private static async Task DrainAsync(IAsyncEnumerable<SipRegistrationEvent> events)
    {
        await foreach (var _ in events) GC.KeepAlive(events);
    }

    private static void Run(Func<World, SipRegistration, TellingRegistrar, Task> test)
    {
        var world = new World();
        world.Run(
            async () =>
            {
                await using var registrar = await TellingRegistrar.StartAsync(world);
                await using var connection = await world.CreateClient("10.0.0.1").ConnectAsync();
                await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = Alice, WatchRegistrar = true });
                await registrar.Watched;
                await test(world, registration, registrar);
            },
            TimeSpan.FromHours(3));
    }

    /// <summary>A registrar of one address that tells of it who subscribes.</summary>
    private sealed class TellingRegistrar(World world, SipConnection connection) : IAsyncDisposable
    {
        private readonly TaskCompletionSource<SipNotifier> _notifier = new();
        private Task _serving = Task.CompletedTask;
        private string _contact = "";
        private uint _version;

        public int Registrations { get; private set; }

        public Task Watched => _notifier.Task;

        public static async Task<TellingRegistrar> StartAsync(World world)
        {
            var connection = await world.CreateClient("10.0.0.9", static options => options.Capabilities.Methods.Add("REGISTER")).ConnectAsync();
            var registrar = new TellingRegistrar(world, connection);
            registrar._serving = registrar.ServeAsync(connection.IncomingAsync());
            return registrar;
        }

        public async Task TellAsync(string state, string what, uint? expires = null, uint? retryAfter = null, string? contact = null) =>
            await (await _notifier.Task).NotifyAsync(Info(false, state, what, contact ?? _contact, expires, retryAfter));

        public async Task RegisteredAsync(int count)
        {
            while (Registrations < count) await world.Pass(0.1);
        }

        public async ValueTask DisposeAsync()
        {
            await connection.DisposeAsync();
            await _serving;
        }

        private async Task ServeAsync(IAsyncEnumerable<SipIncomingRequest> incoming)
        {
            await foreach (var request in incoming)
            {
                if (request is SipIncomingSubscribe subscribe)
                {
                    _notifier.SetResult(await subscribe.AcceptAsync(new() { Content = Info(true, "active", "registered", _contact, 3_600, null) }));
                }
                else
                {
                    Registrations += request.Request.Headers.Expires == 0 ? 0 : 1;
                    _contact = request.Request.Headers.Contact!.Uri.ToString();
                    await request.RespondAsync(ScriptedRegistrar.Accept(request.Request));
                }
            }
        }

        private SipContent Info(bool isFull, string state, string what, string contact, uint? expires, uint? retryAfter) => new SipRegistrationInfo
        {
            Version = _version++,
            IsFull = isFull,
            Registrations = [new(Alice.ToString(), "a", "active") { Contacts = [new("c", state, what, contact) { Expires = expires, RetryAfter = retryAfter }] }],
        }.ToContent();
    }
}
