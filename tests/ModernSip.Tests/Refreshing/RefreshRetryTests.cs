using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Refreshing;

namespace ModernSip.Tests.Refreshing;

public sealed class RefreshRetryTests
{
    [Theory]
    [InlineData(408, true)]
    [InlineData(480, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(504, true)]
    [InlineData(599, true)] // not known: as 500
    [InlineData(302, false)]
    [InlineData(401, false)]
    [InlineData(403, false)]
    [InlineData(404, false)]
    [InlineData(423, false)]
    [InlineData(501, false)]
    [InlineData(505, false)]
    [InlineData(513, false)]
    [InlineData(600, false)]
    public void MayPass_ByStatus(int status, bool expected) => RefreshRetry.MayPass(status).Should().Be(expected);

    [Fact]
    public void MayPass_ByError()
    {
        var challenge = new SipResponse(SipStatus.Unauthorized);
        RefreshRetry.MayPass(null, new SipTimeoutException("late")).Should().BeTrue();
        RefreshRetry.MayPass(null, new SipTransportException("gone")).Should().BeTrue();
        RefreshRetry.MayPass(null, new SipResolutionException("no name")).Should().BeTrue();
        RefreshRetry.MayPass(null, new SipForbiddenException(challenge, "wrong password")).Should().BeFalse();
        RefreshRetry.MayPass(null, new SipForbiddenException(challenge, "the vault is locked", new IOException())).Should().BeTrue("the password may be right");
        RefreshRetry.MayPass(null, new InvalidOperationException()).Should().BeFalse();
        RefreshRetry.MayPass(new SipResponse(SipStatus.Ok), null).Should().BeFalse();
    }

    [Theory]
    [InlineData(0, 0, 7_200, 720)]
    [InlineData(0, 0.5, 7_200, 2_160)]
    [InlineData(0, 1, 7_200, 3_600)]
    [InlineData(0, 0, 100, 15)] // not sooner than the back-off
    [InlineData(0, 1, 100, 50)]
    [InlineData(0, 1, 40, 30)] // as RFC 5626 says
    public void Delay_WhileItHoldsForLong_IsATenthToHalfOfThat(int attempt, double chance, int remaining, double expected) =>
        RefreshRetry.Delay(attempt, null, TimeSpan.FromSeconds(remaining), chance).TotalSeconds.Should().BeApproximately(expected, 0.001);

    [Theory]
    [InlineData(0, 0, null, 15)]
    [InlineData(0, 1, null, 30)]
    [InlineData(1, 1, null, 60)]
    [InlineData(5, 1, null, 960)]
    [InlineData(6, 1, null, 1800)]
    [InlineData(1_000_000, 1, null, 1800)]
    [InlineData(0, 1, 5, 30)] // not sooner than the back-off
    [InlineData(0, 0, 300, 300)]
    [InlineData(0, 1, 300, 330)] // everybody was told the same
    [InlineData(0, 0, 999_999, 86_400)] // a day at most
    public void Delay_ByAttempt(int attempt, double chance, int? retryAfter, double expected)
    {
        var response = new SipResponse(SipStatus.ServiceUnavailable);
        if (retryAfter is { } seconds) response.Headers.Add("Retry-After", $"{seconds}");
        RefreshRetry.Delay(attempt, response, TimeSpan.Zero, chance).TotalSeconds.Should().BeApproximately(expected, 0.001);
    }
}
