using ModernSip.Messages;
using ModernSip.Registrations;

namespace ModernSip.Tests.Registrations;

public sealed class RegistrationRulesTests
{
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
}
