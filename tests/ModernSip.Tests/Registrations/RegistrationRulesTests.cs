using ModernSip.Messages;
using ModernSip.Registrations;

namespace ModernSip.Tests.Registrations;

public sealed class RegistrationRulesTests
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
    public void RefreshDelay_ByGrantedTime(double granted, double chance, double expected) =>
        RegistrationRules.RefreshDelay(TimeSpan.FromSeconds(granted), chance).TotalSeconds.Should().BeApproximately(expected, 0.001);

    [Theory]
    [InlineData("<sip:a@h1>;expires=1, <sip:a@h2>;expires=2", "sip:a@h2", "h2")] // the same URI
    [InlineData("<sip:a@h1>, <sip:b@h2>", "sip:a@h9", "h1")] // the only one of the user
    [InlineData("<sip:x@h1>", "sip:a@h9", "h1")] // the only one
    [InlineData("<sip:a@h1>, <sip:a@h2>", "sip:a@h9", null)]
    [InlineData("<sip:x@h1>, <sip:y@h2>", "sip:a@h9", null)]
    public void FindBinding_ByContact(string contacts, string own, string? expectedHost)
    {
        var response = new SipResponse(SipStatus.Ok);
        response.Headers.Add("Contact", contacts);
        RegistrationRules.FindBinding(response, SipUri.Parse(own))?.Uri.Host.Should().Be(expectedHost);
        (RegistrationRules.FindBinding(response, SipUri.Parse(own)) is null).Should().Be(expectedHost is null);
    }

    [Theory]
    [InlineData(408, true)]
    [InlineData(480, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(504, true)]
    [InlineData(403, false)]
    [InlineData(404, false)]
    [InlineData(423, false)]
    [InlineData(501, false)]
    [InlineData(600, false)]
    public void IsTransient_ByStatus(int status, bool expected) => RegistrationRules.IsTransient(status).Should().Be(expected);

    [Theory]
    [InlineData(0, 0, null, 15)]
    [InlineData(0, 1, null, 30)]
    [InlineData(1, 1, null, 60)]
    [InlineData(5, 1, null, 960)]
    [InlineData(6, 1, null, 1800)]
    [InlineData(1_000_000, 1, null, 1800)]
    [InlineData(0, 1, 5, 30)] // not sooner than the back-off
    [InlineData(0, 1, 300, 300)]
    [InlineData(0, 1, 999_999, 86_400)] // a day at most
    public void RetryDelay_ByAttempt(int attempt, double chance, int? retryAfter, double expected)
    {
        var response = new SipResponse(SipStatus.ServiceUnavailable);
        if (retryAfter is { } seconds) response.Headers.Add("Retry-After", $"{seconds}");
        RetryPipelines.Delay(attempt, response, chance).TotalSeconds.Should().BeApproximately(expected, 0.001);
    }
}
