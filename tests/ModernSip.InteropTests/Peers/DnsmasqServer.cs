namespace ModernSip.InteropTests.Peers;

/// <summary>dnsmasq on 127.0.0.1 with zones of its own below "test", asking nobody else. It logs every question.</summary>
internal sealed class DnsmasqServer
{
    private readonly PeerProcess _process;

    private DnsmasqServer(PeerProcess process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>As <c>--dns</c> takes it.</summary>
    public string EndPoint => $"127.0.0.1:{Port}";

    /// <summary>Starts it.</summary>
    /// <param name="bench">The test's bench.</param>
    /// <param name="records">Lines of its configuration: "srv-host=…", "naptr-record=…", "host-record=…", "cname=…".</param>
    public static async Task<DnsmasqServer> StartAsync(PeerBench bench, params IEnumerable<string> records)
    {
        var port = Loopback.ReservePorts();
        var file = bench.NewFile("dnsmasq.conf");
        string[] general =
        [
            $"port={port}", "listen-address=127.0.0.1", "bind-interfaces", "no-resolv", "no-hosts", "local=/test/", "log-queries", "log-facility=-", $"pid-file={bench.NewFile("dnsmasq.pid")}",
        ];
        await File.WriteAllLinesAsync(file, [.. general, .. records.Any(static line => line.StartsWith("local-ttl=", StringComparison.Ordinal)) ? records : [.. records, "local-ttl=60"]], bench.Deadline);
        var process = bench.Start("dnsmasq", "dnsmasq", "--keep-in-foreground", $"--conf-file={file}", "--user=", "--group=");
        await Loopback.WaitUntilBoundAsync("dnsmasq", port, tcp: false, process.Exited, bench.Deadline);
        return new(process, port);
    }

    /// <summary>Writes the file of a "hostsdir=…", which it reads by itself.</summary>
    public static Task NameAsync(string folder, string name, string address) => File.WriteAllTextAsync(Path.Combine(folder, name), $"{address} {name}\n");

    /// <summary>How often it was asked something, for example "query[SRV] _sip._udp.example.test".</summary>
    public int Count(string question) => _process.StandardError.Entries.Count(line => line.Contains(question, StringComparison.Ordinal));

    /// <summary>Waits until it was asked something.</summary>
    public Task WaitForAsync(string question, CancellationToken deadline, int count = 1) =>
        _process.StandardError.WaitForAsync(question, line => line.Contains(question, StringComparison.Ordinal), deadline, count);
}
