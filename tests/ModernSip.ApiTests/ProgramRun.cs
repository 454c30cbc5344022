using System.Diagnostics;
using System.Text;

namespace ModernSip.ApiTests;

/// <summary>Runs a program to its end.</summary>
internal static class ProgramRun
{
    /// <exception cref="TimeoutException">The program did not end in time, and was killed; the message holds what it had written.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        using var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var timeout = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException exception)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            lock (output) throw new TimeoutException($"{program} did not end within {limit}:\n{output}", exception);
        }

        lock (output) return (process.ExitCode, output.ToString());

        void Append(string? line)
        {
            lock (output) output.AppendLine(line);
        }
    }
}
