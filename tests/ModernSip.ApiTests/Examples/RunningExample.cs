using System.Diagnostics;

namespace ModernSip.ApiTests.Examples;

/// <summary>An example that runs until it is told to stop.</summary>
internal sealed class RunningExample : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    private readonly Process _process;
    private readonly CancellationTokenSource _limit = new(Limit, TimeProvider.System);
    private readonly List<string> _lines = [];

    public RunningExample(string name, params string[] arguments)
    {
        var program = Path.Combine(Repository.Root, "examples", name, "bin", Repository.Configuration, "net10.0", name + ".dll");
        // A shell that runs the tests in the background makes them ignore Ctrl-C, which their children inherit; env puts that back, and becomes the program.
        _process = Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", program, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true })!;
    }

    /// <summary>Waits for a line with that text.</summary>
    public async Task<string> WaitForAsync(string text)
    {
        while (await _process.StandardOutput.ReadLineAsync(_limit.Token) is { } line)
        {
            _lines.Add(line);
            if (line.Contains(text, StringComparison.Ordinal)) return line;
        }

        throw new InvalidOperationException($"It ended without saying '{text}':\n{string.Join('\n', _lines)}");
    }

    /// <summary>Stops it as a service manager or Ctrl-C does, and waits for its end.</summary>
    public async Task<int> StopAsync(bool byCtrlC = false)
    {
        using var kill = Process.Start("kill", [byCtrlC ? "-INT" : "-TERM", $"{_process.Id}"]);
        await _process.StandardOutput.ReadToEndAsync(_limit.Token);
        await _process.WaitForExitAsync(_limit.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _limit.Dispose();
    }
}
