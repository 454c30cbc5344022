using ModernSip.Transport.KeepAlive;

namespace ModernSip.Tests.Transport.KeepAlive;

public sealed class KeepAliveMachineTests
{
    [Theory]
    [InlineData("Resting", 0, "Due", "Waiting", 1, true)]
    [InlineData("Resting", 0, "Answered", "Resting", 0, false)]
    [InlineData("Resting", 0, "Moved", "Failed", 0, false)]
    [InlineData("Waiting", 1, "Due", "Waiting", 2, true)]
    [InlineData("Waiting", 2, "Due", "Waiting", 3, true)]
    [InlineData("Waiting", 3, "Due", "Failed", 0, false)]
    [InlineData("Waiting", 1, "Answered", "Resting", 0, false)]
    [InlineData("Waiting", 1, "Moved", "Failed", 0, false)]
    [InlineData("Failed", 0, "Due", "Failed", 0, false)]
    [InlineData("Failed", 0, "Answered", "Failed", 0, false)]
    public void Next_OfThreePings_IsAsTheTableSays(string state, int sent, string input, string next, int nextSent, bool sends) =>
        KeepAliveMachine.Next(Enum.Parse<KeepAliveState>(state), sent, most: 3, Enum.Parse<KeepAliveInput>(input))
            .Should().Be(new KeepAliveStep(Enum.Parse<KeepAliveState>(next), nextSent, sends));

    [Fact]
    public void Times_OfUdp_AreThoseOfStun()
    {
        var times = KeepAliveTimes.OfDatagrams;

        Enumerable.Range(1, times.MostSent).Select(sent => times.Wait(sent).TotalSeconds).Should().Equal(0.5, 1, 2, 4, 8, 16, 8);
        Enumerable.Range(1, times.MostSent).Sum(sent => times.Wait(sent).TotalSeconds).Should().Be(39.5, "so long a STUN transaction takes (RFC 8489 §6.2.1)");
    }
}
