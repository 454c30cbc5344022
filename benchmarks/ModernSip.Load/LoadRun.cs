using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;

namespace ModernSip.Load;

/// <summary>Runs one server under one generator, the server on core 0 and the generator on core 1.</summary>
internal static class LoadRun
{
    private const int WarmUpSeconds = 5;

    public static async Task<LoadResult> ModernSipAsync(LoadScenario scenario, int rate, int seconds)
    {
        using var self = Process.GetCurrentProcess();
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()) self.ProcessorAffinity = 1;
        var services = new ServiceCollection();
        services.AddSipClient(options => options.LocalAddress = "127.0.0.1:0");
        await using var provider = services.BuildServiceProvider();
        await using var connection = await provider.GetRequiredService<ISipClient>().ConnectAsync();
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(connection, stop.Token);
        var target = $"127.0.0.1:{connection.LocalEndPoints[0].Port}";
        await GenerateAsync(scenario, target, rate, WarmUpSeconds);

        self.Refresh();
        var (cpu, allocated) = (self.TotalProcessorTime, GC.GetTotalAllocatedBytes());
        var outcome = await GenerateAsync(scenario, target, rate, seconds);
        self.Refresh();
        var result = new LoadResult(
            "ModernSip",
            scenario.Name,
            rate,
            outcome.Succeeded,
            outcome.Failed,
            outcome.Retransmissions,
            (self.TotalProcessorTime - cpu).TotalMicroseconds / Math.Max(1, outcome.Succeeded),
            (GC.GetTotalAllocatedBytes() - allocated) / (double)Math.Max(1, outcome.Succeeded),
            self.WorkingSet64);
        await stop.CancelAsync();
        await serving;
        return result;
    }

    public static async Task<LoadResult> SippAsync(LoadScenario scenario, int rate, int seconds)
    {
        var port = 20_000 + (Environment.ProcessId % 20_000);
        using var server = Start($"taskset -c 0 sipp {scenario.ServerArguments} -i 127.0.0.1 -p {port} -nostdin");
        var target = $"127.0.0.1:{port}";
        await GenerateAsync(scenario, target, rate, WarmUpSeconds);
        var cpu = CpuOf(server);
        var outcome = await GenerateAsync(scenario, target, rate, seconds);
        var used = CpuOf(server) - cpu;
        var memory = server.WorkingSet64;
        server.Kill(entireProcessTree: true);
        await server.WaitForExitAsync();
        return new LoadResult("sipp", scenario.Name, rate, outcome.Succeeded, outcome.Failed, outcome.Retransmissions, used.TotalMicroseconds / Math.Max(1, outcome.Succeeded), 0, memory);
    }

    private static async Task ServeAsync(SipConnection connection, CancellationToken stopping)
    {
        var calls = new List<Task>();
        try
        {
            await foreach (var incoming in connection.IncomingAsync(stopping))
            {
                if (incoming is SipIncomingInvite invite) calls.Add(AnswerAsync(invite));
                else calls.Add(incoming.RespondAsync(SipStatus.Ok, null, CancellationToken.None));
                if (calls.Count > 10_000) calls.RemoveAll(static call => call.IsCompletedSuccessfully);
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(calls);
        }
    }

    private static async Task AnswerAsync(SipIncomingInvite invite)
    {
        await invite.RespondAsync(SipStatus.Ringing);
        await invite.AcceptAsync(invite.Request.Content); // the peer hangs up
    }

    private static async Task<(long Succeeded, long Failed, long Retransmissions)> GenerateAsync(LoadScenario scenario, string target, int rate, int seconds)
    {
        var folder = Directory.CreateTempSubdirectory("modernsip-load");
        var statistics = Path.Combine(folder.FullName, "stat.csv");
        var calls = (rate * seconds).ToString(CultureInfo.InvariantCulture);
        using var sipp = Start($"taskset -c 1 sipp {scenario.GeneratorArguments} {target} -i 127.0.0.1 -m {calls} -r {rate} -l 100000 -nostdin -trace_stat -stf {statistics} -fd 1");
        await sipp.WaitForExitAsync();
        var lines = await File.ReadAllLinesAsync(statistics);
        var names = lines[0].Split(';');
        var values = lines[^1].Split(';');
        folder.Delete(recursive: true);
        return (Value("SuccessfulCall(C)"), Value("FailedCall(C)"), Value("Retransmissions(C)"));

        long Value(string name) => long.Parse(values[Array.IndexOf(names, name)], CultureInfo.InvariantCulture);
    }

    private static TimeSpan CpuOf(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    private static Process Start(string command)
    {
        var words = command.Split(' ');
        var start = new ProcessStartInfo(words[0]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var word in words[1..]) start.ArgumentList.Add(word);
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
