using System.Diagnostics;
using System.Text;

namespace ModernSip.ApiTests;

/// <summary>The library works compiled ahead of time: a small program is published so, without a warning, and run.</summary>
public sealed class AotTests
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private static readonly TimeSpan PublishLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task PublishedAheadOfTime_SmallProgram_SendsOptionsOverLoopback()
    {
        var output = Directory.CreateTempSubdirectory("modernsip-aot-");
        try
        {
            var project = Path.Combine(Repository.TestFolder, "AotApp", "AotApp.csproj");
            var publish = await RunAsync("dotnet", ["publish", project, "--configuration", Configuration, "--output", output.FullName, "--verbosity", "quiet", "-nodeReuse:false"], PublishLimit);
            publish.ExitCode.Should().Be(0, "publishing said:\n{0}", publish.Output);

            var run = await RunAsync(Path.Combine(output.FullName, OperatingSystem.IsWindows() ? "AotApp.exe" : "AotApp"), [], RunLimit);

            run.ExitCode.Should().Be(0, "the program said:\n{0}", run.Output);
            run.Output.Should().Contain("200");
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit)
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
