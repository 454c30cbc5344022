using System.Text;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Tests.Messages;

/// <summary>Bodies of several parts: read, written, and refused.</summary>
public sealed class SipMultipartTests
{
    [Fact]
    public void TryParse_TwoParts_GivesThemWithTheirHeaders()
    {
        var multipart = Read(
            "a preamble\r\n--b1\r\nContent-Type: application/sdp\r\nContent-Disposition: session\r\n\r\nv=0\r\n\r\n--b1 \t\r\n" +
            "c: text/plain\r\nContent-ID: <x@y>\r\n\r\nhello\r\n--b1x\r\n--b1--more\r\nend\r\n--b1--\r\nan epilogue\r\n--b1\r\n");

        multipart.Parts.Should().HaveCount(2);
        multipart.Find(SipMediaType.Sdp)!.Content!.GetText().Should().Be("v=0\r\n");
        multipart.Parts[0].Headers.Get(SipHeaderNames.ContentDisposition)!.Is("session").Should().BeTrue();
        multipart.Parts[1].Headers.Get(SipHeaderNames.ContentId).Should().Be("<x@y>");
        multipart.Parts[1].Content!.GetText().Should().Be("hello\r\n--b1x\r\n--b1--more\r\nend");
        multipart.Find("image/png").Should().BeNull();
    }

    [Theory]
    [InlineData("--b1\r\n--b1--", "")]
    [InlineData("--b1\r\n\r\n--b1--", "")]
    [InlineData("--b1\r\n\r\n\r\n--b1--", "")]
    [InlineData("--b1\r\n\r\nx\r\n--b1--", "x")]
    [InlineData("--b1\r\nSubject: s\r\n--b1--", "")]
    [InlineData("--b1\r\nSubject: s\r\n\r\n--b1--", "")]
    [InlineData("--b1\r\nSubject: s\r\n\r\n\r\n--b1--", "")]
    [InlineData("--b1\r\nSubject: s\r\n\r\n\r\n\r\n--b1--", "\r\n")]
    [InlineData("\r\n--b1\r\nSubject: s\r\n folded\r\n\r\nx\r\n--b1--", "x")]
    [InlineData("--b1x\r\n--b1\r\n\r\nx\r\n--b1--", "x")]
    public void TryParse_OnePart_EndsBeforeTheDelimiter(string body, string expected)
    {
        var part = Read(body).Parts.Should().ContainSingle().Subject;

        Encoding.UTF8.GetString(part.Body.Span).Should().Be(expected);
        part.Headers.Count.Should().Be(body.Contains("Subject", StringComparison.Ordinal) ? 1 : 0);
        part.Content!.MediaType.Should().Be(SipMediaType.PlainText);
    }

    [Theory]
    [InlineData("", "multipart without its boundary", 1)]
    [InlineData("--", "multipart without its boundary", 1)]
    [InlineData("--b1", "multipart without its boundary", 1)]
    [InlineData("x--b1\r\n\r\n--b1--", "multipart without parts", 1)]
    [InlineData("--b1--", "multipart without parts", 1)]
    [InlineData("--b1\r\n", "last part has no end", 2)]
    [InlineData("--b1\r\n\r\nx", "last part has no end", 2)]
    [InlineData("--b1\r\n\r\nx\r\n--b1", "last part has no end", 2)]
    [InlineData("--b1\r\n\r\nx\r\n--b1-", "last part has no end", 2)]
    [InlineData("--b1\r\n\r\nx\r\n--b1\r\n\r\ny", "last part has no end", 5)]
    [InlineData("--b1\r\nno colon\r\n\r\nx\r\n--b1--", "header field without colon", 2)]
    [InlineData("--b1\r\nA: 1\r\nno colon\r\n--b1--", "header field without colon", 3)]
    [InlineData("--b1\r\nA: 1\nB: 2\r\n\r\nx\r\n--b1--", "CR or LF alone in the header section", 2)]
    [InlineData("--b1\r\n folded\r\n\r\nx\r\n--b1--", "folded line without a header field above", 2)]
    public void TryParse_MalformedBody_IsRefusedWithReason(string body, string reason, int line)
    {
        SipMultipart.TryParse(Content(body), out var multipart, out var error).Should().BeFalse();

        multipart.Should().BeNull();
        (error!.Reason, error.Line, error.SuggestedStatus).Should().Be((reason, line, SipStatus.BadRequest));
    }

    [Fact]
    public void TryParse_AnotherMediaType_Suggests415()
    {
        foreach (var content in new[] { null, SipContent.PlainText("--b1\r\n\r\n--b1--") })
        {
            SipMultipart.TryParse(content, out _, out var error).Should().BeFalse();
            error!.SuggestedStatus.Should().Be(SipStatus.UnsupportedMediaType);
        }
    }

    [Fact]
    public void Content_OfAPartWithAnIllegalType_IsNull() => Read("--b1\r\nContent-Type: x\r\n\r\ny\r\n--b1--").Parts[0].Content.Should().BeNull();

    [Fact]
    public void ToContent_Parts_AreReadBackAsTheyWere()
    {
        var location = new SipBodyPart(new SipContent("application/pidf+xml", "<presence/>"u8.ToArray()));
        location.Headers.Set(SipHeaderNames.ContentId, "<loc@h.example>");
        location.Headers.Set(SipHeaderNames.ContentDisposition, new SipTokenValue("by-reference").WithParameter("handling", "optional"));
        var request = new SipRequest(SipMethod.Invite, "sip:bo@example.org")
        {
            Content = new SipMultipart("multipart/related;type=\"application/sdp\";boundary=old", new SipBodyPart(SipContent.Sdp("v=0\r\n")), location).ToContent(),
        };

        SipMultipart.TryParse(request.Content, out var read, out var error).Should().BeTrue("{0}", error);

        read!.MediaType.Parameters["type"].Should().Be("application/sdp");
        read.Parts[0].Content.Should().BeEquivalentTo(SipContent.Sdp("v=0\r\n"), static options => options.ComparingByMembers<SipContent>().Excluding(static content => content.Octets));
        read.Parts[0].Content!.GetText().Should().Be("v=0\r\n");
        read.Parts[1].Headers.Select(static field => $"{field.Key}: {field.Value}").Should().Equal(
            "Content-Type: application/pidf+xml", "Content-ID: <loc@h.example>", "Content-Disposition: by-reference;handling=optional");
        read.Parts[1].Content!.GetText().Should().Be("<presence/>");
        read.ToContent().GetText().Should().Be(request.Content!.GetText(), "the boundary follows from the parts");
    }

    [Fact]
    public void ToContent_PartThatHoldsAnOlderBoundary_GetsAnother()
    {
        var inner = new SipMultipart(new SipBodyPart(SipContent.PlainText("x"))).ToContent();
        var outer = new SipMultipart(new SipBodyPart(inner), new SipBodyPart(SipContent.PlainText(inner.GetText()))).ToContent();

        outer.MediaType.Parameters["boundary"].Should().NotBe(inner.MediaType.Parameters["boundary"]);
        SipMultipart.TryParse(outer, out var read, out _).Should().BeTrue();
        read!.Parts[0].TryReadMultipart(out var again, out _).Should().BeTrue();
        again!.Parts.Should().ContainSingle().Which.Content!.GetText().Should().Be("x");
        read.Parts[1].TryReadMultipart(out _, out var error).Should().BeFalse();
        error!.SuggestedStatus.Should().Be(SipStatus.UnsupportedMediaType);
    }

    [Fact]
    public void Constructor_NoPartOrAnotherType_Throws()
    {
        var none = static () => new SipMultipart();
        var other = static () => new SipMultipart(SipMediaType.Sdp, new SipBodyPart(SipContent.PlainText("x")));
        none.Should().Throw<ArgumentException>();
        other.Should().Throw<ArgumentException>();
    }

    private static SipContent Content(string body) => new("multipart/mixed;boundary=b1", Encoding.UTF8.GetBytes(body));

    private static SipMultipart Read(string body)
    {
        SipMultipart.TryParse(Content(body), out var multipart, out var error).Should().BeTrue("{0}", error);
        return multipart!;
    }
}
