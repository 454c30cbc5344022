using ModernSip.Transport;

namespace ModernSip.Tests.Transport;

public sealed class LogGateTests
{
    [Fact]
    public void TryPass_ManyInASecond_LetsTenThrough_AndTenMoreInTheNext()
    {
        var time = new ManualTime();
        var gate = new LogGate(time);

        var first = Enumerable.Range(0, 1000).Count(_ => gate.TryPass());
        time.Advance(TimeSpan.FromSeconds(1));
        var second = Enumerable.Range(0, 1000).Count(_ => gate.TryPass());

        (first, second).Should().Be((10, 10));
    }
}
