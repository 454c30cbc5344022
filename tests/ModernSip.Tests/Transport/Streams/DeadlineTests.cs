using ModernSip.Transport.Streams;

namespace ModernSip.Tests.Transport.Streams;

public sealed class DeadlineTests
{
    private readonly ManualTime _time = new();
    private int _expired;

    [Fact]
    public void Set_Later_MovesIt()
    {
        using var deadline = new Deadline(_time, () => _expired++);
        deadline.Set(TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(9));
        deadline.Set(TimeSpan.FromSeconds(10));

        _time.Advance(TimeSpan.FromSeconds(9.999));
        _expired.Should().Be(0);
        _time.Advance(TimeSpan.FromSeconds(0.001));

        _expired.Should().Be(1);
    }

    [Fact]
    public void Set_Earlier_MovesIt()
    {
        using var deadline = new Deadline(_time, () => _expired++);
        deadline.Set(TimeSpan.FromMinutes(30));
        deadline.Set(TimeSpan.FromSeconds(1));

        _time.Advance(TimeSpan.FromSeconds(1));

        _expired.Should().Be(1);
    }

    [Fact]
    public void Clear_NeverExpires_AndCanBeSetAgain()
    {
        using var deadline = new Deadline(_time, () => _expired++);
        deadline.Set(TimeSpan.FromSeconds(1));
        deadline.Clear();
        _time.Advance(TimeSpan.FromHours(1));
        _expired.Should().Be(0);

        deadline.Set(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));

        _expired.Should().Be(1);
    }

    [Fact]
    public void Set_FromTheExpiry_IsKept()
    {
        Deadline? deadline = null;
        using var made = deadline = new Deadline(_time, () =>
        {
            if (_expired++ == 0) deadline!.Set(TimeSpan.FromSeconds(5));
        });
        deadline.Set(TimeSpan.FromSeconds(1));

        _time.Advance(TimeSpan.FromSeconds(6));

        _expired.Should().Be(2);
    }
}
