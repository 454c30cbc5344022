using ModernSip.Transactions.Engine;

namespace ModernSip.Tests.Transactions.Engine;

/// <summary>What the wheel costs, counted and not measured by a clock.</summary>
public sealed class TimerWheelCostTests
{
    private const int Pending = 100_000;

    [Fact]
    public void Advance_ManyPendingFewDue_VisitsOnlyTheDue()
    {
        var wheel = new TimerWheel(0);
        for (var i = 0; i < Pending; i++) wheel.Schedule(new SilentNode(), 100_000_000 + i);
        for (var i = 1; i <= 10; i++) wheel.Schedule(new SilentNode(), i * 1_000);

        for (var now = 1; now <= 10_000; now++) wheel.Advance(now);

        wheel.Count.Should().Be(Pending);
        wheel.NodeVisits.Should().BeInRange(10, 10 * 3, "10 s is on the third level: down twice and fired");
    }

    [Fact]
    public void Advance_UntilAllHaveFired_VisitsEachAtMostOnceALevel()
    {
        var wheel = new TimerWheel(0);
        var random = new Random(1);
        for (var i = 0; i < Pending; i++) wheel.Schedule(new SilentNode(), random.NextInt64(1, 1L << 36));

        var fired = 0;
        while (wheel.NextDue is { } next) fired += wheel.Advance(next);

        fired.Should().Be(Pending);
        wheel.NodeVisits.Should().BeLessThanOrEqualTo(Pending * 6L);
    }

    [Fact]
    public void Advance_JumpOverEmptyTime_VisitsNothing()
    {
        var wheel = new TimerWheel(0);
        for (var i = 0; i < Pending; i++) wheel.Schedule(new SilentNode(), (1L << 32) + i);

        wheel.Advance((1L << 32) - 1).Should().Be(0);

        wheel.NodeVisits.Should().Be(0);
    }

    [Fact]
    public void ScheduleCancelAdvance_WarmedUp_AllocateNothing()
    {
        var wheel = new TimerWheel(0);
        var nodes = Enumerable.Range(0, 1_000).Select(_ => new SilentNode()).ToArray();
        Round(0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 1; round <= 100; round++) Round(round * 100_000L);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        allocated.Should().Be(0);
        wheel.Count.Should().Be(0);

        void Round(long now)
        {
            for (var i = 0; i < nodes.Length; i++) wheel.Schedule(nodes[i], now + (i * 97L));
            for (var i = 0; i < nodes.Length; i += 2) wheel.Cancel(nodes[i]);
            wheel.Advance(now + 100_000);
        }
    }

    private sealed class SilentNode : TimerNode
    {
        protected internal override void OnTimer()
        {
        }
    }
}
