using ModernSip.Refreshing;

namespace ModernSip.Tests.Refreshing;

public sealed class RefreshTimingTests
{
    [Theory]
    [InlineData(30, 0, 27)]
    [InlineData(60, 0, 54)]
    [InlineData(60, 1, 51.3)]
    [InlineData(90, 0, 60)] // 30 s before the end from here on
    [InlineData(200, 0, 170)]
    [InlineData(300, 0, 270)]
    [InlineData(3600, 0, 3240)]
    [InlineData(3600, 1, 3078)]
    public void Delay_ByGrantedTime(double granted, double chance, double expected) =>
        new RefreshTiming().Delay(TimeSpan.FromSeconds(granted), chance).TotalSeconds.Should().BeApproximately(expected, 0.001);

    [Theory]
    [InlineData(3600, 0.5, 1800)]
    [InlineData(100, 0.5, 50)]
    [InlineData(100, 0.95, 70)]
    public void Delay_AnotherFraction_IsKeptWithinTheMargin(double granted, double fraction, double expected) =>
        new RefreshTiming(fraction).Delay(TimeSpan.FromSeconds(granted), 0).TotalSeconds.Should().BeApproximately(expected, 0.001);

    [Theory]
    [InlineData(30, 1, 3)]
    [InlineData(3600, 1, 60)]
    [InlineData(3600, 0.5, 30)]
    public void Spread_ByGrantedTime(double granted, double chance, double expected) =>
        RefreshTiming.Spread(TimeSpan.FromSeconds(granted), chance).TotalSeconds.Should().BeApproximately(expected, 0.001);
}
