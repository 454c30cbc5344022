using System.Diagnostics;

namespace ModernSip.Load.Measuring;

/// <summary>A process that is started on one processor and ended by its id.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>This process and those that it started: a server may fork.</summary>
    public IReadOnlyList<int> Ids => [Id, .. ChildrenOf(Id)];

    public StreamWriter Input => _process.StandardInput;

    public StreamReader Output => _process.StandardOutput;

    public static ChildProcess Start(int processor, string program, IEnumerable<string> arguments, bool readsOutput = false)
    {
        var start = new ProcessStartInfo("taskset") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["-c", processor.ToString(System.Globalization.CultureInfo.InvariantCulture), program, .. arguments]) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!; // null only where a running one is taken up again, which nothing here does
        process.ErrorDataReceived += static (_, line) =>
        {
            if (Environment.GetEnvironmentVariable("LOAD_VERBOSE") is not null && line.Data is not null) Console.Error.WriteLine(line.Data);
        };
        process.BeginErrorReadLine();
        if (!readsOutput) process.BeginOutputReadLine();
        return new ChildProcess(process);
    }

    /// <summary>This program in another role.</summary>
    public static ChildProcess StartRole(int processor, params string[] role)
    {
        var self = Environment.ProcessPath!;
        var isHosted = Path.GetFileNameWithoutExtension(self) == "dotnet";
        string[] arguments = isHosted ? [Path.Combine(AppContext.BaseDirectory, "ModernSip.Load.dll"), "role", .. role] : ["role", .. role];
        return Start(processor, self, arguments, readsOutput: true);
    }

    public Task WaitForExitAsync() => _process.WaitForExitAsync();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static IEnumerable<int> ChildrenOf(int id)
    {
        var path = $"/proc/{id}/task/{id}/children";
        return File.Exists(path) ? File.ReadAllText(path).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static child => int.Parse(child, System.Globalization.CultureInfo.InvariantCulture)) : [];
    }
}
