using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Profiles;
using ModernSip.ScenarioTests.Peers;
using ModernSip.Testing;
using ModernSip.Transport;
using Xunit.Abstractions;

namespace ModernSip.ScenarioTests.Registrations;

/// <summary>
/// Many registrations of one process over a long time, with loss, outages of the registrar and changes of the address: none is left behind, and nobody comes back in a
/// crowd. MODERNSIP_MONTH=1 runs 10,000 over 30 days; without it, 5,000 over 3 days.
/// </summary>
public sealed class MonthTests(ITestOutputHelper output)
{
    private const int Window = 10; // minutes: the curve is told in such steps
    private static readonly TimeSpan Outage = TimeSpan.FromMinutes(20);

    [Fact, Trait("Req", "C2"), Trait("Req", "C9")]
    public void Registrations_OverALongTime_AllHoldAtTheEndAndNeverComeBackAsACrowd()
    {
        var isWhole = Environment.GetEnvironmentVariable("MODERNSIP_MONTH") == "1";
        var (count, days) = isWhole ? (10_000, 30) : (5_000, 3);
        var expires = TimeSpan.FromHours(12);
        var world = new World(conditions: new SipNetworkConditions { Loss = 0.01 });
        world.Network.KeepsCaptured = false;
        world.Simulation.AwaitsOutsideWork = false; // every run is the same, or fails
        world.RunInline(
            async () =>
            {
                var registrar = new CountingRegistrar(world);
                await registrar.StartAsync("10.0.0.9");
                var host = world.Network.CreateHost("10.0.0.1");
                await using var process = new SimulatedProcess(world, host, services => services.AddSingleton(world.Simulation.PlatformOf(host)).AddSipClient());
                var store = new SipMemoryProfileStore(Enumerable.Range(0, count).Select(number => new SipProfile { Name = $"{number}", AddressOfRecord = $"sip:{number}@10.0.0.9", Expires = expires }));
                await using var agent = new SipProfileAgent(process.Client, store, world.Simulation.Platform, NullLogger<SipProfileAgent>.Instance);
                await agent.StartAsync(default);

                var ends = new List<int>();
                foreach (var fifth in Enumerable.Range(1, 5))
                {
                    await world.Pass(TimeSpan.FromDays(days / 6.0));
                    if (fifth is 2 or 4)
                    {
                        host.SetAddresses($"10.0.1.{fifth}");
                        continue;
                    }

                    registrar.IsDown = true;
                    await world.Pass(Outage);
                    registrar.IsDown = false;
                    ends.Add((int)world.Now.TotalMinutes);
                }

                await world.Pass(TimeSpan.FromDays(days / 6.0));
                var mean = registrar.PerMinute.Skip(60).Sum() / (world.Now.TotalMinutes - 60); // without the beginning
                output.WriteLine($"{count} registrations, {days} days: {registrar.PerMinute.Sum()} REGISTERs, {mean:0.0} a minute");
                foreach (var end in ends)
                {
                    var behind = registrar.PerMinute.Skip(end).Take(120).ToList();
                    var curve = behind.Chunk(Window).Select(static step => $"{step.Average():0.0}");
                    output.WriteLine($"behind the outage that ended in minute {end}: at most {behind.Max()} in a minute; in steps of {Window} minutes {string.Join(' ', curve)}");
                    behind.Should().OnlyContain(rate => rate <= 3 * mean, "nobody comes back in a crowd");
                }

                agent.Profiles.Where(static profile => profile.State != SipProfileState.Registered).Should().BeEmpty();
                registrar.CountHeld("10.0.1.4").Should().Be(count, "the registrar has every one at the last address");
            },
            TimeSpan.FromDays(40));
    }

    /// <summary>Accepts everything, counts requests by the minute, and keeps of each user the last contact and when it ends.</summary>
    private sealed class CountingRegistrar(World world) : ISipReceiver
    {
        private readonly Dictionary<string, (string Host, TimeSpan End)> _bindings = new(StringComparer.Ordinal);
        private readonly Dictionary<string, uint> _sequences = new(StringComparer.Ordinal);
        private readonly List<int> _perMinute = [];

        public bool IsDown { get; set; }

        /// <summary>The REGISTERs of each minute; a repeat counts once. During an outage too: they are sent all the same.</summary>
        public IReadOnlyList<int> PerMinute => _perMinute;

        public int CountHeld(string host) => _bindings.Values.Count(binding => binding.Host == host && binding.End > world.Now);

        public async Task StartAsync(string address) => await world.Network.CreateHost(address).Udp.BindAsync(new IPEndPoint(IPAddress.Parse(address), 5060), this, default);

        public void OnMessage(SipFlow flow, ReadOnlySpan<byte> message)
        {
            if (!SipMessage.TryParse(message, out var parsed, out _) || parsed is not SipRequest request) throw new InvalidOperationException("Only requests come here.");
            var (user, sequence, expires) = (request.Headers.To!.Uri.User!, request.Headers.CSeq!.Value.Number, request.Headers.Expires ?? 0);
            Count($"{user} {request.Headers.CallId}", sequence);
            if (IsDown) return;
            _bindings[user] = (request.Headers.Contact!.Uri.Host, world.Now + TimeSpan.FromSeconds(expires));
            var response = request.CreateResponse(SipStatus.Ok);
            if (expires > 0) response.Headers.Add("Contact", $"{request.Headers.Contact};expires={expires}");
            flow.Send(response.ToOctets());
        }

        public void OnMalformed(SipFlow flow, ReadOnlySpan<byte> octets, string reason) => throw new InvalidOperationException(reason);

        public void OnClosed(SipFlow flow, Exception? error)
        {
            // A datagram flow is not missed.
        }

        private void Count(string registration, uint sequence)
        {
            if (_sequences.TryGetValue(registration, out var last) && sequence <= last) return;
            _sequences[registration] = sequence;
            var minute = (int)world.Now.TotalMinutes;
            while (_perMinute.Count <= minute) _perMinute.Add(0);
            _perMinute[minute]++;
        }
    }
}
