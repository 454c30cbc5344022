namespace ModernSip.InteropTests.Peers;

/// <summary>Kamailio on 127.0.0.1, UDP and TCP: registrar with digest, and proxy between those who registered.</summary>
internal sealed class KamailioServer
{
    private readonly Journal<string> _log;

    private readonly PeerProcess _process;

    private KamailioServer(int port, PeerProcess process) => (Port, _process, _log) = (port, process, process.StandardError);

    public int Port { get; }

    /// <summary>The port of TLS and of WebSockets over TLS.</summary>
    public int TlsPort => Port + 1;

    /// <summary>The registrar's URI.</summary>
    public string Uri => $"sip:127.0.0.1:{Port}";

    /// <summary>The server as an outbound proxy, a loose route.</summary>
    public string RouteUri => $"{Uri};lr";

    public static Task<KamailioServer> StartAsync(PeerBench bench, KamailioOptions? options = null) => StartAsync(bench, options, Loopback.ReservePorts());

    /// <summary>Ends it and starts another at the same port, which knows of no binding and no nonce.</summary>
    public async Task<KamailioServer> RestartAsync(PeerBench bench, KamailioOptions options)
    {
        await _process.EndAsync(); // now and then it hangs as it ends
        return await StartAsync(bench, options, Port);
    }

    private static async Task<KamailioServer> StartAsync(PeerBench bench, KamailioOptions? options, int port)
    {
        var file = bench.NewFile("kamailio.cfg");
        await File.WriteAllTextAsync(file, KamailioConfiguration.For(options ?? new(), port), bench.Deadline);
        var process = bench.Start("kamailio", "kamailio", "-f", file, "-DD", "-E", "-m", "32", "-M", "4", "-Y", bench.Folder, "-w", bench.Folder);
        var server = new KamailioServer(port, process);
        await server.WaitForLogAsync("ready", bench.Deadline);
        return server;
    }

    /// <summary>The address of record of one of its users.</summary>
    public string AddressOfRecord(string user) => $"sip:{user}@127.0.0.1:{Port}";

    /// <summary>Waits for a line of the configuration's own log that begins so.</summary>
    public Task<string> WaitForLogAsync(string start, CancellationToken deadline, int count = 1) =>
        _log.WaitForAsync(start, line => line.Contains(KamailioConfiguration.LogMark + start, StringComparison.Ordinal), deadline, count);

    /// <summary>The requests of a method that carried credentials; a retransmission counts once.</summary>
    public int CountRequestsWithCredentials(string method) =>
        Requests(method).Where(line => !line.Contains(" auth=<null> ", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Count();

    /// <summary>All requests of a method; a retransmission counts once.</summary>
    public int CountRequests(string method) => Requests(method).Distinct(StringComparer.Ordinal).Count();

    // Without what stands before the mark: the number of the worker, which a retransmission may change.
    private IEnumerable<string> Requests(string method) =>
        from line in _log.Entries
        let at = line.IndexOf($"{KamailioConfiguration.LogMark}request {method} ", StringComparison.Ordinal)
        where at >= 0
        select line[at..];
}
