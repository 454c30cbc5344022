using System.Text.Json;

namespace ModernSip.InteropTests.Peers;

/// <summary>One run of the <c>sip</c> command with <c>--json</c>, its sockets on 127.0.0.1.</summary>
internal sealed class SipCommand
{
    private readonly PeerProcess _process;
    private readonly List<string> _strayLines = [];
    private readonly Task _reading;

    private SipCommand(PeerProcess process)
    {
        _process = process;
        Events = new(process.Name);
        _reading = ReadAsync();
    }

    /// <summary>The JSON lines printed so far.</summary>
    public Journal<SipEvent> Events { get; }

    /// <summary>What was printed to standard error so far.</summary>
    public string StandardError => _process.StandardError.ToString();

    /// <summary>Starts it on any free port.</summary>
    public static SipCommand Start(PeerBench bench, string command, params IEnumerable<string> arguments) =>
        StartRaw(bench, command, ["--local", "127.0.0.1", "--timeout", bench.PeerLimit, "--json", .. arguments]);

    /// <summary>Starts it on a port of 127.0.0.1, and waits until it is ready there.</summary>
    public static async Task<SipCommand> StartListeningAsync(PeerBench bench, int port, string command, params IEnumerable<string> arguments)
    {
        var started = StartRaw(bench, command, ["--local", $"127.0.0.1:{port}", "--timeout", bench.PeerLimit, "--json", .. arguments]);
        await started.WaitForAsync("connection", "state", "Active", bench.Deadline);
        return started;
    }

    /// <summary>Starts it with these arguments and no others.</summary>
    public static SipCommand StartRaw(PeerBench bench, string command, params IEnumerable<string> arguments) =>
        new(bench.Start($"sip {command}", "dotnet", [FindAssembly(), command, .. arguments]));

    /// <summary>Starts it inside a network namespace.</summary>
    public static SipCommand StartInside(PeerBench bench, string network, string command, params IEnumerable<string> arguments) =>
        new(bench.Start($"sip {command}", "ip", ["netns", "exec", network, "dotnet", FindAssembly(), command, .. arguments]));

    /// <summary>Waits for an event whose field has that value; returns the event.</summary>
    public Task<SipEvent> WaitForAsync(string name, string field, string value, CancellationToken deadline, int count = 1) =>
        Events.WaitForAsync($"{name} {field}={value}", said => said.Name == name && said.Text(field) == value, deadline, count);

    /// <summary>Waits for a <c>response</c> event with that status.</summary>
    public Task<SipEvent> WaitForResponseAsync(int status, CancellationToken deadline) =>
        Events.WaitForAsync($"response {status}", said => said.Name == "response" && said.Number("status") == status, deadline);

    /// <summary>What Ctrl-C does.</summary>
    public void Interrupt() => _process.Send(PeerSignal.Interrupt);

    /// <summary>What a service manager does.</summary>
    public void Terminate() => _process.Send(PeerSignal.Terminate);

    /// <summary>Waits for the exit status.</summary>
    /// <exception cref="InvalidDataException">Something other than JSON objects was on standard output.</exception>
    public async Task<int> WaitForExitAsync(CancellationToken deadline)
    {
        var exitCode = await _process.WaitForExitAsync(deadline);
        await _reading.WaitAsync(deadline);
        return _strayLines.Count == 0
            ? exitCode
            : throw new InvalidDataException($"{_process.Name} printed what is not JSON:\n{string.Join('\n', _strayLines)}");
    }

    private static string FindAssembly()
    {
        // bin/<Configuration>/net10.0 is where this assembly lies, and where the command's lies in its own project.
        var folder = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var configuration = folder.Parent?.Name ?? "Release";
        var root = folder;
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "ModernSip.sln"))) root = root.Parent;
        var path = Path.Combine(root?.FullName ?? folder.FullName, "src", "ModernSip.Cli", "bin", configuration, "net10.0", "sip.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"Build src/ModernSip.Cli first ({configuration}).", path);
    }

    private async Task ReadAsync()
    {
        await foreach (var line in _process.StandardOutput.ReadAllAsync())
        {
            try
            {
                Events.Add(SipEvent.Parse(line));
            }
            catch (JsonException)
            {
                _strayLines.Add(line);
            }
        }

        Events.End();
    }
}
