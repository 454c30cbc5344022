using ModernSip.Messages;

namespace ModernSip.Tests.Messages;

/// <summary>The header part of a URI (RFC 3261 §19.1.1).</summary>
public sealed class UriHeaderTests
{
    [Theory]
    [InlineData("Replaces", "12@host;to-tag=1;from-tag=2", "sip:a@b?Replaces=12%40host%3Bto-tag%3D1%3Bfrom-tag%3D2")]
    [InlineData("Subject", "wei\u00df & more?", "sip:a@b?Subject=wei%C3%9F%20%26%20more?")]
    [InlineData("X", "", "sip:a@b?X=")]
    public void WithHeader_AnyValue_IsEscapedAndReadBack(string name, string value, string expected)
    {
        var uri = SipUri.Parse("sip:a@b").WithHeader(name, value);
        uri.ToString().Should().Be(expected);
        SipUri.Parse(expected).HeaderFields.Should().ContainSingle().Which.Should().Be(new KeyValuePair<string, string>(name, value));
    }

    [Fact]
    public void WithHeader_ThereIsOne_AddsAnother() =>
        SipUri.Parse("sip:a@b;p=1?X=1").WithHeader("Y", "2").ToString().Should().Be("sip:a@b;p=1?X=1&Y=2");

    [Theory]
    [InlineData("sip:a@b", "")]
    [InlineData("sip:a@b?", "")]
    [InlineData("sip:a@b?X", "X=")]
    [InlineData("sip:a@b?&&X=1&=2&", "X=1")]
    [InlineData("sip:a@b?X=1=2&Y=%0d%0a", "X=1=2|Y=\r\n")]
    [InlineData("tel:+1", "")]
    public void HeaderFields_OddHeaderPart_AreWhatHasAName(string uri, string expected) =>
        string.Join('|', SipUri.Parse(uri).HeaderFields.Select(static field => $"{field.Key}={field.Value}")).Should().Be(expected);

    [Fact]
    public void WithHeader_NoSipUri_Throws() =>
        SipUri.Parse("tel:+1").Invoking(static uri => uri.WithHeader("X", "1")).Should().Throw<InvalidOperationException>();
}
