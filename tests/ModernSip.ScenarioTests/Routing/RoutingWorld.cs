using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests.Routing;

/// <summary>Several clients in one process at 10.0.0.1:5060, and a peer at 10.0.0.5 who sends them requests.</summary>
public sealed class RoutingWorld : IAsyncDisposable
{
    private readonly SimulatedProcess _process;
    private readonly List<Task> _answering = [];

    private RoutingWorld(World world, RawPeer peer, SimulatedProcess process) => (World, Peer, _process) = (world, peer, process);

    public World World { get; }

    public RawPeer Peer { get; }

    public SipDiagnostics Diagnostics => _process.Services.GetRequiredService<SipDiagnostics>();

    /// <summary>Runs a test with clients of the given names.</summary>
    public static void Run(Func<RoutingWorld, Task> test, params (string Name, Action<SipClientOptions> Configure)[] clients) => RunAt("10.0.0.1", test, clients);

    /// <summary>The same at another address.</summary>
    public static void RunAt(string address, Func<RoutingWorld, Task> test, params (string Name, Action<SipClientOptions> Configure)[] clients)
    {
        var world = new World();
        world.Run(async () =>
        {
            var peer = await RawPeer.BindAsync(world, address == "10.0.0.1" ? "10.0.0.5" : "127.0.0.2");
            await using var process = new SimulatedProcess(world, world.Network.CreateHost(address), services =>
            {
                foreach (var (name, configure) in clients)
                {
                    services.AddSipClient(name, options =>
                    {
                        options.LocalAddress = $"{address}:5060";
                        configure(options);
                    });
                }
            });
            await using var routing = new RoutingWorld(world, peer, process);
            await test(routing);
        });
    }

    /// <summary>A client that has a connection and reads.</summary>
    public async Task<(SipConnection Connection, IAsyncEnumerable<SipIncomingRequest> Incoming)> ListenAsync(string name)
    {
        var connection = await _process.Named(name).ConnectAsync();
        return (connection, connection.IncomingAsync());
    }

    /// <summary>A client that has a connection and accepts everything with a header field that says who it is.</summary>
    public async Task<SipConnection> AnswerAsync(string name)
    {
        var (connection, incoming) = await ListenAsync(name);
        _answering.Add(AnswerAllAsync(incoming, name));
        return connection;
    }

    /// <summary>A client that has a connection and does not read.</summary>
    public Task<SipConnection> ConnectAsync(string name) => _process.Named(name).ConnectAsync();

    /// <summary>Sends a request and awaits its final response.</summary>
    public async Task<SipResponse> SendAsync(SipMethod method, string uri = "sip:service@10.0.0.1", Action<SipRequest>? change = null)
    {
        var request = Peer.Create(method, uri);
        change?.Invoke(request);
        await Peer.SendAsync(request, uri.Contains("127.0.0.1", StringComparison.Ordinal) ? "127.0.0.1" : "10.0.0.1");
        return await Peer.FinalAsync(request.Headers.CallId!);
    }

    /// <summary>Sends a request and tells which client answered it.</summary>
    public async Task<string?> WhoAsync(SipMethod method, string uri = "sip:service@10.0.0.1", Action<SipRequest>? change = null)
    {
        var response = await SendAsync(method, uri, change);
        return response.Headers["Server"] ?? response.StatusCode.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await Task.WhenAll(_answering);
    }

    private static async Task AnswerAllAsync(IAsyncEnumerable<SipIncomingRequest> incoming, string name)
    {
        await foreach (var request in incoming)
        {
            // An INVITE is refused, since nobody here makes sessions; a redirection carries the name as well as an acceptance.
            var response = request.Request.CreateResponse(request is SipIncomingInvite ? SipStatus.MovedTemporarily : SipStatus.Ok);
            response.Headers["Server"] = name;
            await request.RespondAsync(response);
        }
    }
}
