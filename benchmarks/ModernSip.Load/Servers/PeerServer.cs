using System.Net;
using System.Net.Sockets;
using ModernSip.Load.Measuring;

namespace ModernSip.Load.Servers;

/// <summary>A server that others wrote.</summary>
internal sealed class PeerServer : IServer
{
    private readonly ChildProcess _process;
    private readonly string? _folder;

    private PeerServer(string name, int port, ChildProcess process, string? folder = null)
    {
        (Name, Port, _process, _folder) = (name, port, process, folder);
        Processes = process.Ids;
    }

    public string Name { get; }

    public int Port { get; }

    public IReadOnlyList<int> Processes { get; private set; }

    /// <summary>Starts a peer.</summary>
    /// <returns>The peer; null, with a word on the console, where it is not installed or cannot do the scenario.</returns>
    public static async Task<IServer?> StartAsync(string name, LoadScenario scenario, int processor = 0)
    {
        var server = name switch
        {
            "sipp" => Sipp(scenario, processor),
            "kamailio" when scenario.Kind == LoadScenario.Options.Kind => Kamailio(processor),
            "sofia" => await SofiaAsync(processor),
            _ => null,
        };
        if (server is null)
        {
            Console.Error.WriteLine($"{name} is left out: it is not installed, or does not do {scenario.Name}.");
            return null;
        }

        await WaitForPortAsync(server.Port);
        server.Processes = server._process.Ids; // it may have forked
        return server;
    }

    public Task<HeapReading?> ReadHeapAsync() => Task.FromResult<HeapReading?>(null);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
    }

    private static PeerServer? Sipp(LoadScenario scenario, int processor)
    {
        if (!File.Exists("/usr/bin/sipp")) return null;
        var port = FreePort();
        return new PeerServer("sipp", port, ChildProcess.Start(processor, "sipp", [.. scenario.ServerArguments.Split(' '), "-i", "127.0.0.1", "-p", $"{port}", "-nostdin"]));
    }

    private static PeerServer? Kamailio(int processor)
    {
        if (!File.Exists("/usr/sbin/kamailio")) return null;
        var port = FreePort();
        var folder = Directory.CreateTempSubdirectory("modernsip-load").FullName;
        var configuration = Path.Combine(folder, "kamailio.cfg");
        File.WriteAllText(configuration, File.ReadAllText(LoadScenario.PathOf("kamailio-options.cfg")).Replace("@PORT@", $"{port}", StringComparison.Ordinal));
        return new PeerServer("Kamailio (stateless)", port, ChildProcess.Start(processor, "kamailio", ["-DD", "-E", "-f", configuration, "-Y", folder, "-w", folder]), folder);
    }

    /// <summary>Sofia-SIP comes as a library: a small program is built when its headers are there.</summary>
    private static async Task<PeerServer?> SofiaAsync(int processor)
    {
        if (!Directory.Exists("/usr/include/sofia-sip-1.12") || !File.Exists("/usr/bin/cc")) return null;
        var port = FreePort();
        var folder = Directory.CreateTempSubdirectory("modernsip-load").FullName;
        var program = Path.Combine(folder, "sofia-uas");
        await using (var compiler = ChildProcess.Start(1, "cc", ["-O2", "-w", "-I/usr/include/sofia-sip-1.12", "-o", program, LoadScenario.PathOf("sofia-uas.c"), "-lsofia-sip-ua"]))
        {
            await compiler.WaitForExitAsync();
        }

        return File.Exists(program) ? new PeerServer("Sofia-SIP", port, ChildProcess.Start(processor, program, [$"{port}"]), folder) : null;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>The socket stands in the kernel's table when the peer has bound it.</summary>
    private static async Task WaitForPortAsync(int port)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if (File.ReadLines("/proc/net/udp").Any(line => line.Contains($"0100007F:{port:X4} ", StringComparison.Ordinal))) return;
            await Task.Delay(50);
        }

        throw new InvalidOperationException($"The peer does not listen at port {port}.");
    }
}
