using System.Net;
using ModernSip.Stack.Overload;
using ModernSip.Tests.Transport;

namespace ModernSip.Tests.Stack.Overload;

public sealed class SourceGateTests
{
    private readonly ManualTime _time = new();

    [Fact, Trait("Class", "35"), Trait("Class", "48")]
    public void Class48_Flood_OfOneSource_IsCutToItsRateAndHurtsNobodyElse()
    {
        var gate = new SourceGate(100, _time);
        Take(gate, "192.0.2.1", 1_000).Should().Be(200, "the bucket holds two seconds' worth");
        Take(gate, "192.0.2.2", 10).Should().Be(10);
        _time.Advance(TimeSpan.FromSeconds(1));
        Take(gate, "192.0.2.1", 1_000).Should().Be(100);
    }

    [Fact, Trait("Class", "48")]
    public void Class48_Flood_FromOneIpv6Network_CountsAsOneSource()
    {
        var gate = new SourceGate(100, _time);
        Enumerable.Range(1, 1_000).Count(number => gate.Lets(IPAddress.Parse($"2001:db8::{number:x}"))).Should().Be(200);
        gate.SourceCount.Should().Be(1);
        gate.Lets(IPAddress.Parse("2001:db8:0:1::1")).Should().BeTrue();
    }

    [Fact, Trait("Class", "48")]
    public void Class48_Flood_WithForgedSources_StaysBounded()
    {
        var gate = new SourceGate(1, _time);
        for (var number = 0; number < 50_000; number++) gate.Lets(new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]));
        gate.SourceCount.Should().BeLessThanOrEqualTo(10_000);
        _time.Advance(TimeSpan.FromSeconds(10));
        gate.Lets(IPAddress.Parse("192.0.2.1")).Should().BeTrue("those who were quiet are forgotten");
        gate.SourceCount.Should().Be(1);
    }

    [Fact]
    public void Lets_Loopback_WithoutALimit() => Take(new SourceGate(1, _time), "127.0.0.1", 1_000).Should().Be(1_000);

    private static int Take(SourceGate gate, string source, int count) => Enumerable.Range(0, count).Count(_ => gate.Lets(IPAddress.Parse(source)));
}
