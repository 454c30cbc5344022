using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;
using ModernSip.Resolution;
using ModernSip.ScenarioTests.Peers;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests.Failover;

/// <summary>A client, a zone, and servers at 10.0.0.11, 10.0.0.12 … that sip:s.test leads to, in this order unless the zone says otherwise.</summary>
internal sealed class FailoverWorld
{
    public FailoverWorld(ulong seed = 1) => World = new World(seed);

    public World World { get; }

    public List<AnsweringPeer> Servers { get; } = [];

    /// <summary>The records, a line each: "_sip._udp.s.test SRV 0 0 5060 a.test".</summary>
    public List<string> Zone { get; } = [];

    /// <summary>Adds a server with its SRV record over UDP; null makes a host that nobody listens at.</summary>
    public async Task<AnsweringPeer?> AddServerAsync(Func<SipRequest, SipResponse?>? answer, string service = "_sip._udp.s.test", int? priority = null)
    {
        var number = 11 + Zone.Count(static record => record.Contains(" A ", StringComparison.Ordinal));
        Zone.Add($"{service} SRV {priority ?? number} 0 5060 h{number}.test");
        Zone.Add($"h{number}.test A 10.0.0.{number}");
        if (answer is null)
        {
            World.Network.CreateHost($"10.0.0.{number}");
            return null;
        }

        var peer = await AnsweringPeer.StartAsync(World, $"10.0.0.{number}", answer);
        Servers.Add(peer);
        return peer;
    }

    public Task<SipConnection> ConnectAsync(Action<SipClientOptions>? configure = null, Action<SipStackOptions>? stack = null) =>
        World.CreateClient("10.0.0.1", configure, services =>
        {
            services.AddSingleton<ISipDnsResolver>(new ZoneOfTest(Zone));
            if (stack is not null) services.ConfigureSipStack(stack);
        }).ConnectAsync();

    public void Run(Func<Task> test) => World.Run(test);

    /// <summary>A resolver that knows some records, a line each.</summary>
    internal sealed class ZoneOfTest(List<string> zone) : ISipDnsResolver
    {
        public ValueTask<IReadOnlyList<IPAddress>> ResolveAddressesAsync(string host, AddressFamily family, CancellationToken cancellationToken) =>
            Find(host, family == AddressFamily.InterNetwork ? "A" : "AAAA", static row => IPAddress.Parse(row[2]));

        public ValueTask<IReadOnlyList<SipSrvRecord>> ResolveSrvAsync(string service, CancellationToken cancellationToken) =>
            Find(service, "SRV", static row => new SipSrvRecord(Number(row[2]), Number(row[3]), Number(row[4]), row[5]));

        public ValueTask<IReadOnlyList<SipNaptrRecord>> ResolveNaptrAsync(string domain, CancellationToken cancellationToken) =>
            Find(domain, "NAPTR", static row => new SipNaptrRecord(Number(row[2]), Number(row[3]), row[4], row[5], "", row[6]));

        private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

        private ValueTask<IReadOnlyList<T>> Find<T>(string name, string type, Func<string[], T> read) =>
            ValueTask.FromResult<IReadOnlyList<T>>([.. zone.Select(static record => record.Split(' ')).Where(row => row[0] == name && row[1] == type).Select(read)]);
    }
}
