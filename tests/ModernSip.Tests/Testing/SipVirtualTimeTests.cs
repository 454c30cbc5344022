using ModernSip.Testing;

namespace ModernSip.Tests.Testing;

public sealed class SipVirtualTimeTests
{
    private readonly SipVirtualTime _time = new();
    private readonly List<string> _seen = [];

    [Fact]
    public void New_NoStart_ShowsFixedDateInUtc()
    {
        _time.GetUtcNow().Should().Be(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _time.GetLocalNow().Offset.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Advance_TimersDueOnTheWay_FireInOrderEachAtItsOwnTime()
    {
        Once("late", 30);
        Once("early", 10);
        Once("with early, made later", 10);

        _time.Advance(Ms(50));

        _seen.Should().Equal("early@10", "with early, made later@10", "late@30");
        _time.Elapsed.Should().Be(Ms(50));
    }

    [Fact]
    public void Advance_ShortOfTheDueTime_FiresNothing()
    {
        Once("timer", 10);

        _time.Advance(Ms(10) - TimeSpan.FromTicks(1));
        _seen.Should().BeEmpty();

        _time.Advance(TimeSpan.FromTicks(1));
        _seen.Should().Equal("timer@10");
    }

    [Fact]
    public void Advance_CallbackMakesTimer_FiresItInTheSameAdvance()
    {
        _time.CreateTimer(_ => { Note("outer"); Once("inner", 5); Once("too late", 50); }, null, Ms(10), Timeout.InfiniteTimeSpan);

        _time.Advance(Ms(20));

        _seen.Should().Equal("outer@10", "inner@15");
        _time.PendingTimers.Should().Be(1);
        _time.NextDue.Should().Be(Ms(40));
    }

    [Fact]
    public void CreateTimer_DueAtOnce_FiresOnlyWhenAdvanced()
    {
        Once("timer", 0);
        _seen.Should().BeEmpty();

        _time.Advance(TimeSpan.Zero);

        _seen.Should().Equal("timer@0");
    }

    [Fact]
    public void CreateTimer_Periodic_FiresAtEachPeriod()
    {
        _time.CreateTimer(_ => Note("tick"), null, Ms(5), Ms(10));

        _time.Advance(Ms(30));

        _seen.Should().Equal("tick@5", "tick@15", "tick@25");
    }

    [Fact]
    public void CreateTimer_Infinite_IsNotPending()
    {
        using var timer = _time.CreateTimer(_ => Note("tick"), null, Timeout.InfiniteTimeSpan, Ms(10));

        _time.PendingTimers.Should().Be(0);
        _time.NextDue.Should().BeNull();
        _time.AdvanceToNextTimer().Should().BeFalse();
    }

    [Fact]
    public void Change_ArmedTimer_CountsFromNow()
    {
        var timer = Once("timer", 10);
        _time.Advance(Ms(5));

        timer.Change(Ms(10), Ms(20)).Should().BeTrue();
        _time.Advance(Ms(40));

        _seen.Should().Equal("timer@15", "timer@35");
    }

    [Fact]
    public void Change_InsideOwnCallback_ReplacesThePeriod()
    {
        ITimer? timer = null;
        timer = _time.CreateTimer(_ => { Note("tick"); timer!.Change(Ms(100), Timeout.InfiniteTimeSpan); }, null, Ms(10), Ms(10));

        _time.Advance(Ms(115));

        _seen.Should().Equal("tick@10", "tick@110");
        _time.PendingTimers.Should().Be(1);
    }

    [Fact]
    public void Change_ToInfinite_Disarms()
    {
        var timer = Once("timer", 10);

        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _time.Advance(Ms(50));

        _seen.Should().BeEmpty();
    }

    [Fact]
    public async Task Change_AfterDispose_IsRefused()
    {
        var timer = Once("timer", 10);
        await timer.DisposeAsync();

        timer.Change(Ms(1), Timeout.InfiniteTimeSpan).Should().BeFalse();
        _time.Advance(Ms(50));

        _seen.Should().BeEmpty();
    }

    [Fact]
    public void Dispose_InsideOwnCallback_EndsThePeriod()
    {
        ITimer? timer = null;
        timer = _time.CreateTimer(_ => { Note("tick"); timer!.Dispose(); }, null, Ms(10), Ms(10));

        _time.Advance(Ms(100));

        _seen.Should().Equal("tick@10");
        _time.PendingTimers.Should().Be(0);
    }

    [Fact]
    public void Dispose_OfATimerDueAtTheSameTime_KeepsItFromFiring()
    {
        ITimer? second = null;
        _time.CreateTimer(_ => { Note("first"); second!.Dispose(); }, null, Ms(10), Timeout.InfiniteTimeSpan);
        second = Once("second", 10);

        _time.Advance(Ms(10));

        _seen.Should().Equal("first@10");
    }

    [Theory]
    [InlineData(-2, 0)]
    [InlineData(0, -2)]
    [InlineData(0x1_0000_0000, 0)]
    public void CreateTimer_OutOfTheSystemsRange_Throws(double dueTime, double period)
    {
        var create = () => _time.CreateTimer(_ => { }, null, Ms(dueTime), Ms(period));

        create.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Advance_InsideCallback_Throws()
    {
        _time.CreateTimer(_ => _time.Advance(Ms(1)), null, Ms(10), Timeout.InfiniteTimeSpan);

        var advance = () => _time.Advance(Ms(20));

        advance.Should().Throw<InvalidOperationException>().WithMessage("*advancing already*");
        _time.Advance(Ms(1)); // and the clock is not left broken
        _time.Elapsed.Should().Be(Ms(11));
    }

    [Fact]
    public void Advance_Negative_Throws()
    {
        var advance = () => _time.Advance(Ms(-1));

        advance.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Advance_BetweenTimers_Settles()
    {
        var settled = new List<double>();
        SipVirtualTime? time = null;
        time = new SipVirtualTime(settle: () => settled.Add(time!.Elapsed.TotalMilliseconds));
        using var one = time.CreateTimer(_ => { }, null, Ms(10), Timeout.InfiniteTimeSpan);
        using var two = time.CreateTimer(_ => { }, null, Ms(10), Timeout.InfiniteTimeSpan);

        time.Advance(Ms(15));

        settled.Should().Equal(0, 10, 10, 15);
    }

    [Fact]
    public void AdvanceToNextTimer_TwoTimersAtOnce_FiresOne()
    {
        Once("one", 10);
        Once("two", 10);

        _time.AdvanceToNextTimer().Should().BeTrue();

        _seen.Should().Equal("one@10");
        _time.NextDue.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void JumpWallClock_WithArmedTimer_MovesOnlyTheDate()
    {
        Once("timer", 10);
        var before = _time.GetTimestamp();

        _time.JumpWallClock(TimeSpan.FromDays(-1));

        _time.GetUtcNow().Should().Be(new DateTimeOffset(2029, 12, 31, 0, 0, 0, TimeSpan.Zero));
        _time.GetElapsedTime(before).Should().Be(TimeSpan.Zero);
        _time.NextDue.Should().Be(Ms(10));
    }

    [Fact]
    public void GetElapsedTime_AfterAdvance_AgreesWithTheDate()
    {
        var (stamp, date) = (_time.GetTimestamp(), _time.GetUtcNow());

        _time.Advance(TimeSpan.FromTicks(123_456_789));

        _time.GetElapsedTime(stamp).Should().Be(_time.GetUtcNow() - date).And.Be(TimeSpan.FromTicks(123_456_789));
    }

    [Fact]
    public void Callback_AsyncLocalOfTheCreator_IsSeenAndNotLeaked()
    {
        var local = new AsyncLocal<string> { Value = "creator" };
        _time.CreateTimer(_ => { _seen.Add(local.Value!); local.Value = "callback"; }, null, Ms(1), Timeout.InfiniteTimeSpan);
        local.Value = "advancer";

        _time.Advance(Ms(1));

        _seen.Should().Equal("creator");
        local.Value.Should().Be("advancer");
    }

    [Fact]
    public async Task CreateTimer_FromManyThreads_LosesNone()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++) _time.CreateTimer(_ => _seen.Add("x"), null, Ms(i), Timeout.InfiniteTimeSpan);
        })));

        _time.PendingTimers.Should().Be(4000);
        _time.Advance(Ms(500));
        _seen.Should().HaveCount(4000);
    }

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private ITimer Once(string name, double dueTime) => _time.CreateTimer(_ => Note(name), null, Ms(dueTime), Timeout.InfiniteTimeSpan);

    private void Note(string name) => _seen.Add($"{name}@{_time.Elapsed.TotalMilliseconds}");
}
