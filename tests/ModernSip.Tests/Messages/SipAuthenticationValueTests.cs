using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Tests.Messages;

public sealed class SipAuthenticationValueTests
{
    [Fact]
    public void Parse_Digest_FindsItsParameters()
    {
        var value = Read("Digest realm=\"a \\\"b\\\", c\", nonce = \"n,o=1\" ,qop=\"auth,auth-int\",ALGORITHM=MD5 , stale=FALSE,opaque=\"\",")!;

        value.Scheme.Should().Be("Digest");
        value.IsDigest.Should().BeTrue();
        value["realm"].Should().Be("a \"b\", c");
        value["NONCE"].Should().Be("n,o=1");
        value["qop"].Should().Be("auth,auth-int");
        value["algorithm"].Should().Be("MD5");
        value["stale"].Should().Be("FALSE");
        value["opaque"].Should().BeEmpty();
        value["absent"].Should().BeNull();
        value["o"].Should().BeNull("that stands in another parameter's quotes");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Digest realm=\"")]
    [InlineData("Digest realm=\"a\\\"")]
    [InlineData("Digest realm=\"a\"b")]
    [InlineData("Digest realm")]
    [InlineData("Digest =x")]
    [InlineData("Digest re alm=x")]
    [InlineData("\"Digest\" realm=x")]
    public void Parse_MalformedDigest_IsRefused(string text) => Read(text).Should().BeNull();

    [Theory]
    [InlineData("NoOneKnowsThisScheme opaque-data=here")]
    [InlineData("Bearer abc.def=")]
    [InlineData("Negotiate")]
    public void Parse_AnotherScheme_IsKept(string text)
    {
        var value = Read(text)!;

        value.IsDigest.Should().BeFalse();
        value.ToString().Should().Be(text);
    }

    [Fact]
    public void Parse_SeveralChallenges_AreSeveralValues() =>
        Wire.ParseRequest("WWW-Authenticate: Digest realm=\"a\"", "WWW-Authenticate: Digest realm=\"b\"").Headers
            .GetAll(SipHeaderNames.WwwAuthenticate).Select(static value => value["realm"]).Should().Equal("a", "b");

    [Fact]
    public void Parse_Folded_IsOneValue() =>
        Wire.ParseRequest("WWW-Authenticate: Digest realm=\"a\",\r\n nonce=\"n\"\r\n\t,opaque=\"o\"").Headers
            .Get(SipHeaderNames.WwwAuthenticate)!["opaque"].Should().Be("o");

    [Fact]
    public void AuthenticationInfo_HasNoScheme()
    {
        var value = Wire.ParseRequest("Authentication-Info: nextnonce=\"4\", qop=auth,rspauth=\"6\"").Headers.Get(SipHeaderNames.AuthenticationInfo)!;

        value.Scheme.Should().BeEmpty();
        value["nextnonce"].Should().Be("4");
        value["rspauth"].Should().Be("6");
        new SipAuthenticationValue("", [("nc", "00000001", false), ("cnonce", "x", true)]).ToString().Should().Be("nc=00000001, cnonce=\"x\"");
    }

    [Fact]
    public void Constructor_Values_AreQuotedAndEscaped()
    {
        var value = new SipAuthenticationValue("Digest", [("username", "a\"b\\c, d=\"e", true), ("nc", "00000001", false)]);

        value.ToString().Should().Be("Digest username=\"a\\\"b\\\\c, d=\\\"e\", nc=00000001");
        Read(value.ToString())!["username"].Should().Be("a\"b\\c, d=\"e");
        value["d"].Should().BeNull();
    }

    [Theory]
    [InlineData("Dig est", "a", "b", true)]
    [InlineData("Digest", "a b", "c", true)]
    [InlineData("Digest", "", "c", true)]
    [InlineData("Digest", "a", "b, c=d", false)]
    [InlineData("Digest", "a", "\"", false)]
    [InlineData("Digest", "a", "", false)]
    [InlineData("Digest", "a", "b\r\nX: 1", true)]
    public void Constructor_IllegalPart_Throws(string scheme, string name, string value, bool isQuoted)
    {
        var act = () => new SipAuthenticationValue(scheme, [(name, value, isQuoted)]);
        act.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Constructor_TooLong_Throws()
    {
        var act = () => new SipAuthenticationValue("Digest", [("a", new string('x', 70_000), true)]);
        act.Should().Throw<ArgumentException>();
    }

    private static SipAuthenticationValue? Read(string text) => Wire.ParseRequest($"WWW-Authenticate: {text}").Headers.Get(SipHeaderNames.WwwAuthenticate);
}
