using ModernSip.Load.Callers;
using ModernSip.Load.Measuring;
using ModernSip.Load.Servers;

namespace ModernSip.Load.Runs;

/// <summary>One server and one caller at one rate; either is the one to be measured.</summary>
internal static class Measurement
{
    public static async Task<LoadRow> OfServerAsync(IServer server, ICaller caller, LoadScenario scenario, int rate, int seconds)
    {
        var before = await server.ReadHeapAsync();
        var row = await RunAsync(server, caller, scenario, rate, seconds);
        return row with { ResidentOctets = server.Processes.Sum(ProcessTime.ResidentOctets), Before = before, After = await server.ReadHeapAsync() };
    }

    public static async Task<LoadRow> OfCallerAsync(RoleCaller caller, IServer server, LoadScenario scenario, int rate, int seconds)
    {
        var before = await caller.ReadHeapAsync();
        var row = await RunAsync(server, caller, scenario, rate, seconds);
        return row with
        {
            Subject = caller.Name,
            Counterpart = server.Name,
            Cost = row.CounterpartCost,
            CounterpartCost = row.Cost,
            ResidentOctets = ProcessTime.ResidentOctets(caller.Process!.Value), // a role lives beyond its runs
            Before = before,
            After = await caller.ReadHeapAsync(),
        };
    }

    public static ICaller CallerOf(string name, LoadScenario scenario) =>
        name == "sipp" ? new SippCaller(scenario) : new RoleCaller("wire", "wire", scenario, processor: 1);

    private static async Task<LoadRow> RunAsync(IServer server, ICaller caller, LoadScenario scenario, int rate, int seconds)
    {
        var cost = ProcessTime.Of(server.Processes);
        var callerCost = CostOf(caller);
        var outcome = await caller.RunAsync(server.Port, rate, seconds);
        var calls = Math.Max(1, outcome.Succeeded);
        return new LoadRow(server.Name, caller.Name, scenario, rate, outcome)
        {
            Cost = (ProcessTime.Of(server.Processes) - cost).TotalMicroseconds / calls,
            CounterpartCost = (CostOf(caller) - callerCost).TotalMicroseconds / calls,
            ResidentOctets = 0,
        };
    }

    private static TimeSpan CostOf(ICaller caller) => caller.Process is { } process ? ProcessTime.Of([process]) : default;
}
