using System.Globalization;
using ModernSip.Load.Measuring;
using ModernSip.Load.Servers;

namespace ModernSip.Load.Runs;

/// <summary>What a server keeps alive, after a full collection, of dialogs that are up and of transactions that wait for their timer.</summary>
internal static class MemoryRun
{
    public static async Task<int> RunAsync(LoadOptions options)
    {
        var count = options.Number("--count", 10_000);
        await using (var server = await ModernSipServer.StartAsync(t1: 5_000))
        {
            await using var caller = Measurement.CallerOf("wire", LoadScenario.Options);
            await caller.RunAsync(server.Port, 100, 1);
            var before = await server.CollectAsync();
            var outcome = await caller.RunAsync(server.Port, 2_000, count / 2_000);
            Report("completed transaction", outcome.Succeeded, before, await server.CollectAsync());
        }

        await using (var server = await ModernSipServer.StartAsync(t1: 100))
        {
            await using var caller = new RoleProcess(1, "wire", LoadScenario.Invite.Kind);
            await caller.AskAsync<CallerOutcome>($"hold {server.Port} 100 100");
            await Task.Delay(TimeSpan.FromSeconds(10));
            var before = await server.CollectAsync();
            var outcome = await caller.AskAsync<CallerOutcome>($"hold {server.Port} 1000 {count}");
            await Task.Delay(TimeSpan.FromSeconds(10)); // 64*T1: the INVITEs' transactions are gone
            Report("confirmed dialog held open", outcome.Succeeded, before, await server.CollectAsync());
        }

        return 0;
    }

    private static void Report(string what, long count, HeapReading before, HeapReading after) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {(after.Live - before.Live) / (double)Math.Max(1, count):0} octets each of {count}"));
}
