using ModernSip.Load.Callers;
using ModernSip.Load.Measuring;
using ModernSip.Load.Report;
using ModernSip.Load.Servers;

namespace ModernSip.Load.Runs;

/// <summary>Given rates. All subjects are there from the start and take turns, round by round: a machine that is slower for a while is so for all.</summary>
internal static class RateRun
{
    private const int WarmUpRate = 2_000;

    public static async Task<int> OfServersAsync(LoadOptions options)
    {
        await using var turns = new Turns(options);
        turns.AddServer(await ModernSipServer.StartAsync());
        foreach (var name in options.Peers("sipp"))
        {
            if (await PeerServer.StartAsync(name, options.Scenario) is { } peer) turns.AddServer(peer);
        }

        return Print(await turns.RunAsync(), options);
    }

    /// <summary>ModernSip calls, on processor 0; SIPp or ModernSip answers on processor 1. Beside it ModernSip as a server, since the two are compared.</summary>
    public static async Task<int> OfCallersAsync(LoadOptions options)
    {
        await using var turns = new Turns(options);
        foreach (var name in options.Peers("sipp"))
        {
            var server = name == "self" ? await ModernSipServer.StartAsync(processor: 1) : await PeerServer.StartAsync(name, options.Scenario, processor: 1);
            if (server is not null) turns.AddCaller(new RoleCaller("call", "ModernSip (caller)", options.Scenario, processor: 0), server);
        }

        turns.AddServer(await ModernSipServer.StartAsync());
        return Print(await turns.RunAsync(), options);
    }

    private static int Print(IReadOnlyList<LoadRow> rows, LoadOptions options)
    {
        LoadTable.Print(rows);
        if (options.Plot is { } path) SvgPlot.Write(path, rows);
        return rows.All(static row => row.Outcome.Failed == 0) ? 0 : 1;
    }

    private sealed class Turns(LoadOptions options) : IAsyncDisposable
    {
        private readonly ICaller _caller = Measurement.CallerOf(options.Caller("sipp"), options.Scenario);
        private readonly List<Func<int, int, Task<LoadRow>>> _subjects = [];
        private readonly List<Func<Task>> _warmUps = [];
        private readonly List<IAsyncDisposable> _owned = [];

        public void AddServer(IServer server)
        {
            _owned.Add(server);
            _subjects.Add((rate, seconds) => Measurement.OfServerAsync(server, _caller, options.Scenario, rate, seconds));
            _warmUps.Add(() => WarmUp.OfServerAsync(server, _caller, WarmUpRate));
        }

        public void AddCaller(RoleCaller caller, IServer server)
        {
            _owned.AddRange([caller, server]);
            _subjects.Add((rate, seconds) => Measurement.OfCallerAsync(caller, server, options.Scenario, rate, seconds));
            _warmUps.Add(() => WarmUp.OfCallerAsync(caller, server, WarmUpRate));
        }

        public async Task<IReadOnlyList<LoadRow>> RunAsync()
        {
            var rows = new List<LoadRow>();
            foreach (var warmUp in _warmUps) await warmUp();
            foreach (var rate in options.Rates)
            {
                var rounds = _subjects.ConvertAll(static _ => new List<LoadRow>());
                for (var round = 0; round < options.Number("--rounds", 3); round++)
                {
                    for (var index = 0; index < _subjects.Count; index++) rounds[index].Add(await _subjects[index](rate, options.Seconds(5)));
                }

                rows.AddRange(rounds.ConvertAll(LoadRow.Of));
            }

            return rows;
        }

        public async ValueTask DisposeAsync()
        {
            await _caller.DisposeAsync();
            foreach (var one in _owned) await one.DisposeAsync();
        }
    }
}
