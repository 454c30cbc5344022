using ModernSip.Transactions.Engine;

namespace ModernSip.Tests.Transactions.Engine;

public sealed class TimerWheelTests
{
    private readonly List<(string Name, long Tick)> _fired = [];

    [Theory]
    [InlineData(0L, 1L)]
    [InlineData(0L, 63L)]
    [InlineData(0L, 64L)]
    [InlineData(63L, 64L)]
    [InlineData(0L, 4_095L)]
    [InlineData(0L, 4_096L)]
    [InlineData(1_000_000_007L, 1_000_032_007L)]
    [InlineData(0L, (1L << 36) - 1)]
    [InlineData(0L, 1L << 36)]
    [InlineData((1L << 36) - 1, 1L << 36)]
    [InlineData(5L, 1L << 45)]
    [InlineData(-100L, 3L)]
    public void Advance_OneTickBeforeAndAtTheDueTick_FiresAtItOnly(long start, long due)
    {
        var wheel = new TimerWheel(start);
        var node = Node("a");
        wheel.Schedule(node, due);

        wheel.Advance(due - 1).Should().Be(0);
        node.IsScheduled.Should().BeTrue();
        wheel.NextDue.Should().Be(due);

        wheel.Advance(due).Should().Be(1);
        node.IsScheduled.Should().BeFalse();
        wheel.Count.Should().Be(0);
        wheel.NextDue.Should().BeNull();
        _fired.Should().Equal(("a", due));
    }

    [Fact]
    public void Advance_FarBeyondManyNodes_FiresInOrderOfTickThenOfScheduling()
    {
        var wheel = new TimerWheel(0);
        long[] ticks = [5_000, 70, 1L << 37, 70, 3, 5_000, 300_000, 3, 1L << 37];
        for (var i = 0; i < ticks.Length; i++) wheel.Schedule(Node($"{i}"), ticks[i]);

        wheel.Advance(1L << 40).Should().Be(ticks.Length);

        _fired.Should().Equal(
            ("4", 3), ("7", 3), ("1", 70), ("3", 70), ("0", 5_000), ("5", 5_000), ("6", 300_000), ("2", 1L << 37), ("8", 1L << 37));
    }

    [Fact]
    public void Advance_SameTickScheduledFromAfarAndFromNear_KeepsTheOrderOfScheduling()
    {
        const long Due = 1L << 38;
        var wheel = new TimerWheel(0);
        wheel.Schedule(Node("from beyond the wheel"), Due);
        wheel.Advance(Due - (1L << 34));
        wheel.Schedule(Node("from the top level"), Due);
        wheel.Advance(Due - 1_000);
        wheel.Schedule(Node("from near"), Due);

        wheel.Advance(Due);

        _fired.Select(entry => entry.Name).Should().Equal("from beyond the wheel", "from the top level", "from near");
    }

    [Fact]
    public void Schedule_BeyondTheWheelWhileALaterScheduledNodeOfThatTickIsPlaced_KeepsTheOrderOfScheduling()
    {
        // The first node waits in slot 63 of the top level until the wheel gets there; the second goes straight to its own slot.
        const long Due = 100L << 30;
        var wheel = new TimerWheel(0);
        wheel.Schedule(Node("first"), Due);
        wheel.Advance(50L << 30);
        wheel.Schedule(Node("second"), Due);

        wheel.Advance(Due);

        _fired.Select(entry => entry.Name).Should().Equal("first", "second");
    }

    [Fact]
    public void NextDue_NodeBeyondTheWheelBehindANearerOne_IsNeverLate()
    {
        var wheel = new TimerWheel(0);
        wheel.Schedule(Node("far"), 1L << 40);
        wheel.Advance(10L << 30);
        wheel.Schedule(Node("near"), 64L << 30);

        wheel.NextDue.Should().BeLessThanOrEqualTo(64L << 30);
        wheel.Advance(64L << 30).Should().Be(1);
    }

    [Fact]
    public void Schedule_TickHasPassed_FiresInTheNextAdvanceEvenAtTheSameTick()
    {
        var wheel = new TimerWheel(1_000);
        var node = Node("late");
        wheel.Schedule(node, 10);

        wheel.NextDue.Should().Be(1_000);
        wheel.Advance(1_000).Should().Be(1);
        wheel.Schedule(node, 1_000);
        wheel.Advance(1_000).Should().Be(1);
    }

    [Fact]
    public void Schedule_AgainWhileWaiting_FiresOnceAtTheNewTickBehindItsFellows()
    {
        var wheel = new TimerWheel(0);
        var moved = Node("moved");
        wheel.Schedule(moved, 10);
        wheel.Schedule(Node("fellow"), 500);
        wheel.Schedule(moved, 500);
        wheel.Count.Should().Be(2);

        wheel.Advance(499).Should().Be(0);
        wheel.Advance(10_000).Should().Be(2);

        _fired.Should().Equal(("fellow", 500), ("moved", 500));
    }

    [Fact]
    public void Schedule_FromCallbackForALaterTickOfTheSameJump_FiresInItsPlace()
    {
        var wheel = new TimerWheel(0);
        var first = Node("first");
        first.Then = () => wheel.Schedule(Node("between"), 20);
        wheel.Schedule(first, 10);
        wheel.Schedule(Node("last"), 50);

        wheel.Advance(1_000).Should().Be(3);

        _fired.Should().Equal(("first", 10), ("between", 20), ("last", 50));
    }

    [Fact]
    public void Schedule_AnotherNodeFromCallbackForAPassedTick_FiresInTheSameTickLast()
    {
        var wheel = new TimerWheel(0);
        var first = Node("first");
        first.Then = () => wheel.Schedule(Node("added"), 3);
        wheel.Schedule(first, 10);
        wheel.Schedule(Node("second"), 10);

        wheel.Advance(10).Should().Be(3);

        _fired.Should().Equal(("first", 10), ("second", 10), ("added", 10));
    }

    [Fact]
    public void Schedule_ItselfFromCallbackForThePresent_FiresOnceATick()
    {
        var wheel = new TimerWheel(0);
        var node = Node("again");
        node.Then = () => wheel.Schedule(node, 0);
        wheel.Schedule(node, 1);

        wheel.Advance(4).Should().Be(4);

        _fired.Select(entry => entry.Tick).Should().Equal(1, 2, 3, 4);
        wheel.NextDue.Should().Be(5);
    }

    [Fact]
    public void Schedule_TwoNodesEachSchedulingTheOtherForThePresent_FireOnceATickEach()
    {
        var wheel = new TimerWheel(0);
        RecordingNode ping = Node("ping"), pong = Node("pong");
        ping.Then = () => wheel.Schedule(pong, 0);
        pong.Then = () => wheel.Schedule(ping, 0);
        wheel.Schedule(ping, 1);

        wheel.Advance(2).Should().Be(4);

        _fired.Should().Equal(("ping", 1), ("pong", 1), ("ping", 2), ("pong", 2));
    }

    [Fact]
    public void Cancel_BeforeTheTick_NeverFires()
    {
        var wheel = new TimerWheel(0);
        var node = Node("gone");
        wheel.Schedule(node, 5_000);
        wheel.Cancel(node);
        wheel.Cancel(node);

        node.IsScheduled.Should().BeFalse();
        wheel.Count.Should().Be(0);
        wheel.NextDue.Should().BeNull();
        wheel.Advance(10_000).Should().Be(0);
        _fired.Should().BeEmpty();
    }

    [Theory]
    [InlineData(10L)]
    [InlineData(40L)]
    [InlineData(70_000L)]
    public void Cancel_FromCallbackOfAnEarlierNode_PreventsTheLater(long laterTick)
    {
        var wheel = new TimerWheel(0);
        RecordingNode first = Node("first"), cancelled = Node("cancelled");
        first.Then = () => wheel.Cancel(cancelled);
        wheel.Schedule(first, 10);
        wheel.Schedule(cancelled, laterTick);
        wheel.Schedule(Node("last"), laterTick);

        wheel.Advance(100_000).Should().Be(2);

        _fired.Should().Equal(("first", 10), ("last", laterTick));
    }

    [Fact]
    public void Cancel_ItselfFromCallback_DoesNothing()
    {
        var wheel = new TimerWheel(0);
        var node = Node("self");
        node.Then = () => wheel.Cancel(node);
        wheel.Schedule(node, 1);

        wheel.Advance(1).Should().Be(1);
        wheel.Count.Should().Be(0);
    }

    [Fact]
    public void NextDue_EarliestOfASlotCancelled_IsNotLateAndTheCallBringsTheTruth()
    {
        var wheel = new TimerWheel(0);
        var early = Node("early");
        wheel.Schedule(early, 5_000);
        wheel.Schedule(Node("stays"), 5_050);
        wheel.Cancel(early);

        wheel.NextDue.Should().Be(5_000);
        wheel.Advance(5_000).Should().Be(0);
        wheel.NextDue.Should().Be(5_050);
    }

    [Fact]
    public void Advance_ClockBehindTheWheel_FiresNothingAndLosesNothing()
    {
        var wheel = new TimerWheel(1_000);
        wheel.Schedule(Node("a"), 1_000);

        wheel.Advance(500).Should().Be(0);
        wheel.Advance(1_000).Should().Be(1);
    }

    [Fact]
    public void Advance_CallbackThrows_PassesTheExceptionAndGoesOnInTheNextCall()
    {
        var wheel = new TimerWheel(0);
        var bad = Node("bad");
        bad.Then = () => throw new InvalidTimeZoneException();
        wheel.Schedule(bad, 10);
        wheel.Schedule(Node("same tick"), 10);
        wheel.Schedule(Node("later"), 20);

        wheel.Invoking(it => it.Advance(100)).Should().Throw<InvalidTimeZoneException>();
        wheel.Advance(100).Should().Be(2);

        _fired.Should().Equal(("bad", 10), ("same tick", 10), ("later", 20));
    }

    [Fact]
    public void Advance_FromCallback_IsRefused()
    {
        var wheel = new TimerWheel(0);
        var node = Node("nested");
        node.Then = () => wheel.Advance(5);
        wheel.Schedule(node, 1);

        wheel.Invoking(it => it.Advance(1)).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void ScheduleAndCancel_NodeWaitingOnAnotherWheel_AreRefused()
    {
        TimerWheel owner = new(0), other = new(0);
        var node = Node("a");
        owner.Schedule(node, 7);

        other.Invoking(it => it.Schedule(node, 3)).Should().Throw<InvalidOperationException>();
        other.Invoking(it => it.Cancel(node)).Should().Throw<InvalidOperationException>();
        owner.Advance(7).Should().Be(1);
    }

    private RecordingNode Node(string name) => new(name, _fired);
}
