using System.Collections.Concurrent;
using System.Globalization;

namespace ModernSip.ScenarioTests.Simulation;

/// <summary>
/// Whole stacks against each other on a network that loses, doubles, delays, reorders and breaks, with applications that do well and badly; a seed decides all of it.
/// </summary>
/// <remarks><c>MODERNSIP_SEED=42</c> runs that seed alone and shows its wire; <c>MODERNSIP_SEEDS=100000</c> runs as many.</remarks>
public sealed class SimulationTests
{
    private const int Seeds = 2_000;

    [Fact]
    public void Seeds_All_KeepToTheProtocolAndLeaveNothing()
    {
        var failed = new ConcurrentBag<(ulong Seed, string What)>();
        SimulationThreads.Run(Count(), seed =>
        {
            var run = SeedRun.Run(seed);
            if (run.Ledger.Violations.Count > 0) failed.Add((seed, run.Describe(withWire: false)));
        });

        failed.OrderBy(static one => one.Seed).Select(static one => one.What).Should().BeEmpty();
    }

    [Theory, MemberData(nameof(Chosen))]
    public void Seed_Chosen_KeepsToTheProtocolAndLeavesNothing(ulong seed)
    {
        var run = SeedRun.Run(seed);

        run.Ledger.Violations.Should().BeEmpty(run.Describe(withWire: true));
        run.Wire.Events.Should().HaveCountGreaterThan(10);
    }

    [Fact]
    public async Task Seed_RunAgainBesideOthers_GivesTheSameWireOctetForOctet()
    {
        const int Repeated = 40;
        var alone = Enumerable.Range(1, Repeated).Select(static seed => SeedRun.Run((ulong)seed).Wire.Hash()).ToList();
        await using var load = new ProcessorLoad();
        var beside = new string[Repeated];
        SimulationThreads.Run(Repeated, seed => beside[seed - 1] = SeedRun.Run(seed).Wire.Hash());

        beside.Should().Equal(alone);
        alone.Should().OnlyHaveUniqueItems();
    }

    /// <summary>The seed of the environment, or a few that once found something.</summary>
    public static TheoryData<ulong> Chosen() => Environment.GetEnvironmentVariable("MODERNSIP_SEED") is { Length: > 0 } seed
        ? [ulong.Parse(seed, CultureInfo.InvariantCulture)]
        : [1, 2, 3];

    private static int Count() => Environment.GetEnvironmentVariable("MODERNSIP_SEEDS") is { Length: > 0 } count ? int.Parse(count, CultureInfo.InvariantCulture) : Seeds;
}
