using System.Net;
using System.Text.RegularExpressions;

namespace ModernSip.ScenarioTests.Simulation.Wire.Planted;

/// <summary>The checker of the simulations is only worth something if each of its rules can fail: every one is broken here once, and alone.</summary>
public sealed partial class WireCheckerTests
{
    private static readonly Dictionary<string, (string Expected, Action<Trace> Plant)> Faults = new(PlantedClientFaults.All.Concat(PlantedServerFaults.All));

    public static TheoryData<string> CleanNames() => [.. CleanTraces.All.Keys];

    public static TheoryData<string> FaultNames() => [.. Faults.Keys];

    [Theory, MemberData(nameof(CleanNames))]
    public void Check_CleanTrace_FindsNothing(string name) => Check(CleanTraces.All[name]).Should().BeEmpty();

    [Theory, MemberData(nameof(FaultNames))]
    public void Check_PlantedFault_IsFoundAndNothingElse(string name) =>
        Check(Faults[name].Plant).Should().ContainSingle().Which.Should().Match($"*\n    {Faults[name].Expected}");

    [Fact]
    public void Check_EveryRuleOfTheChecker_IsBrokenByAPlantedFault()
    {
        var rules = Directory.GetFiles(CheckerFolder(), "*.cs").SelectMany(static file => RulePattern().Matches(File.ReadAllText(file))).Select(static match => match.Groups[1].Value).Distinct().ToList();
        var found = Faults.Values.SelectMany(static fault => Check(fault.Plant)).ToList();

        rules.Should().HaveCountGreaterThan(40);
        rules.Where(rule => !found.Exists(violation => AsPattern(rule).IsMatch(violation))).Should().BeEmpty();
    }

    /// <summary>Found from where the tests run: what the compiler knows of paths is not true in a build that can be repeated anywhere.</summary>
    private static string CheckerFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ModernSip.ScenarioTests.csproj"))) folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("The tests run outside of their source tree."), "Simulation", "Wire");
    }

    private static IReadOnlyList<string> Check(Action<Trace> write)
    {
        var trace = new Trace();
        write(trace);
        return WireChecker.Check(trace.Events, new NothingClosed());
    }

    /// <summary>What is computed in a rule's sentence may be anything.</summary>
    private static Regex AsPattern(string rule) => new(string.Join(".*", HolePattern().Split(rule).Select(Regex.Escape)) + "$", RegexOptions.Singleline);

    [GeneratedRegex("""(?:[rR]eport\([^"=]*|Require\(.*, )\$?"([^"]+)"\);""")]
    private static partial Regex RulePattern();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex HolePattern();

    private sealed class NothingClosed : IWireHistory
    {
        public bool ConnectionsBroke => false;

        public bool WasClosed(IPAddress address, TimeSpan at) => false;

        public int LifeOf(IPAddress address, TimeSpan at) => 0;
    }
}
