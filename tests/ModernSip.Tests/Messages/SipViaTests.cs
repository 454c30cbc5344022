using System.Net;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Tests.Messages;

public sealed class SipViaTests
{
    [Theory]
    [InlineData("SIP/2.0/UDP erlang.bell-telephone.com:5060;branch=z9hG4bK87asdks7", "UDP", "erlang.bell-telephone.com", 5060, "z9hG4bK87asdks7")]
    [InlineData("SIP/2.0/UDP 192.0.2.1", "UDP", "192.0.2.1", null, null)]
    [InlineData("SIP / 2.0 / UDP first.example.com: 4000;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1", "UDP", "first.example.com", 4000, "z9hG4bKa7c6a8dlze.1")]
    [InlineData("sip/2.0/tls\thost : 5061 ; branch = x", "tls", "host", 5061, "x")]
    [InlineData("SIP/2.0/TCP [2001:db8::9:1];branch=b", "TCP", "[2001:db8::9:1]", null, "b")]
    [InlineData("SIP/2.0/TCP [2001:db8::9:1]:6050 ;branch=b", "TCP", "[2001:db8::9:1]", 6050, "b")]
    [InlineData("SIP/2.0/TCP [2001:db8::9:1] : 6050;branch=b", "TCP", "[2001:db8::9:1]", 6050, "b")]
    [InlineData("SIP/2.0/UDP [::ffff:192.0.2.10]:19823", "UDP", "[::ffff:192.0.2.10]", 19823, null)]
    [InlineData("SIP/2.0/UNKNOWN t4.example.com;x=\"a;branch=no\";branch=yes", "UNKNOWN", "t4.example.com", null, "yes")]
    [InlineData("SIP/2.0/UDP h;branch", "UDP", "h", null, null)]
    public void Parse_LegalForm_GivesItsParts(string text, string transport, string host, int? port, string? branch)
    {
        var via = Parse(text);

        via.Transport.Should().Be(transport);
        via.Host.Should().Be(host);
        via.Port.Should().Be(port);
        via.Branch.Should().Be(branch);
        via.ToString().Should().Be(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SIP/2.0/UDP")]
    [InlineData("SIP/2.0/UDP ")]
    [InlineData("SIP/2.0/ host")]
    [InlineData("SIP/7.0/UDP host")]
    [InlineData("SIP/2.0 host")]
    [InlineData("HTTP/2.0/UDP host")]
    [InlineData("SIP/2.0/UDP ;branch=x")]
    [InlineData("SIP/2.0/UDP host:")]
    [InlineData("SIP/2.0/UDP host : ")]
    [InlineData("SIP/2.0/UDP host:0")]
    [InlineData("SIP/2.0/UDP host:70000")]
    [InlineData("SIP/2.0/UDP host:5060x")]
    [InlineData("SIP/2.0/UDP two hosts")]
    [InlineData("SIP/2.0/UDP 2001:db8::1")]
    [InlineData("SIP/2.0/UDP [2001:db8::1")]
    [InlineData("SIP/2.0/UDP host;;branch=x")]
    [InlineData("SIP/2.0/UDP host;branch=")]
    [InlineData("SIP/2.0/UDP host;branch=\"x")]
    [InlineData("SIP/2.0/UDP host;branch=a\0b")]
    [InlineData("SIP/2.0/UD\"P host")]
    public void Parse_MalformedText_IsRefused(string text) =>
        SipHeaderNames.Via.Parse(ModernSip.Messages.Parsing.Octets.Of(text), out _).Should().BeFalse();

    [Theory]
    [InlineData(";received=192.0.2.2", "192.0.2.2")]
    [InlineData(";received=2001:db8::9:255", "2001:db8::9:255")]
    [InlineData(";received=[2001:db8::9:255];branch=x", "2001:db8::9:255")]
    [InlineData(";received=2001:db8:::192.0.2.1", "2001:db8::192.0.2.1")]
    [InlineData(";received=host.example", null)]
    [InlineData(";received=1", null)]
    [InlineData(";received=1.2.3", null)]
    [InlineData(";received=0x7f.0.0.1", null)]
    [InlineData(";received=127.0.0.0010", null)]
    [InlineData(";received=010.0.0.1", null)]
    [InlineData(";received=1.2.3.256", null)]
    [InlineData(";received=[[::1]]", null)]
    [InlineData(";received=[::1]:80", null)]
    [InlineData(";received=fe80::1%1", null)]
    [InlineData(";received", null)]
    [InlineData("", null)]
    public void Received_IsAnAddressOrNull(string parameters, string? expected) =>
        Parse("SIP/2.0/UDP h" + parameters).Received.Should().Be(expected is null ? null : IPAddress.Parse(expected));

    [Theory]
    [InlineData(";rport", true, null)]
    [InlineData(";RPORT=9988", true, 9988)]
    [InlineData(";rport=0", true, null)]
    [InlineData(";rport=65536", true, null)]
    [InlineData(";rport=x", true, null)]
    [InlineData(";x=\"rport\"", false, null)]
    public void ResponsePort_FollowsRport(string parameters, bool wants, int? port)
    {
        var via = Parse("SIP/2.0/UDP h;branch=z9hG4bKq" + parameters);

        via.WantsResponsePort.Should().Be(wants);
        via.ResponsePort.Should().Be(port);
    }

    [Theory]
    [InlineData("z9hG4bKx", true)]
    [InlineData("Z9HG4BKx", true)]
    [InlineData("z9hG4bK", false)]
    [InlineData("z9hG4b", false)]
    public void HasMagicCookie_NeedsMoreThanTheCookie(string branch, bool expected) =>
        Parse($"SIP/2.0/UDP h;branch={branch}").HasMagicCookie.Should().Be(expected);

    [Fact]
    public void WithReceived_Rport_FillsBoth() =>
        Parse("SIP/2.0/UDP h:5070;rport;branch=b").WithReceived(new IPEndPoint(IPAddress.Parse("192.0.2.9"), 40000)).ToString()
            .Should().Be("SIP/2.0/UDP h:5070;branch=b;received=192.0.2.9;rport=40000");

    [Fact]
    public void WithReceived_NoRport_SetsTheAddressOnly() =>
        Parse("SIP/2.0/UDP h;x=\"a;received=9\";received=1.1.1.1").WithReceived(new IPEndPoint(IPAddress.Parse("::ffff:192.0.2.9"), 4)).ToString()
            .Should().Be("SIP/2.0/UDP h;x=\"a;received=9\";received=192.0.2.9");

    [Fact]
    public void WithReceived_IPv6_IsWrittenWithoutBracketsAndZone()
    {
        var via = Parse("SIP/2.0/UDP [2001:db8::1]:5060;branch=b").WithReceived(new IPEndPoint(IPAddress.Parse("fe80::7%3"), 4));

        via.ToString().Should().Be("SIP/2.0/UDP [2001:db8::1]:5060;branch=b;received=fe80::7");
        via.Received.Should().Be(IPAddress.Parse("fe80::7"));
    }

    [Fact]
    public void Constructor_Parts_MakeTheUsualForm()
    {
        new SipVia("TLS", "2001:db8::1", 5061, "z9hG4bK1").ToString().Should().Be("SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bK1");
        new SipVia("UDP", "host.example").ToString().Should().Be("SIP/2.0/UDP host.example");
    }

    [Theory]
    [InlineData("U DP", "h", 1, "b")]
    [InlineData("UDP", "h:1", null, "b")]
    [InlineData("UDP", "h;lr", null, "b")]
    [InlineData("UDP evil;x=\"", "h\"", null, null)]
    [InlineData("UDP", "h", 0, "b")]
    [InlineData("UDP", "h", -1, "b")]
    [InlineData("UDP", "h", 65536, "b")]
    [InlineData("UDP", "h", null, "")]
    [InlineData("UDP", "h", null, "b;received=1.2.3.4")]
    [InlineData("UDP", "h", null, "b, SIP/2.0/UDP x")]
    [InlineData("UDP/", "h", null, null)]
    public void Constructor_IllegalPart_Throws(string transport, string host, int? port, string? branch)
    {
        var act = () => new SipVia(transport, host, port, branch);
        act.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Constructor_TooLong_Throws()
    {
        var act = () => new SipVia("UDP", "h", null, new string('b', 70_000));
        act.Should().Throw<ArgumentException>();
    }

    private static SipVia Parse(string text)
    {
        SipHeaderNames.Via.Parse(ModernSip.Messages.Parsing.Octets.Of(text), out var via).Should().BeTrue();
        return via!;
    }
}
