using Microsoft.Extensions.DependencyInjection;
using ModernSip.ScenarioTests;
using ModernSip.Stack;

namespace ModernSip.Tests.Sessions;

/// <summary>Looks into the stacks of a simulated world.</summary>
internal static class StackInspection
{
    /// <summary>Once every timer of the protocol has had its time, no stack holds anything any more.</summary>
    public static async Task ShouldBecomeEmptyAsync(this World world, double seconds = 100)
    {
        await world.Pass(seconds);
        foreach (var stack in world.Stacks)
        {
            var engine = stack.GetRequiredService<SharedStack>().Engine!; // the connections are still open
            engine.Shards.Sum(shard => shard.Clients.Count).Should().Be(0, "no client transaction is left");
            engine.Shards.Sum(shard => shard.Servers.Count).Should().Be(0, "no server transaction is left");
            engine.Shards.Sum(shard => shard.Clients.FlowCount + shard.Servers.FlowCount).Should().Be(0, "no connection is remembered for transactions that are gone");
            engine.Shards.Sum(shard => ((ShardCore)shard.Core).DialogCount).Should().Be(0, "no dialog is left");
            engine.Shards.Sum(shard => shard.PendingTimers).Should().Be(0, "no timer is left");
        }
    }
}
