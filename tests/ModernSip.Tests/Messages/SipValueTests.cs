using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;

namespace ModernSip.Tests.Messages;

/// <summary>The small values: CSeq, method, status, media type, token, Retry-After.</summary>
public sealed class SipValueTests
{
    [Theory]
    [InlineData("0 INVITE", 0u, "INVITE")]
    [InlineData("0009   INVITE", 9u, "INVITE")]
    [InlineData("2147483647\tFOO", 2147483647u, "FOO")]
    public void CSeq_LegalText_IsRead(string text, uint number, string method)
    {
        SipCSeq.TryParse(Octets.Of(text), out var cseq).Should().BeTrue();
        cseq.Should().Be(new SipCSeq(number, new SipMethod(method)));
        cseq.ToString().Should().Be($"{number} {method}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("INVITE")]
    [InlineData("1")]
    [InlineData("1 ")]
    [InlineData(" INVITE")]
    [InlineData("2147483648 INVITE")]
    [InlineData("4294967296 INVITE")]
    [InlineData("36893488147419103232 INVITE")]
    [InlineData("-1 INVITE")]
    [InlineData("+1 INVITE")]
    [InlineData("1x INVITE")]
    [InlineData("0x1 INVITE")]
    [InlineData("1 INV ITE")]
    [InlineData("1 IN@VITE")]
    [InlineData("abcdefg")]
    public void CSeq_IllegalText_IsRefused(string text) => SipCSeq.TryParse(Octets.Of(text), out _).Should().BeFalse();

    [Fact]
    public void CSeq_BeyondTheLimit_CannotBeSet()
    {
        var headers = new SipHeaders();
        var act = () => headers.CSeq = new SipCSeq(1u << 31, SipMethod.Invite);
        act.Should().Throw<ArgumentException>();
        headers.Count.Should().Be(0);
    }

    [Fact]
    public void Method_KnownAndUnknown_CompareWithCase()
    {
        new SipMethod("INVITE").Should().Be(SipMethod.Invite);
        new SipMethod("INVITE").IsKnown.Should().BeTrue();
        new SipMethod("invite").Should().NotBe(SipMethod.Invite);
        new SipMethod("!interesting-Method0123456789_*+`.%indeed'~").IsKnown.Should().BeFalse();
        new SipMethod("FOO").GetHashCode().Should().Be(new SipMethod("FOO").GetHashCode());
        default(SipMethod).Name.Should().BeEmpty();
        default(SipMethod).IsKnown.Should().BeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("IN VITE")]
    [InlineData("INVITE\r\n")]
    [InlineData("A/B")]
    [InlineData("ÄBC")]
    public void Method_NoToken_Throws(string name)
    {
        var act = () => new SipMethod(name);
        act.Should().Throw<ArgumentException>();
    }

    [Theory]
    [InlineData(100, true, false, "Trying")]
    [InlineData(199, true, false, "Early Dialog Terminated")]
    [InlineData(200, false, true, "OK")]
    [InlineData(299, false, true, "Success")]
    [InlineData(300, false, false, "Multiple Choices")]
    [InlineData(499, false, false, "Client Error")]
    [InlineData(699, false, false, "Global Failure")]
    public void Status_Code_TellsItsClass(int code, bool provisional, bool success, string phrase)
    {
        SipStatus status = code;

        status.IsProvisional.Should().Be(provisional);
        status.IsFinal.Should().Be(!provisional);
        status.IsSuccess.Should().Be(success);
        status.ToString().Should().Be($"{code} {phrase}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(700)]
    [InlineData(-200)]
    [InlineData(65736)]
    public void Status_OutOfRange_Throws(int code)
    {
        var act = () => new SipStatus(code);
        act.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData("application/sdp", "application/sdp")]
    [InlineData(" application/sdp ", "application/sdp")]
    [InlineData("application / sdp ;x=1", "application/sdp")]
    [InlineData("text/plain; charset = \"UTF-8\"", "text/plain")]
    [InlineData("*/*;q=0.1", "*/*")]
    public void MediaType_LegalText_IsRead(string text, string type) => SipMediaType.Parse(text).Type.Should().Be(type);

    [Fact]
    public void MediaType_Equality_LooksAtTypeWithoutCase()
    {
        SipMediaType.Parse("Application/SDP;x=1").Should().Be(SipMediaType.Sdp);
        SipMediaType.Parse("application / sdp").Should().Be(SipMediaType.Sdp);
        SipMediaType.Parse("Application/SDP;x=1").GetHashCode().Should().Be(SipMediaType.Sdp.GetHashCode());
        SipMediaType.Parse("application/sdq").Should().NotBe(SipMediaType.Sdp);
        SipMediaType.Parse("text/plain; charset = \"UTF-8\"").Parameters["Charset"].Should().Be("UTF-8");
        SipMediaType.Parse("text / plain ;charset=a").Parameters["charset"].Should().Be("a");
    }

    [Theory]
    [InlineData("")]
    [InlineData("application")]
    [InlineData("application/")]
    [InlineData("/sdp")]
    [InlineData("a/b/c")]
    [InlineData("a/b;")]
    [InlineData("a/b;x=\"")]
    [InlineData("a b/c")]
    [InlineData("a/b\r\nX: 1")]
    public void MediaType_IllegalText_IsRefused(string text)
    {
        var act = () => SipMediaType.Parse(text);
        act.Should().Throw<FormatException>();
    }

    [Fact]
    public void TokenValue_Parameters_AreKeptInOrder()
    {
        var value = new SipTokenValue("presence").WithParameter("id", "7").WithParameter("flag").WithParameter("ID", "a b");

        value.ToString().Should().Be("presence;flag;ID=\"a b\"");
        value.Parameters["id"].Should().Be("a b");
        value.Is("PRESENCE").Should().BeTrue();
        value.Is("presence;flag").Should().BeFalse();
    }

    [Fact]
    public void TokenValue_Equality_IsThatOfTheOctets()
    {
        new SipTokenValue("a").WithParameter("x").Should().Be(new SipTokenValue("a").WithParameter("x"));
        new SipTokenValue("a").WithParameter("x").GetHashCode().Should().Be(new SipTokenValue("a").WithParameter("x").GetHashCode());
        new SipTokenValue("a").Should().NotBe(new SipTokenValue("A"));
        new SipTokenValue("a").Should().NotBe(new SipTokenValue("a").WithParameter("x"));
    }

    [Fact]
    public void TokenValue_NoTokenOrTooLong_Throws()
    {
        foreach (var token in new[] { "", "a b", "a;b", "ä", new string('a', 70_000) })
        {
            var act = () => new SipTokenValue(token);
            act.Should().Throw<ArgumentException>();
        }
    }

    [Theory]
    [InlineData("18000;duration=3600", 18000u, null, "3600")]
    [InlineData("120 (I'm in a meeting)", 120u, "I'm in a meeting", null)]
    [InlineData("120\t(a (nested \\) one) b);duration=1", 120u, "a (nested \\) one) b", "1")]
    [InlineData("120(x) ; duration = 5", 120u, "x", "5")]
    [InlineData("0", 0u, null, null)]
    [InlineData("99999999999999999999 ()", uint.MaxValue, "", null)]
    public void RetryAfter_LegalText_IsRead(string text, uint seconds, string? comment, string? duration)
    {
        SipRetryAfter.TryParse(Octets.Of(text), out var value).Should().BeTrue();
        value!.Seconds.Should().Be(seconds);
        value.Comment.Should().Be(comment);
        value.Parameters["duration"].Should().Be(duration);
        value.ToString().Should().Be(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("1 (open")]
    [InlineData("1 (a\\)")]
    [InlineData("1 )")]
    [InlineData("1 (a) b")]
    [InlineData("1;;x")]
    [InlineData("1 (a)(b)")]
    public void RetryAfter_IllegalText_IsRefused(string text) => SipRetryAfter.TryParse(Octets.Of(text), out _).Should().BeFalse();

    [Fact]
    public void RetryAfter_Made_HasNoComment()
    {
        var value = new SipRetryAfter(5);

        value.ToString().Should().Be("5");
        value.Comment.Should().BeNull();
        value.Parameters.Should().BeEmpty();
    }

    [Theory]
    [InlineData("Expires", "0", 0u)]
    [InlineData("Expires", "4294967295", 4294967295u)]
    [InlineData("Expires", "4294967296", 4294967295u)]
    [InlineData("Expires", "1000000000000000000000000000000000000000000", 4294967295u)]
    [InlineData("Expires", "-1", null)]
    [InlineData("Expires", "", null)]
    [InlineData("Expires", "1.5", null)]
    [InlineData("Min-Expires", "000000000000000000060", 60u)]
    public void Seconds_BeyondTheLimit_AreCut(string name, string text, uint? expected)
    {
        var headers = Wire.ParseRequest($"{name}: {text}").Headers;
        (name == "Expires" ? headers.Expires : headers.TryGet(SipHeaderNames.MinExpires, out var value) ? value : null).Should().Be(expected);
    }
}
