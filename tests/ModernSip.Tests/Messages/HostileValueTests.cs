using System.Text;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;

namespace ModernSip.Tests.Messages;

/// <summary>Classes 17, 20 and 21 of the robustness list: values cut short, values nested deep, multipart bodies made to hurt.</summary>
public sealed class HostileValueTests
{
    private static readonly string[] Stubs =
    [
        "", "\"", "\"\\\"", "\\", "\"\\", "\"\"", "<", ">", "<>", "<<<<", ";", "=", ",", ",,", "(", ")", "*", "x=", "x=\"", "x=\"\\\"", ";x=\"\\", "realm=\"",
        "Digest realm=\"", "Digest", "1", "1 ", "1 (", "300", "300 ", "300 h", "300 h ", "300 h \"", "300 h \"\\\"", "a;", "a;=", "a;x=<", "a;info=", "a;info=<", "a;info=\"", "\"a\" <", "@", "%", ".", "\u00e9",
        "SIP/2.0/", "SIP/2.0/UDP", "SIP/2.0/UDP ", "SIP/2.0/UDP [", "a/", "/", "text/plain;", "1 1", "Sat, 13 Nov 2010 23:29:00 GM",
    ];

    public static TheoryData<string> Names => [.. SipHeaderNames.All.Select(static name => name.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Class17_ValueCutShort_IsReadOrRefusedAndNeverThrows(string name)
    {
        var header = SipHeaderNames.All.Single(header => header.Name == name);
        foreach (var stub in Stubs)
        {
            header.IsWellFormed(Octets.Of(stub)); // no exception is the point
            ReadEveryPart(header, stub);
        }
    }

    [Theory]
    [InlineData("Warning", "")]
    [InlineData("Warning", "\"")]
    [InlineData("Warning", "300 h \"\\\"")]
    [InlineData("Reason", "SIP;text=\"")]
    [InlineData("Privacy", "")]
    [InlineData("Privacy", "id;x=\"\\\"")]
    [InlineData("Identity", "\"")]
    [InlineData("Identity", "\"\\\"")]
    [InlineData("Session-Expires", "")]
    [InlineData("User-to-User", "\"\\")]
    [InlineData("P-Visited-Network-ID", "\"")]
    [InlineData("Call-Info", "<")]
    [InlineData("WWW-Authenticate", "Digest realm=\"")]
    public void Class17_EmptyOrUnterminatedValue_InvalidatesTheFieldOnly(string name, string value)
    {
        var message = Wire.ParseRequest($"{name}: {value}", "Subject: still here");

        SipHeaderNames.All.Single(header => header.Name == name).IsWellFormed(Octets.Of(value)).Should().BeFalse();
        message.Headers["Subject"].Should().Be("still here");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Class20_DeepNesting_IsReadOrRefusedWithoutRecursion(string name)
    {
        var header = SipHeaderNames.All.Single(header => header.Name == name);
        foreach (var opener in new[] { "(", "<", "\"", "[", ";x", ",x", "\\\"" })
        {
            var nested = string.Concat(Enumerable.Repeat(opener, 10_000));
            foreach (var text in new[] { nested, "1 " + nested, "x" + nested, "<sip:a@b>" + nested, "Digest " + nested }) header.IsWellFormed(Octets.Of(text));
        }
    }

    [Fact]
    public void Class20_ThousandParameters_AreRead()
    {
        var parameters = string.Concat(Enumerable.Range(0, 1000).Select(static number => $";p{number}={number}"));
        var headers = Wire.ParseRequest("Replaces: a@b;to-tag=1;from-tag=2" + parameters, "Call-Info: <http://h>" + parameters, "Privacy: id" + parameters, "Min-SE: 90" + parameters).Headers;

        headers.Get(SipHeaderNames.Replaces)!.Parameters["p999"].Should().Be("999");
        headers.Get(SipHeaderNames.CallInfo)!.Parameters["p999"].Should().Be("999");
        headers.Get(SipHeaderNames.Privacy)!.Parameters["p999"].Should().Be("999");
        headers.Get(SipHeaderNames.MinSE)!.Parameters["p999"].Should().Be("999");
    }

    [Fact]
    public void Class20_ThousandMultipartsInEachOther_AreReadToDepthSixteen()
    {
        var body = "--b0\r\n\r\nx\r\n--b0--";
        for (var level = 1; level < 1000; level++) body = $"--b{level}\r\nContent-Type: multipart/mixed;boundary=b{level - 1}\r\n\r\n{body}\r\n--b{level}--";
        SipMultipart.TryParse(Content(body, "b999"), out var multipart, out var error).Should().BeTrue("{0}", error);

        var depth = 1;
        while (multipart!.Parts[0].TryReadMultipart(out multipart, out error)) depth++;

        depth.Should().Be(16);
        error!.Reason.Should().Be("multipart nested too deep");
        error.SuggestedStatus.Should().Be(SipStatus.BadRequest);
    }

    [Theory]
    [InlineData("multipart/mixed")]
    [InlineData("multipart/mixed;boundary")]
    [InlineData("multipart/mixed;boundary=\"\"")]
    [InlineData("multipart/mixed;boundary=\" \"")]
    [InlineData("multipart/mixed;boundary=\"a \"")]
    [InlineData("multipart/mixed;boundary=\"a;b\"")]
    [InlineData("multipart/mixed;boundary=\"\u00e9\"")]
    [InlineData("multipart/mixed;boundary=01234567890123456789012345678901234567890123456789012345678901234567890")]
    public void Class21_BoundaryAbsentOrIllegal_IsRefused(string type)
    {
        SipMultipart.TryParse(new SipContent(type, "--\r\n\r\nx\r\n----"u8.ToArray()), out _, out var error).Should().BeFalse();
        error!.Reason.Should().Be("multipart without a legal boundary");
    }

    [Fact]
    public void Class21_BoundaryOfDashes_IsOneLikeAnyOther()
    {
        SipMultipart.TryParse(Content("----\r\n\r\n--\r\n------\r\n", "--"), out var multipart, out _).Should().BeTrue();
        Encoding.ASCII.GetString(multipart!.Parts.Single().Body.Span).Should().Be("--");
    }

    [Fact]
    public void Class21_HundredThousandParts_AreRefusedAtTheLimit()
    {
        var body = new StringBuilder();
        for (var part = 0; part < 100_000; part++) body.Append("--b\r\n\r\nx\r\n");
        var content = Content(body.Append("--b--").ToString(), "b");

        SipMultipart.TryParse(content, out _, out var error).Should().BeFalse();
        error!.Reason.Should().Be("too many parts");
        SipMultipart.TryParse(content, out var all, out _, new SipMessageLimits { MaxPartCount = 100_000 }).Should().BeTrue();
        all!.Parts.Should().HaveCount(100_000);
    }

    [Fact]
    public void Class21_PartsBeyondGivenLimits_AreRefused()
    {
        var inner = new SipMultipart(new SipBodyPart(SipContent.PlainText("x"))).ToContent();
        var outer = new SipMultipart(new SipBodyPart(inner), new SipBodyPart(inner)).ToContent();

        SipMultipart.TryParse(outer, out _, out var error, new SipMessageLimits { MaxPartCount = 1 }).Should().BeFalse();
        error!.Reason.Should().Be("too many parts");
        SipMultipart.TryParse(outer, out var parts, out _, new SipMessageLimits { MaxPartDepth = 1 }).Should().BeTrue();
        parts!.Parts[0].TryReadMultipart(out _, out error, new SipMessageLimits { MaxPartDepth = 1 }).Should().BeFalse();
        error!.Reason.Should().Be("multipart nested too deep");
        SipMultipart.TryParse(outer, out _, out error, new SipMessageLimits { MaxHeaderCount = 1, MaxHeaderLength = 20 }).Should().BeFalse();
        error!.Reason.Should().Be("header field too long");
    }

    [Fact]
    public void Class21_BodyCutAnywhere_IsRefusedOrRead()
    {
        const string Whole = "pre\r\n--b\r\nContent-Type: text/plain\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--";
        for (var length = 0; length < Whole.Length; length++)
        {
            SipMultipart.TryParse(Content(Whole[..length], "b"), out _, out var error).Should().BeFalse();
            error!.SuggestedStatus.Should().Be(SipStatus.BadRequest);
        }

        SipMultipart.TryParse(Content(Whole, "b"), out _, out _).Should().BeTrue();
    }

    private static void ReadEveryPart(SipHeaderName header, string text)
    {
        if (header.Name == "Content-Length") return; // the framing's own
        var headers = new SipHeaders { { header.Name, text } };
        object? value = header switch
        {
            SipHeaderName<SipTokenValue> name => headers.Get(name),
            SipHeaderName<SipNameAddress> name => headers.Get(name),
            SipHeaderName<SipBracketedUri> name => headers.Get(name),
            SipHeaderName<SipParameterList> name => headers.Get(name),
            SipHeaderName<SipCallIdValue> name => headers.Get(name),
            SipHeaderName<SipSecondsValue> name => headers.Get(name),
            SipHeaderName<SipRetryAfter> name => headers.Get(name),
            SipHeaderName<SipMediaType> name => headers.Get(name),
            SipHeaderName<SipWarning> name => headers.Get(name),
            SipHeaderName<SipIdentity> name => headers.Get(name),
            _ => null,
        };
        if (value is null) return;
        foreach (var property in value.GetType().GetProperties().Where(static property => property.GetIndexParameters().Length == 0)) _ = $"{property.GetValue(value)}";
        if (value is SipIdentity identity) _ = identity["x"];
    }

    private static SipContent Content(string body, string boundary) => new(SipMediaType.Parse("multipart/mixed").WithParameter("boundary", boundary), Encoding.UTF8.GetBytes(body));
}
