using Xunit.Abstractions;

// Two tests at a time: they mostly wait, and two cores carry two of them without one starving the other's timers.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: TestCollectionOrderer("ModernSip.InteropTests.LongWaitsFirst", "ModernSip.InteropTests")]

namespace ModernSip.InteropTests;

/// <summary>Tests that load the machine, or measure a time on the wire: each runs alone, after the others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}

/// <summary>Tests that wait for half a minute and more begin first, so that none of them waits alone at the end.</summary>
public sealed class LongWaitsFirst : ITestCollectionOrderer
{
    private static readonly string[] Names = [nameof(Calls.SessionRefreshTests), nameof(KamailioTests), nameof(KamailioRegistrationTests)];

    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections.OrderBy(static collection => RankOf(collection.DisplayName));

    private static int RankOf(string collection) =>
        Array.FindIndex(Names, name => collection.EndsWith('.' + name, StringComparison.Ordinal)) is var rank and >= 0 ? rank : Names.Length;
}
