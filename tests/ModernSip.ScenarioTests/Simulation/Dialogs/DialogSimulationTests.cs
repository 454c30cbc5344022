using System.Collections.Concurrent;
using System.Globalization;

namespace ModernSip.ScenarioTests.Simulation.Dialogs;

/// <summary>
/// Sessions between whole stacks: forked, cancelled, changed from both sides at once and ended at any time, over a network that loses and reorders. Both sides agree at last,
/// no INVITE stays unfinished, no 2xx unacknowledged, and nothing is held.
/// </summary>
/// <remarks><c>MODERNSIP_SEED=42</c> runs that seed alone and shows its wire; <c>MODERNSIP_SEEDS=100000</c> runs as many.</remarks>
[Trait("Req", "D8")]
public sealed class DialogSimulationTests
{
    private const int Seeds = 2_000;

    [Fact]
    public void Seeds_All_AgreeAtLastAndLeaveNothing()
    {
        var failed = new ConcurrentBag<(ulong Seed, string What)>();
        var counts = new ConcurrentBag<(int Sessions, int StillUp, int Glares)>();
        SimulationThreads.Run(Count(), seed =>
        {
            var run = DialogRun.Run(seed);
            counts.Add(run.Counts);
            if (run.Ledger.Violations.Count > 0) failed.Add((seed, run.Describe(withWire: false)));
        });

        failed.OrderBy(static one => one.Seed).Select(static one => one.What).Should().BeEmpty();
        counts.Sum(static one => one.Sessions).Should().BeGreaterThan(2 * Count(), "most calls make sessions");
        counts.Sum(static one => one.StillUp).Should().BeGreaterThan(Count() / 10, "some are left up");
        counts.Sum(static one => one.Glares).Should().BeGreaterThan(Count() / 10, "changes often meet");
    }

    [Theory, MemberData(nameof(Chosen))]
    public void Seed_Chosen_AgreesAtLastAndLeavesNothing(ulong seed)
    {
        var run = DialogRun.Run(seed);
        run.Ledger.Violations.Should().BeEmpty(run.Describe(withWire: true));
    }

    [Fact]
    public void Seed_RunAgain_GivesTheSameWireOctetForOctet() =>
        Enumerable.Range(1, 10).Select(static seed => DialogRun.Run((ulong)seed).Wire.Hash()).Should().Equal(Enumerable.Range(1, 10).Select(static seed => DialogRun.Run((ulong)seed).Wire.Hash()));

    /// <summary>The seed of the environment, or a few.</summary>
    public static TheoryData<ulong> Chosen() => Environment.GetEnvironmentVariable("MODERNSIP_SEED") is { Length: > 0 } seed
        ? [ulong.Parse(seed, CultureInfo.InvariantCulture)]
        : [1, 2, 3];

    private static int Count() => Environment.GetEnvironmentVariable("MODERNSIP_SEEDS") is { Length: > 0 } count ? int.Parse(count, CultureInfo.InvariantCulture) : Seeds;
}
