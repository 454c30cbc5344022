using ModernSip.Messages;
using ModernSip.Stack;

namespace ModernSip.Tests.Stack;

/// <summary>RFC 3261 §8.1.1.8 and §12.1.1: who is asked by sips is answered by sips.</summary>
[Trait("Req", "A9")]
public sealed class SecureContactTests
{
    [Theory]
    [InlineData("sips:bob@example.com", null, true)]
    [InlineData("sip:bob@example.com", "<sips:proxy.example.com;lr>", true)]
    [InlineData("sip:bob@example.com", "<sip:proxy.example.com;lr>", false)]
    [InlineData("sip:bob@example.com", null, false)]
    public void IsOwedBy_RequestUriAndRoute_Decide(string uri, string? route, bool expected)
    {
        var request = SipRequest.Options(uri!);
        if (route is not null) request.Headers["Route"] = route;
        SecureContact.IsOwedBy(request).Should().Be(expected);
    }

    [Theory]
    [InlineData("sips:bob@example.com", null, "<sip:alice@192.0.2.1>", true)]
    [InlineData("sip:bob@example.com", "<sips:proxy.example.com;lr>", "<sip:alice@192.0.2.1>", true)]
    [InlineData("sip:bob@example.com", "<sip:proxy.example.com;lr>", "<sips:alice@192.0.2.1>", false)]
    [InlineData("sip:bob@example.com", null, "<sips:alice@192.0.2.1>", true)]
    [InlineData("sip:bob@example.com", null, "<sip:alice@192.0.2.1>", false)]
    public void IsOwedTo_RequestUriRecordRouteAndContact_Decide(string uri, string? recorded, string contact, bool expected)
    {
        var request = new SipRequest(SipMethod.Invite, uri!);
        if (recorded is not null) request.Headers["Record-Route"] = recorded;
        request.Headers["Contact"] = contact;
        SecureContact.IsOwedTo(request).Should().Be(expected);
    }

    [Theory]
    [InlineData("sip:alice@192.0.2.1:5061;transport=tls", "sips:alice@192.0.2.1:5061")]
    [InlineData("sip:alice@x.invalid;transport=ws", "sips:alice@x.invalid;transport=ws")]
    [InlineData("sips:alice@192.0.2.1", "sips:alice@192.0.2.1")]
    [InlineData("tel:+15551234", "tel:+15551234")]
    public void Of_AnyUri_IsSips(string uri, string expected) => SecureContact.Of(uri!).ToString().Should().Be(expected);
}
