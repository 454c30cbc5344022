using ModernSip.Load.Measuring;
using ModernSip.Load.Report;

namespace ModernSip.Load.Runs;

/// <summary>The highest rate that a server holds: one rung after the other until one in a thousand calls fails or is sent again.</summary>
internal static class LadderRun
{
    public static async Task<int> RunAsync(LoadOptions options)
    {
        var rows = new List<LoadRow>();
        var highest = new List<string>();
        var isInvite = options.Scenario.Kind == LoadScenario.Invite.Kind;
        var (from, step, to) = (options.Number("--from", isInvite ? 4_000 : 8_000), options.Number("--step", isInvite ? 2_000 : 4_000), options.Number("--to", isInvite ? 16_000 : 32_000));
        foreach (var name in (string[])["ModernSip", .. options.Peers("none")])
        {
            var held = 0;
            for (var rate = from; rate <= to; rate += step)
            {
                // A server of its own for each rung: what the last one left behind would weigh on this one.
                var row = await RungAsync(options, name, rate);
                if (row is null) break;
                rows.Add(row);
                Console.Error.WriteLine($"{name} {rate}/s: {(row.Outcome.IsHeld(rate) ? "held" : "not held")}");
                if (!row.Outcome.IsHeld(rate)) break;
                held = rate;
            }

            highest.Add($"{name}: {held}/s{(held + step > to ? ", the top of the ladder" : "")}");
        }

        LoadTable.Print(rows);
        Console.WriteLine($"Highest rate held for {options.Seconds(20)} s: {string.Join("; ", highest)}. The caller's own limit counts as the server's: see its CPU.");
        if (options.Plot is { } path) SvgPlot.Write(path, rows);
        return 0;
    }

    private static async Task<LoadRow?> RungAsync(LoadOptions options, string name, int rate)
    {
        var server = name == "ModernSip" ? await Servers.ModernSipServer.StartAsync() : await Servers.PeerServer.StartAsync(name, options.Scenario);
        if (server is null) return null;
        await using (server)
        {
            await using var caller = Measurement.CallerOf(options.Caller("wire"), options.Scenario);
            await WarmUp.OfServerAsync(server, caller, Math.Min(rate, 2_000));
            return await Measurement.OfServerAsync(server, caller, options.Scenario, rate, options.Seconds(20));
        }
    }
}
