using System.Buffers;
using System.Text;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Tests.Messages;

public sealed class SipMessageWritingTests
{
    [Fact]
    public void Write_ReceivedMessage_GivesTheLinesByteForByte()
    {
        var text = Encoding.Latin1.GetString(Wire.Message(
            "OPTIONS sip:%61@EXAMPLE.org;x SIP/2.0", "", "VIA  :SIP / 2.0 / UDP  h ;branch=z9hG4bK1", "x-ODD\t: \r\n  folded \r\n\tagain", "Subject:", "s : \u00FFx"));

        Encoding.Latin1.GetString(Wire.Parse(Encoding.Latin1.GetBytes(text)).ToOctets()).Should().Be(text[..^2] + "Content-Length: 0\r\n\r\n");
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("123456789", 9)]
    [InlineData("ü", 2)]
    public void Write_Body_ContentLengthIsRight(string body, int length)
    {
        var request = new SipRequest(SipMethod.Message, "sip:a@b") { Content = SipContent.PlainText(body) };
        request.Headers.Set(SipHeaderNames.ContentLength, 4711u);
        request.Headers.Add("l", "4712");
        request.Headers.Add("Content-Length", "nonsense");

        Wire.Text(request).Should().Be($"MESSAGE sip:a@b SIP/2.0\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: {length}\r\n\r\n{body}");
    }

    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(99_999)]
    [InlineData(100_000)]
    public void WriteTo_Writer_GivesTheSameOctets(int size)
    {
        var response = new SipResponse(SipStatus.Ok, "ü") { Content = new SipContent("a/b", new byte[size]) };
        var writer = new ArrayBufferWriter<byte>();

        response.WriteTo(writer);

        writer.WrittenSpan.ToArray().Should().Equal(response.ToOctets());
        response.GetWrittenLength().Should().Be(writer.WrittenCount);
        Encoding.UTF8.GetString(writer.WrittenSpan).Should().Contain($"Content-Length: {size}\r\n\r\n");
    }

    [Fact]
    public void Write_DatagramWithMoreThanItsBody_LeavesTheRestOut()
    {
        var message = Wire.Parse(Wire.Message("OPTIONS sip:a@b SIP/2.0", "bodyMORE", "Content-Length: 4", "Content-Type: text/plain"));

        message.Content!.GetText().Should().Be("body");
        Wire.Text(message).Should().EndWith("\r\n\r\nbody");
    }

    [Fact]
    public void Parse_NoContentLength_BodyGoesToTheEndOfTheDatagram() =>
        Wire.Parse(Wire.Message("OPTIONS sip:a@b SIP/2.0", "a\r\n\r\nb")).Body.Length.Should().Be(6);

    [Fact]
    public void Parse_LeadingEmptyLines_AreSkipped() => Wire.Parse([.. "\r\n\r\n\r\n"u8, .. Wire.Options()]).Headers.CallId.Should().Be("5f2c@client.example.net");

    [Fact]
    public void CreateResponse_TakesOverWhatItMust()
    {
        var request = Wire.ParseRequest("Via: SIP/2.0/UDP c", "v:SIP/2.0/UDP a;branch=z9hG4bKa,SIP/2.0/UDP b", "Record-Route: <sip:p;lr>", "Timestamp: 5", "Subject: x");

        var response = request.CreateResponse(SipStatus.Ringing);

        Wire.Text(response).Should().Be(
            "SIP/2.0 180 Ringing\r\nVia: SIP/2.0/UDP c\r\nv:SIP/2.0/UDP a;branch=z9hG4bKa,SIP/2.0/UDP b\r\nFrom: Ada <sip:ada@example.net>;tag=a7x\r\n"
            + "To: <sip:bo@example.org>\r\nCall-ID: 5f2c@client.example.net\r\nCSeq: 17 OPTIONS\r\nContent-Length: 0\r\n\r\n");
        Wire.Parse(response.ToOctets()).Headers.GetAll(SipHeaderNames.Via).Should().HaveCount(3);
    }

    [Fact]
    public void CreateResponse_ToARequestThatCouldNotBeRead_EchoesWhatIsThere()
    {
        var parsed = Wire.Read(Wire.Options("Max-Forwards: 70\r\nX Y: malformed", "To: \r\n <sip:bo@example.org>", "Call-ID"));

        parsed.Error!.SuggestedStatus.Should().Be(SipStatus.BadRequest);
        var response = ((SipRequest)parsed.Message!).CreateResponse(parsed.Error.SuggestedStatus!.Value);

        Wire.Text(response).Should().StartWith("SIP/2.0 400 Bad Request\r\nVia: ").And.Contain("\r\nTo: \r\n <sip:bo@example.org>\r\n").And.NotContain("Call-ID").And.NotContain("malformed");
    }

    [Theory]
    [InlineData("a\r\nb")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public void CreateResponse_PhraseThatBreaksTheLine_Throws(string phrase)
    {
        var act = () => Wire.ParseRequest().CreateResponse(SipStatus.Ok, phrase);
        act.Should().Throw<ArgumentException>();
    }

    [Theory]
    [InlineData("SIP/2.0 200 OK", 200, "OK")]
    [InlineData("sip/2.0 200 OK", 200, "OK")]
    [InlineData("SIP/2.0 699 ", 699, "")]
    [InlineData("SIP/2.0 100", 100, "")]
    [InlineData("SIP/2.0 183 = 2**3  тест ", 183, "= 2**3  тест ")]
    public void Parse_StatusLine_GivesCodeAndPhrase(string line, int code, string phrase)
    {
        var response = (SipResponse)Wire.Parse(Wire.Request(line));

        response.StatusCode.Should().Be(code);
        response.ReasonPhrase.Should().Be(phrase);
        Wire.Text(response).Should().StartWith($"SIP/2.0 {code} {phrase}\r\n");
    }

    [Theory]
    [InlineData("SIP/2.0 099 x")]
    [InlineData("SIP/2.0 007 x")]
    [InlineData("SIP/2.0 700 x")]
    [InlineData("SIP/2.0 99 x")]
    [InlineData("SIP/2.0 2000 x")]
    [InlineData("SIP/2.0 4294967301 x")]
    [InlineData("SIP/2.0 +20 x")]
    [InlineData("SIP/2.0  200 x")]
    [InlineData("SIP/2.0 ")]
    [InlineData("SIP/3.0 200 OK")]
    [InlineData("SIP/2.0")]
    public void Parse_IllegalStatusLine_IsRefusedWithoutAnAnswer(string line) => Wire.Refuse(Wire.Request(line)).SuggestedStatus.Should().BeNull();

    [Theory]
    [InlineData("OPTIONS sip:a@b sip/2.0", null)]
    [InlineData("OPTIONS sip:a@b SIP/2.0 ", 400)]
    [InlineData("OPTIONS  sip:a@b SIP/2.0", 400)]
    [InlineData("OPTIONS sip:a@b  SIP/2.0", 400)]
    [InlineData("OPTIONS sip:a@b; lr SIP/2.0", 400)]
    [InlineData("OPTIONS <sip:a@b> SIP/2.0", 400)]
    [InlineData("OPTIONS SIP/2.0", 400)]
    [InlineData("OPTIONS  SIP/2.0", 400)]
    [InlineData("OPTIONS sip:a@b SIP/2.0 SIP/2.0", 400)]
    [InlineData("OPTIONS sip:a@b SIP/2.1", 505)]
    [InlineData("OPTIONS sip:a@b SIP/7.0", 505)]
    [InlineData("NEWMETHOD sip:a@b SIP/2.0", 501)]
    [InlineData("INVITE sip:a@b SIP/2.0", 400)]
    public void Parse_RequestLine_IsAcceptedOrAnswered(string line, int? status)
    {
        var parsed = Wire.Read(Wire.Request(line));

        (parsed.Error?.SuggestedStatus?.Code).Should().Be(status);
        (parsed.Error is null).Should().Be(status is null);
        parsed.Message.Should().BeOfType<SipRequest>();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("OPTIONS sip:a@b")]
    [InlineData("OPTIONS")]
    [InlineData("OPTIONS sip:a@b SIP/2.0 junk")]
    [InlineData(" OPTIONS sip:a@b SIP/2.0")]
    [InlineData("O@TIONS sip:a@b SIP/2.0")]
    public void Parse_NoSip_IsNotAnswered(string line)
    {
        var parsed = Wire.Read(Wire.Request(line));

        parsed.Message.Should().BeNull();
        parsed.Error!.SuggestedStatus.Should().BeNull();
    }

    [Fact]
    public void Parse_MalformedAck_IsNotAnswered() =>
        Wire.Refuse(Wire.Request("ACK sip:a@b SIP/2.0", "CSeq: x ACK")).SuggestedStatus.Should().BeNull();

    [Fact]
    public void RequestUri_Headers_AreLeftOut()
    {
        var request = new SipRequest(SipMethod.Invite, "sip:a@b?Route=%3Csip:evil%3E");

        Wire.Text(request).Should().NotContain("Route");
        request.RequestUri = "sip:c@d?x=y";
        request.RequestUri.ToString().Should().Be("sip:c@d");
    }

    [Fact]
    public void Constructor_DefaultMethodOrStatus_Throws()
    {
        var request = () => new SipRequest(default, "sip:a@b");
        var response = () => new SipResponse(default);
        var noUri = () => new SipRequest(SipMethod.Invite, null!);

        request.Should().Throw<ArgumentException>();
        response.Should().Throw<ArgumentException>();
        noUri.Should().Throw<ArgumentNullException>();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65_001)]
    public void Limits_HeaderLengthThatAFieldCannotHold_Throws(int length)
    {
        var act = () => new SipMessageLimits { MaxHeaderLength = length };
        act.Should().Throw<ArgumentOutOfRangeException>();
    }
}
