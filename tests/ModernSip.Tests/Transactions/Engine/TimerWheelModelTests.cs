using FsCheck;
using FsCheck.Fluent;
using ModernSip.Transactions.Engine;

namespace ModernSip.Tests.Transactions.Engine;

/// <summary>Random use of the wheel, also from callbacks, compared step by step with <see cref="TimerReference"/>.</summary>
public sealed class TimerWheelModelTests
{
    private const int Nodes = 8;

    public enum Kind { Schedule, Cancel, Advance }

    /// <summary>One use of the wheel; <c>Delta</c> counts from the clock's present tick.</summary>
    public sealed record Operation(Kind Kind, int Node, long Delta);

    /// <summary>What is done from outside, and what the nodes do, one after the other, when they fire.</summary>
    public sealed record Scenario(long Start, Operation[] Outside, Operation[] InCallbacks);

    [Fact]
    public void AnyUse_BesideASortedList_BehavesAlike() =>
        Prop.ForAll(Scenarios().ToArbitrary(), scenario => Run(scenario))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    private static Gen<Scenario> Scenarios()
    {
        // Every level of the wheel and what lies beyond it, the edges of the slots, and ticks that have passed.
        var delta =
            from bits in Gen.Choose(0, 40)
            from factor in Gen.Choose(1, 130)
            from offset in Gen.Choose(-2, 2)
            select (factor << Math.Min(bits, 3)) * (1L << Math.Max(bits - 3, 0)) + offset;
        var near = Gen.Choose(-5, 200).Select(value => (long)value);
        var anyDelta = Gen.OneOf(delta, near, near);
        Gen<Operation> Operations(params Kind[] kinds) =>
            from kind in Gen.Elements(kinds)
            from node in Gen.Choose(0, Nodes - 1)
            from ticks in anyDelta
            select new Operation(kind, node, ticks);

        return
            from start in Gen.OneOf(Gen.Constant(0L), delta)
            from outside in Operations(Kind.Schedule, Kind.Schedule, Kind.Schedule, Kind.Cancel, Kind.Advance, Kind.Advance).ArrayOf()
            from inCallbacks in Operations(Kind.Schedule, Kind.Schedule, Kind.Cancel).ArrayOf()
            select new Scenario(start, outside, inCallbacks);
    }

    private static void Run(Scenario scenario)
    {
        var now = scenario.Start;
        var wheel = new TimerWheel(scenario.Start);
        var fired = new List<(int Node, long Tick)>();
        var wheelScript = new Queue<Operation>(scenario.InCallbacks);
        var nodes = new ScriptedNode[Nodes];
        for (var i = 0; i < Nodes; i++) nodes[i] = new ScriptedNode(i, OnWheelTimer);

        var referenceScript = new Queue<Operation>(scenario.InCallbacks);
        var reference = new TimerReference(scenario.Start, (_, it) =>
        {
            if (!referenceScript.TryDequeue(out var next)) return;
            if (next.Kind == Kind.Schedule) it.Schedule(next.Node, it.Fired[^1].Tick + next.Delta);
            else it.Cancel(next.Node);
        });

        foreach (var operation in scenario.Outside)
        {
            switch (operation.Kind)
            {
                case Kind.Schedule:
                    wheel.Schedule(nodes[operation.Node], now + operation.Delta);
                    reference.Schedule(operation.Node, now + operation.Delta);
                    break;
                case Kind.Cancel:
                    wheel.Cancel(nodes[operation.Node]);
                    reference.Cancel(operation.Node);
                    break;
                default:
                    now += Math.Max(operation.Delta, 0);
                    wheel.Advance(now).Should().Be(reference.Advance(now));
                    break;
            }

            ShouldAgree();
        }

        // Step from due tick to due tick until nothing waits; a step that fires nothing moves nodes down, so it is not endless.
        for (var steps = 0; wheel.NextDue is { } next; steps++)
        {
            steps.Should().BeLessThan(10_000);
            wheel.Advance(next).Should().Be(reference.Advance(next));
            ShouldAgree();
        }

        void OnWheelTimer(int node)
        {
            fired.Add((node, nodes[node].DueTick));
            if (!wheelScript.TryDequeue(out var next)) return;
            if (next.Kind == Kind.Schedule) wheel.Schedule(nodes[next.Node], fired[^1].Tick + next.Delta);
            else wheel.Cancel(nodes[next.Node]);
        }

        void ShouldAgree()
        {
            fired.Should().Equal(reference.Fired);
            wheel.Count.Should().Be(reference.Count);
            nodes.Select(node => node.IsScheduled).Should().Equal(Enumerable.Range(0, Nodes).Select(reference.IsScheduled));
            wheel.NextDue.HasValue.Should().Be(reference.NextDue.HasValue);
            if (reference.NextDue is { } earliest) wheel.NextDue.Should().BeLessThanOrEqualTo(earliest);
        }
    }

    private sealed class ScriptedNode(int number, Action<int> onTimer) : TimerNode
    {
        protected internal override void OnTimer() => onTimer(number);
    }
}
