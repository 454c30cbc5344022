using ModernSip.Messages;

namespace ModernSip.Tests.Messages;

/// <summary>RFC 3261 §19.1.4, RFC 5954 §4, RFC 3966 §4.</summary>
public sealed class SipUriComparisonTests
{
    [Theory]
    [InlineData("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp")]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5")]
    [InlineData("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on")]
    [InlineData("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com", "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com")]
    [InlineData("sip:alice@atlanta.com?subject=project%20x&priority=urgent", "sip:alice@atlanta.com?priority=urgent&subject=project%20x")]
    [InlineData("sip:a@b?Subject=x", "sip:a@b?subject=x")]
    [InlineData("sip:a@b?novalue", "sip:a@b?novalue")]
    [InlineData("sip:a@b?", "sip:a@b?")]
    [InlineData("sip:a@b;%6Cr", "sip:a@b;lr")]
    [InlineData("sip:a@[2001:db8::1]", "sip:a@[2001:DB8:0:0::0:1]")]
    [InlineData("sip:a@[::ffff:192.0.2.1]", "sip:a@[::FFFF:c000:201]")]
    [InlineData("sip:a%2f%2Fb@c", "sip:a%2F%2fb@c")]
    [InlineData("tel:+1-201-555-0123", "TEL:+1(201)5550123")]
    [InlineData("tel:7;ext=1;phone-context=a.b", "tel:7;Phone-Context=A.B;ext=1")]
    [InlineData("HTTP://example.com/A", "http://example.com/A")]
    public void Equals_SameResource_IsTrueAndHashesAgree(string left, string right)
    {
        var (a, b) = (SipUri.Parse(left), SipUri.Parse(right));

        (a == b).Should().BeTrue();
        (b == a).Should().BeTrue();
        a.GetHashCode().Should().Be(b.GetHashCode());
    }

    [Theory]
    [InlineData("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP")]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060")]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp")]
    [InlineData("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp")]
    [InlineData("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting")]
    [InlineData("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4")]
    [InlineData("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off")]
    [InlineData("sip:a@b", "sips:a@b")]
    [InlineData("sip:a@b", "sip:b")]
    [InlineData("sip:a@b", "sip:a:@b")]
    [InlineData("sip:a:x@b", "sip:a:X@b")]
    [InlineData("sip:a@b", "sip:a@b;user=ip")]
    [InlineData("sip:a@b", "sip:a@b;ttl=1")]
    [InlineData("sip:a@b", "sip:a@b;method=INVITE")]
    [InlineData("sip:a@b", "sip:a@b;maddr=1.2.3.4")]
    [InlineData("sip:a%3Bb@c", "sip:a;b@c")]
    [InlineData("sip:a@b?x=1&x=1", "sip:a@b?x=1&x=2")]
    [InlineData("sip:a@b?x=1", "sip:a@b?x=1&x=1")]
    [InlineData("sip:a%00@b", "sip:a%00%00@b")]
    [InlineData("sip:a@[2001:db8::1]", "sip:a@[2001:db8::2]")]
    [InlineData("tel:+12015550123", "tel:12015550123")]
    [InlineData("tel:7042;phone-context=a.b", "tel:7042;phone-context=c.d")]
    [InlineData("tel:7042;phone-context=a.b", "tel:7042")]
    [InlineData("http://example.com/A", "http://example.com/a")]
    [InlineData("tel:1", "sip:1@a")]
    public void Equals_DifferentResource_IsFalse(string left, string right)
    {
        (SipUri.Parse(left) == SipUri.Parse(right)).Should().BeFalse();
        (SipUri.Parse(right) == SipUri.Parse(left)).Should().BeFalse();
    }

    [Fact]
    public void Equals_Null_IsFalse()
    {
        var uri = SipUri.Parse("sip:a@b");

        uri.Equals(null).Should().BeFalse();
        (uri == null).Should().BeFalse();
        ((SipUri?)null == null).Should().BeTrue();
        SipUri.FromString(null).Should().BeNull();
    }
}
