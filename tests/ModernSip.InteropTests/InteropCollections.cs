// Two tests at a time: they mostly wait, and two cores carry two of them without one starving the other's timers.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace ModernSip.InteropTests;

/// <summary>Tests that load the machine, or measure a time on the wire: each runs alone, after the others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
