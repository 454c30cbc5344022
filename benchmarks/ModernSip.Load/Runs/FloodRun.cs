using System.Globalization;
using ModernSip.Load.Measuring;
using ModernSip.Load.Servers;

namespace ModernSip.Load.Runs;

/// <summary>INVITEs from one source, faster than a server can answer; then a call, and what is left of it all in memory.</summary>
internal static class FloodRun
{
    public static async Task<int> RunAsync(LoadOptions options)
    {
        var (rate, seconds, t1) = (options.Number("--rate", 20_000), options.Seconds(5), options.Number("--t1", 500));
        await using var server = await ModernSipServer.StartAsync(t1: t1, transactions: 0); // the bounds that an application has by default
        await using var caller = new RoleProcess(1, "wire", LoadScenario.Invite.Kind);
        await caller.AskAsync<CallerOutcome>($"run {server.Port} 500 5");
        await Task.Delay(TimeSpan.FromMilliseconds(70 * t1));
        var (heap, resident) = await SettleAsync(server);

        var sent = await caller.AskAsync<int>($"flood {server.Port} {rate} {seconds}");
        var peak = ProcessTime.ResidentOctets(server.Process);
        await Task.Delay(TimeSpan.FromSeconds(1));
        var call = await caller.AskAsync<CallerOutcome>($"run {server.Port} 1 1");
        await Task.Delay(TimeSpan.FromMilliseconds(64 * 2.2 * t1)); // the 2xx without ACK, then the BYE without answer
        var (heapAfter, residentAfter) = await SettleAsync(server);

        Console.WriteLine($"{sent} INVITEs sent in {seconds} s; a call 1 s later: {(call.Succeeded == 1 ? "succeeded" : "failed")}, answered after {call.MedianLatency / 1000:0} ms.");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Resident MB: {resident / 1048576.0:0.0} before, {peak / 1048576.0:0.0} at the end of the flood, {residentAfter / 1048576.0:0.0} after the timers ({(double)residentAfter / resident:0.00}×)."));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Live heap MB: {heap / 1048576.0:0.0} before, {heapAfter / 1048576.0:0.0} after ({(double)heapAfter / heap:0.00}×)."));
        return call.Succeeded == 1 && residentAfter <= resident * 1.2 ? 0 : 1;
    }

    private static async Task<(long Heap, long Resident)> SettleAsync(ModernSipServer server)
    {
        var heap = await server.CollectAsync();
        return (heap.Live, ProcessTime.ResidentOctets(server.Process));
    }
}
