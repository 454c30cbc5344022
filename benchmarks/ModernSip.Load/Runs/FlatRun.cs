using ModernSip.Load.Measuring;
using ModernSip.Load.Servers;

namespace ModernSip.Load.Runs;

/// <summary>One long run: what a call costs at its end against its beginning. A cost that grows with what is live shows here.</summary>
internal static class FlatRun
{
    private const int Window = 5;

    public static async Task<int> RunAsync(LoadOptions options)
    {
        var (rate, seconds) = (options.Rates is [1000] ? 2_000 : options.Rates[0], options.Seconds(60));
        await using var server = await ModernSipServer.StartAsync();
        await using var caller = Measurement.CallerOf(options.Caller("wire"), options.Scenario);
        await WarmUp.OfServerAsync(server, caller, rate);
        var running = caller.RunAsync(server.Port, rate, seconds);
        var costs = new List<double>();
        using var clock = new PeriodicTimer(TimeSpan.FromSeconds(Window));
        for (var last = ProcessTime.Of(server.Processes); costs.Count < seconds / Window;)
        {
            await clock.WaitForNextTickAsync();
            var now = ProcessTime.Of(server.Processes);
            costs.Add((now - last).TotalMicroseconds / (rate * Window));
            last = now;
        }

        var outcome = await running;
        Console.WriteLine($"{options.Scenario.Name} at {rate}/s for {seconds} s: {outcome.Succeeded} succeeded, {outcome.Failed} failed, {outcome.Retransmissions} retransmitted.");
        Console.WriteLine($"CPU µs per call in windows of {Window} s: {string.Join(' ', costs.Select(static cost => cost.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)))}");
        Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Last against first: {costs[^1] / costs[0]:0.00}"));
        return outcome.Failed == 0 ? 0 : 1;
    }
}
