using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests.Registrations;

/// <summary>Registrations by state, and REGISTERs that were not accepted by reason, can be read from instruments.</summary>
[Trait("Req", "C3")]
public sealed class MetricTests
{
    [Fact]
    public void Registrations_ThatLiveLapseAndEnd_AreCountedByState()
    {
        var world = new World();
        world.Run(
            async () =>
            {
                var registrar = await ScriptedRegistrar.StartAsync(world);
                using var counts = new Counts();
                await using var connection = await world.CreateClient("10.0.0.1", services: counts.Observe).ConnectAsync();
                await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9", Expires = TimeSpan.FromSeconds(60) });
                counts.ByState.Should().Equal(new Dictionary<string, long> { ["active"] = 1 });

                registrar.Default = static request => AnsweringPeer.Respond(request, SipStatus.ServiceUnavailable);
                await world.Pass(100);
                counts.ByState.Should().BeEquivalentTo(new Dictionary<string, long> { ["active"] = 0, ["lapsed"] = 1 });
                counts.Failures.Should().ContainKey("503").WhoseValue.Should().BePositive();

                registrar.Default = static request => AnsweringPeer.Respond(request, SipStatus.Forbidden);
                await world.Pass(2_000);
                counts.ByState.Should().BeEquivalentTo(new Dictionary<string, long> { ["active"] = 0, ["lapsed"] = 0 });
                counts.Failures.Should().ContainKey("403").WhoseValue.Should().Be(1);
            },
            TimeSpan.FromHours(2));
    }

    [Theory]
    [InlineData("silent", "timeout")]
    [InlineData("challenge", "forbidden")]
    [InlineData("no contact", "other")]
    [InlineData("not there", "transport")]
    public void Register_NotAccepted_IsCountedByItsReason(string what, string reason)
    {
        var world = new World();
        world.Run(async () =>
        {
            if (what != "not there")
            {
                (await ScriptedRegistrar.StartAsync(world)).Default = request => what switch
                {
                    "challenge" => AnsweringPeer.Respond(request, SipStatus.Unauthorized, ("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\"")),
                    "no contact" => AnsweringPeer.Respond(request, SipStatus.Ok),
                    _ => null,
                };
            }

            using var counts = new Counts();
            await using var connection = await world.CreateClient("10.0.0.1", services: counts.Observe).ConnectAsync();
            var registering = () => connection.RegisterAsync(new() { AddressOfRecord = "sip:alice@10.0.0.9", Registrar = what == "not there" ? "sip:10.0.0.9;transport=tcp" : null });
            await registering.Should().ThrowAsync<Errors.SipException>();
            counts.Failures.Should().Equal(new Dictionary<string, long> { [reason] = 1 });
        });
    }

    /// <summary>Reads the instruments of one stack: others run beside it.</summary>
    private sealed class Counts : IDisposable
    {
        private readonly MeterListener _listener = new();
        private IMeterFactory? _factory;

        public Counts()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name.StartsWith("modernsip.registrations", StringComparison.Ordinal) && (_factory is null || ReferenceEquals(instrument.Meter.Scope, _factory))) listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            {
                var of = instrument.Name.EndsWith("failures", StringComparison.Ordinal) ? Failures : ByState;
                var key = (string)tags[0].Value!;
                of[key] = of.GetValueOrDefault(key) + value;
            });
        }

        public Dictionary<string, long> ByState { get; } = [];

        public Dictionary<string, long> Failures { get; } = [];

        public void Observe(IServiceCollection services)
        {
            services.AddSingleton<IMeterFactory>(_factory = new OwnMeters());
            _listener.Start();
        }

        public void Dispose() => _listener.Dispose();
    }

    private sealed class OwnMeters : IMeterFactory
    {
        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            return new Meter(options);
        }

        public void Dispose()
        {
            // Its meters end with the stack.
        }
    }
}
