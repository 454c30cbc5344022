using FsCheck;
using FsCheck.Fluent;
using ModernSip.Messages;

namespace ModernSip.Tests.Messages;

public sealed class SipNameAddressTests
{
    [Theory]
    [InlineData("\"A. G. Bell\" <sip:agb@bell-telephone.com> ;tag=a48s", "A. G. Bell", "sip:agb@bell-telephone.com", "a48s")]
    [InlineData("sip:+12125551212@server.phone2net.com;tag=887s", null, "sip:+12125551212@server.phone2net.com", "887s")]
    [InlineData("Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8", "Anonymous", "sip:c8oqz84zk7z@privacy.org", "hyh8")]
    [InlineData("caller<sip:caller@example.com>;tag=323", "caller", "sip:caller@example.com", "323")]
    [InlineData("tok1~` to'k+_ *%!.- <sip:m@example.com>", "tok1~` to'k+_ *%!.-", "sip:m@example.com", null)]
    [InlineData("Jürgen Groß <sip:j@example.com>", "Jürgen Groß", "sip:j@example.com", null)]
    [InlineData("\"\" <sip:a@b>", "", "sip:a@b", null)]
    [InlineData("<sip:a@b;lr>;tag=x", null, "sip:a@b;lr", "x")]
    [InlineData("< sip:a@b >;tag=x", null, "sip:a@b", "x")]
    [InlineData("\"x > y, <z>\"<sip:a,b@c?h=1>", "x > y, <z>", "sip:a,b@c?h=1", null)]
    [InlineData("\"back\\\\slash \\\"q\\\"\" <sip:a@b>", "back\\slash \"q\"", "sip:a@b", null)]
    [InlineData("sip:a@b ;   tag    = 19n", null, "sip:a@b", "19n")]
    [InlineData("<sip:a@b>;TAG=Q;tag=second", null, "sip:a@b", "Q")]
    [InlineData("isbn:2983792873", null, "isbn:2983792873", null)]
    [InlineData("<sip:a@b>;x=\"q;tag=no\";tag=yes", null, "sip:a@b", "yes")]
    [InlineData("<sip:a@b>;tag", null, "sip:a@b", null)]
    public void Parse_LegalForm_GivesItsParts(string text, string? displayName, string uri, string? tag)
    {
        var value = SipNameAddress.Parse(text);

        value.DisplayName.Should().Be(displayName);
        value.Uri.ToString().Should().Be(uri);
        value.Tag.Should().Be(tag);
        value.ToString().Should().Be(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("Bob")]
    [InlineData("*")]
    [InlineData("<>")]
    [InlineData("<<<<")]
    [InlineData("<<sip:a@b>>")]
    [InlineData("<sip:a@b")]
    [InlineData("sip:a@b>")]
    [InlineData("\"Bob <sip:a@b>")]
    [InlineData("\"Bob\\\" <sip:a@b>")]
    [InlineData("\"Bob\"")]
    [InlineData("\"")]
    [InlineData("\"Bob\" sip:a@b")]
    [InlineData("Bob \"x\" <sip:a@b>")]
    [InlineData("Bell, Alexander <sip:a@b>")]
    [InlineData("<sip:@host>")]
    [InlineData("<sip:a@b>junk")]
    [InlineData("<sip:a@b>;")]
    [InlineData("<sip:a@b>;;tag=1")]
    [InlineData("<sip:a@b>;tag=")]
    [InlineData("<sip:a@b>;tag=\"\"")]
    [InlineData("<sip:a@b>;tag=a b")]
    [InlineData("<sip:a@b>;tag=a@b")]
    [InlineData("<sip:a@b>;x=\"open")]
    [InlineData("<sip:a@b>;x=\"a\"b")]
    [InlineData("<sip:a@b>;x=a,y")]
    [InlineData("<sip:a@b>;x=a\u0001b")]
    [InlineData("sip:a,b@c")]
    [InlineData("<sip:a@b>;tag=a\r\nX: 1")]
    public void Parse_MalformedText_IsRefused(string text)
    {
        SipNameAddress.TryParse(text, out var value).Should().BeFalse();
        value.Should().BeNull();
        var act = () => SipNameAddress.Parse(text);
        act.Should().Throw<FormatException>();
    }

    [Fact]
    public void Parse_BareUri_ParametersBelongToTheHeaderField()
    {
        var value = SipNameAddress.Parse("sip:a@b;unknownparam;q=0.5");

        value.Uri.Parameters.Should().BeEmpty();
        value.Parameters.Contains("unknownparam").Should().BeTrue();
        value.Parameters["Q"].Should().Be("0.5");
    }

    [Fact]
    public void Parse_BracketedUri_ParametersBelongToTheUri()
    {
        var value = SipNameAddress.Parse("<sip:a@b;unknownparam>;q=0.5");

        value.Uri.Parameters.Contains("unknownparam").Should().BeTrue();
        value.Parameters.Contains("unknownparam").Should().BeFalse();
    }

    [Fact]
    public void WithParameter_BareUri_IsPutInBrackets()
    {
        SipNameAddress.Parse("sip:a@b;expires=60").WithParameter("q", "0.1").ToString().Should().Be("<sip:a@b>;expires=60;q=0.1");
        SipNameAddress.Parse("sip:a@b ; expires=60").WithTag("x").ToString().Should().Be("<sip:a@b>; expires=60;tag=x");
    }

    [Theory]
    [InlineData("token", ";p=token")]
    [InlineData("192.0.2.1", ";p=192.0.2.1")]
    [InlineData("", ";p=\"\"")]
    [InlineData("a b;c,\"d\"\\", ";p=\"a b;c,\\\"d\\\"\\\\\"")]
    [InlineData("ü", ";p=\"ü\"")]
    public void WithParameter_AnyValue_IsQuotedWhereItMustBe(string value, string written)
    {
        var address = SipNameAddress.Parse("<sip:a@b>;P=old;z").WithParameter("p", value);

        address.ToString().Should().Be("<sip:a@b>;z" + written);
        address.Parameters["p"].Should().Be(value);
    }

    [Fact]
    public void WithTag_SetsReplacesAndRemoves()
    {
        var address = new SipNameAddress("sip:a@b", "A");

        address.WithTag("1").Tag.Should().Be("1");
        address.WithTag("1").WithTag("2").ToString().Should().Be("\"A\" <sip:a@b>;tag=2");
        address.WithTag("1").WithTag(null).ToString().Should().Be("\"A\" <sip:a@b>");
        address.Tag.Should().BeNull();
        foreach (var illegal in new[] { "", "a b", "a;b", "a\"b" })
        {
            var act = () => address.WithTag(illegal);
            act.Should().Throw<ArgumentException>();
        }
    }

    [Fact]
    public void WithoutParameter_LeavesTheOthersAsTheyStand() =>
        SipNameAddress.Parse("<sip:a@b> ; x=\"1;2\" ; Y = 3 ;z").WithoutParameter("y").ToString().Should().Be("<sip:a@b> ; x=\"1;2\";z");

    [Fact]
    public void Constructor_AnyDisplayName_RoundTrips() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonEmptyString>(), static name =>
        {
            if (name.Get.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0 || HasLoneSurrogate(name.Get)) return true;
            var address = new SipNameAddress("sip:a@b", name.Get);
            return SipNameAddress.Parse(address.ToString()).DisplayName == name.Get
                && Wire.ParseRequest($"Contact: {address}").Headers.Contact!.DisplayName == name.Get;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Constructor_ControlCharacters_AreWrittenAsQuotedPairs()
    {
        var address = new SipNameAddress("sip:a@b", "\u0007\u007F\t");

        address.ToString().Should().Be("\"\\\u0007\\\u007F\t\" <sip:a@b>");
        address.DisplayName.Should().Be("\u0007\u007F\t");
    }

    [Fact]
    public void Set_ReceivedDisplayNameWithQuotedNul_DoesNotThrow()
    {
        // Legal on the wire (RFC 4475 §3.1.1.2), so a response to it must be possible.
        var request = Wire.ParseRequest("To: \"a\\\0b\" <sip:bo@example.org>");
        var response = request.CreateResponse(SipStatus.Ok);

        response.Headers.To = request.Headers.To!.WithTag("t1");

        ((SipResponse)Wire.Parse(response.ToOctets())).Headers.To!.DisplayName.Should().Be("a\0b");
    }

    private static bool HasLoneSurrogate(string text) => text.EnumerateRunes().Any(static rune => rune.Value == 0xFFFD) || text.Any(char.IsSurrogate);
}
