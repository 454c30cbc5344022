using System.Globalization;
using Xunit.Abstractions;

namespace ModernSip.ScenarioTests.Simulation.Hostile;

/// <summary>Twisted copies of all that is on the wire, at whole stacks in the middle of their work. MODERNSIP_HOSTILE_SEEDS runs more seeds than the usual.</summary>
public sealed class HostileTrafficTests(ITestOutputHelper output)
{
    private static readonly int Seeds = Environment.GetEnvironmentVariable("MODERNSIP_HOSTILE_SEEDS") is { } seeds ? int.Parse(seeds, CultureInfo.InvariantCulture) : 20;

    [Fact]
    public void TwistedTrafficInTheMiddleOfEverything_EndsNoStackAndLeavesNothing()
    {
        var runs = new HostileRun[Seeds];
        SimulationThreads.Run(Seeds, seed => runs[seed - 1] = HostileRun.Run(seed));

        foreach (var violation in runs.SelectMany(static run => run.Violations)) output.WriteLine(violation);
        runs.Sum(static run => run.Violations.Count).Should().Be(0, "what is written above is none of the errors that a peer may cause");
        runs.SelectMany(static (run, index) => run.HeldAtTheEnd.Select(held => $"seed {index + 1}: {held}")).Should().BeEmpty();
        var endings = runs.SelectMany(static run => run.Endings).GroupBy(static ending => ending.Key).ToDictionary(static group => group.Key, static group => group.Sum(static ending => ending.Value));
        endings.Keys.Should().Contain(Enumerable.Range(1, 5).Select(static what => $"{what} went well"), "the storm does not stop everything");
        endings.Keys.Should().Contain(static ending => ending.Contains("Exception", StringComparison.Ordinal), "nor does everything pass it by");
    }
}
