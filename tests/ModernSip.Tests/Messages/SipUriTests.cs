using ModernSip.Messages;

namespace ModernSip.Tests.Messages;

public sealed class SipUriTests
{
    // The forms that RFC 3261 §19.1.3 shows.
    [Theory]
    [InlineData("sip:alice@atlanta.com", "sip", "alice", null, "atlanta.com", null)]
    [InlineData("sip:alice:secretword@atlanta.com;transport=tcp", "sip", "alice", "secretword", "atlanta.com", null)]
    [InlineData("sips:alice@atlanta.com?subject=project%20x&priority=urgent", "sips", "alice", null, "atlanta.com", null)]
    [InlineData("sip:+1-212-555-1212:1234@gateway.com;user=phone", "sip", "+1-212-555-1212", "1234", "gateway.com", null)]
    [InlineData("sips:1212@gateway.com", "sips", "1212", null, "gateway.com", null)]
    [InlineData("sip:alice@192.0.2.4", "sip", "alice", null, "192.0.2.4", null)]
    [InlineData("sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com", "sip", null, null, "atlanta.com", null)]
    [InlineData("sip:alice;day=tuesday@atlanta.com", "sip", "alice;day=tuesday", null, "atlanta.com", null)]
    [InlineData("SIP:u:@h.example:65535", "sip", "u", "", "h.example", 65535)]
    [InlineData("sip:[2001:db8::10]:5070;lr", "sip", null, null, "[2001:db8::10]", 5070)]
    [InlineData("sip:[2001:db8::10:5070]", "sip", null, null, "[2001:db8::10:5070]", null)]
    [InlineData("sip:*97#@pbx.example", "sip", "*97#", null, "pbx.example", null)]
    [InlineData("sip:a_b.example.", "sip", null, null, "a_b.example.", null)]
    public void Parse_SipForm_GivesItsParts(string text, string scheme, string? user, string? password, string host, int? port)
    {
        var uri = SipUri.Parse(text);

        uri.Scheme.Should().Be(scheme);
        uri.IsSip.Should().BeTrue();
        uri.IsSecure.Should().Be(scheme == "sips");
        uri.User.Should().Be(user);
        uri.Password.Should().Be(password);
        uri.Host.Should().Be(host);
        uri.Port.Should().Be(port);
        uri.ToString().Should().Be(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sip:")]
    [InlineData("sip")]
    [InlineData(":x")]
    [InlineData("1sip:x")]
    [InlineData("sip:@host")]
    [InlineData("sip::pw@host")]
    [InlineData("sip:a@b@c")]
    [InlineData("sip:a@")]
    [InlineData("sip:a%@b")]
    [InlineData("sip:a%4@b")]
    [InlineData("sip:a%4g@b")]
    [InlineData("sip:a b@c")]
    [InlineData("sip:a@b c")]
    [InlineData("sip:;x")]
    [InlineData("sip:a@b;")]
    [InlineData("sip:a@b;;lr")]
    [InlineData("sip:a@b;=x")]
    [InlineData("sip:a@b;x=")]
    [InlineData("sip:a@b:")]
    [InlineData("sip:a@b:0")]
    [InlineData("sip:a@b:65536")]
    [InlineData("sip:a@b:5060x")]
    [InlineData("sip:a@b:-1")]
    [InlineData("sip:a@b:99999999999999")]
    [InlineData("sip:2001:db8::10")]
    [InlineData("sip:[2001:db8::10")]
    [InlineData("sip:2001:db8::10]")]
    [InlineData("sip:[]")]
    [InlineData("sip:[[::1]]")]
    [InlineData("sip:[::1%25eth0]")]
    [InlineData("sip:[::1/64]")]
    [InlineData("sip:[12345::1]")]
    [InlineData("sip:[192.0.2.1]")]
    [InlineData("sip:[::1]x")]
    [InlineData("sip:h%41st")]
    [InlineData("sip:bücher.example")]
    [InlineData("sip:a@b\r\nX: 1")]
    [InlineData("sip:a\0@b")]
    [InlineData("sip:a<b>@c")]
    [InlineData("sip:a\"b\"@c")]
    [InlineData("tel:")]
    [InlineData("tel:abc-xyz")]
    [InlineData("tel:+1;")]
    [InlineData("urn:")]
    [InlineData("http://a b")]
    public void Parse_MalformedText_IsRefused(string text)
    {
        SipUri.TryParse(text, out var uri).Should().BeFalse();
        uri.Should().BeNull();
        var act = () => SipUri.Parse(text);
        act.Should().Throw<FormatException>();
    }

    [Fact]
    public void Parse_Escapes_AreUndoneOnce()
    {
        var uri = SipUri.Parse("sip:sips%3Auser%40example.com@example.net;%6C%72;n%61me=v%61lue%25%34%31");

        uri.User.Should().Be("sips:user@example.com");
        uri.IsLooseRouter.Should().BeTrue();
        uri.Parameters["lr"].Should().BeNull();
        uri.Parameters["name"].Should().Be("value%41");
        uri.Parameters.Select(static parameter => parameter.Key).Should().Equal("lr", "name");
    }

    [Fact]
    public void Parse_EscapedNul_IsKept() => SipUri.Parse("sip:null-%00-null@example.com").User.Should().Be("null-\0-null");

    [Fact]
    public void Parse_EscapesThatAreNoUtf8_AreReplacedOnTheStringSurfaceOnly()
    {
        var uri = SipUri.Parse("sip:%FF%C0%80@example.com");

        uri.User.Should().Contain("\uFFFD");
        uri.ToString().Should().Be("sip:%FF%C0%80@example.com");
    }

    [Fact]
    public void Parameters_NamesBeyondTokens_DoNotHideTheRest()
    {
        // paramchar has more characters than token (RFC 3261 §25.1).
        var uri = SipUri.Parse("sip:a@b.example;[x]:/&+$=(1);transport=TCP;lr");

        uri.Transport.Should().Be("TCP");
        uri.IsLooseRouter.Should().BeTrue();
        uri.Parameters["[x]:/&+$"].Should().Be("(1)");
        uri.WithParameter("ttl", "4").ToString().Should().Be("sip:a@b.example;[x]:/&+$=(1);transport=TCP;lr;ttl=4");
    }

    [Theory]
    [InlineData("sip:+1-212-555-1212:1234@gateway.com;user=phone", "+12125551212")]
    [InlineData("sip:+1212;ext=7@gateway.com;user=PHONE", "+1212")]
    [InlineData("tel:+1-(201).555-0123", "+12015550123")]
    [InlineData("tel:7042;phone-context=example.com", "7042")]
    [InlineData("sip:1212@gateway.com", null)]
    [InlineData("sip:gateway.com;user=phone", null)]
    [InlineData("urn:service:sos", null)]
    public void Number_OfTelephoneForms_IsBare(string text, string? number) => SipUri.Parse(text).Number.Should().Be(number);

    [Theory]
    [InlineData("soap.beep://192.0.2.103:3002", "soap.beep")]
    [InlineData("nobodyKnowsThisScheme:totallyopaquecontent", "nobodyknowsthisscheme")]
    [InlineData("isbn:2983792873", "isbn")]
    [InlineData("http://www.example.com/a?b=c#d", "http")]
    [InlineData("urn:service:sos.fire", "urn")]
    public void Parse_OtherScheme_IsKeptAsOpaqueText(string text, string scheme)
    {
        var uri = SipUri.Parse(text);

        uri.Scheme.Should().Be(scheme);
        uri.IsSip.Should().BeFalse();
        uri.Host.Should().BeEmpty();
        uri.User.Should().BeNull();
        uri.ToString().Should().Be(text);
    }

    [Theory]
    [InlineData("example.com", null, null, false, "sip:example.com")]
    [InlineData("2001:db8::1", "ada", 5070, true, "sips:ada@[2001:db8::1]:5070")]
    [InlineData("[2001:db8::1]", null, null, false, "sip:[2001:db8::1]")]
    [InlineData("example.com", "a b@c:d%\"<>#[]", null, false, "sip:a%20b%40c%3Ad%25%22%3C%3E%23%5B%5D@example.com")]
    [InlineData("example.com", "ü\r\n\0", null, false, "sip:%C3%BC%0D%0A%00@example.com")]
    [InlineData("example.com", "a&=+$,;?/-_.!~*'()", null, false, "sip:a&=+$,;?/-_.!~*'()@example.com")]
    public void Create_Parts_AreEscaped(string host, string? user, int? port, bool isSecure, string expected)
    {
        var uri = SipUri.Create(host, user, port, isSecure);

        uri.ToString().Should().Be(expected);
        uri.User.Should().Be(user);
    }

    [Theory]
    [InlineData("exa mple", null)]
    [InlineData("example.com;lr", null)]
    [InlineData("example.com?x=y", null)]
    [InlineData("evil.example:1@x", null)]
    [InlineData("a\r\nb", null)]
    [InlineData("fe80::1%eth0", null)]
    [InlineData("example.com", 0)]
    [InlineData("example.com", 65536)]
    public void Create_IllegalPart_Throws(string host, int? port)
    {
        var create = () => SipUri.Create(host, "u", port);
        var change = () => SipUri.Parse("sip:u@h").WithHost(host, port);

        create.Should().Throw<ArgumentException>();
        change.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void WithParameter_ReplacesInAnyCaseAndEscape_AndKeepsTheHeaders()
    {
        var uri = SipUri.Parse("sip:a@b.example;Transport=udp;%6Cr;x=1?Subject=hi");

        uri.WithParameter("transport", "tcp").ToString().Should().Be("sip:a@b.example;%6Cr;x=1;transport=tcp?Subject=hi");
        uri.WithParameter("note", "a=b;c").ToString().Should().Contain(";note=a%3Db%3Bc?");
        uri.WithParameter("note", "a=b;c").Parameters["note"].Should().Be("a=b;c");
        uri.WithoutParameter("LR").ToString().Should().Be("sip:a@b.example;Transport=udp;x=1?Subject=hi");
        uri.WithoutParameter("absent").Should().BeSameAs(uri);
        uri.WithoutHeaders().ToString().Should().Be("sip:a@b.example;Transport=udp;%6Cr;x=1");
        uri.ToString().Should().Be("sip:a@b.example;Transport=udp;%6Cr;x=1?Subject=hi", "values never change");
    }

    [Fact]
    public void WithHost_ChangesHostAndPortOnly() =>
        SipUri.Parse("sips:a:p@b.example:7;lr?x=y").WithHost("::1", 5061).ToString().Should().Be("sips:a:p@[::1]:5061;lr?x=y");

    [Fact]
    public void WithHost_OfAnotherScheme_Throws()
    {
        var act = () => SipUri.Parse("tel:+1").WithHost("x");
        act.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void WithParameter_OfAnOpaqueUri_Throws()
    {
        var act = () => SipUri.Parse("http://example.com").WithParameter("lr");
        act.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Parse_LongerThan65535_IsRefused()
    {
        SipUri.TryParse("sip:" + new string('a', 65_531), out _).Should().BeTrue();
        SipUri.TryParse("sip:" + new string('a', 65_532), out _).Should().BeFalse();
        var act = () => SipUri.Parse("sip:h").WithParameter("x", new string('a', 70_000));
        act.Should().Throw<ArgumentException>();
    }
}
