using System.Text;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Tests.Messages.Headers;

public sealed class SipHeadersReadingTests
{
    [Fact]
    public void Find_AnyCaseCompactFormAndBlanksBeforeTheColon_IsTheSameField()
    {
        var request = Wire.ParseRequest("v: SIP/2.0/TCP x", "Via", "FROM   : <sip:f@x>;tag=1", "From", "t\t: <sip:t@x>", "To", "i:call@x", "Call-ID", "cseq: 1 OPTIONS", "L : 0", "M: <sip:c@x>");

        request.Headers.Via!.Transport.Should().Be("TCP");
        request.Headers.From!.Uri.User.Should().Be("f");
        request.Headers.To!.Uri.User.Should().Be("t");
        request.Headers.CallId.Should().Be("call@x");
        request.Headers["CALL-id"].Should().Be("call@x");
        request.Headers["I"].Should().Be("call@x");
        request.Headers.Contact!.Uri.User.Should().Be("c");
        request.Headers.Contains("content-length").Should().BeTrue();
        request.Headers.Remove("CONTACT").Should().BeTrue();
        request.Headers.Contains("m").Should().BeFalse();
    }

    [Theory]
    [InlineData('a', "Accept-Contact")]
    [InlineData('b', "Referred-By")]
    [InlineData('c', "Content-Type")]
    [InlineData('d', "Request-Disposition")]
    [InlineData('e', "Content-Encoding")]
    [InlineData('f', "From")]
    [InlineData('i', "Call-ID")]
    [InlineData('j', "Reject-Contact")]
    [InlineData('k', "Supported")]
    [InlineData('l', "Content-Length")]
    [InlineData('m', "Contact")]
    [InlineData('n', "Identity-Info")]
    [InlineData('o', "Event")]
    [InlineData('r', "Refer-To")]
    [InlineData('s', "Subject")]
    [InlineData('t', "To")]
    [InlineData('u', "Allow-Events")]
    [InlineData('v', "Via")]
    [InlineData('x', "Session-Expires")]
    [InlineData('y', "Identity")]
    public void CompactForm_OfTheRegistry_IsKnown(char letter, string name)
    {
        var headers = new SipHeaders { { letter.ToString(), "x" } };

        headers[name].Should().Be("x");
        headers.Single().Key.Should().Be(name);
    }

    [Fact]
    public void Names_All_AreFoundInAnyCase()
    {
        foreach (var name in SipHeaderNames.All)
        {
            SipHeaderNames.Table.Find(Encoding.ASCII.GetBytes(name.Name.ToUpperInvariant())).Should().Be(name.Index);
            SipHeaderNames.Table.Find(Encoding.ASCII.GetBytes(name.Name.ToLowerInvariant())).Should().Be(name.Index);
            SipHeaderNames.Table.Find(Encoding.ASCII.GetBytes(name.Name + "x")).Should().Be(0);
        }

        SipHeaderNames.Table.Find([]).Should().Be(0);
        SipHeaderNames.Table.Find([0xC3]).Should().Be(0);
    }

    [Theory]
    [InlineData("X: a\r\n b", "a b")]
    [InlineData("X: a  \r\n\t  b", "a b")]
    [InlineData("X:\r\n a", "a")]
    [InlineData("X:\r\n \r\n\t\r\n a\r\n ", "a")]
    [InlineData("X:\r\n ", "")]
    [InlineData("X: a\r\n b\r\n c", "a b c")]
    [InlineData("X:", "")]
    [InlineData("X:   ", "")]
    [InlineData("X: a \t ", "a")]
    [InlineData("X: ;;,,;;,;", ";;,,;;,;")]
    [InlineData("X: a:b", "a:b")]
    public void Value_FoldsAndBlanks_AreUndone(string line, string expected) => Wire.ParseRequest(line).Headers["x"].Should().Be(expected);

    [Fact]
    public void GetAll_CommaLists_KnowQuotesAndBrackets()
    {
        var request = Wire.ParseRequest(
            "Contact: \"A, B\" <sip:a,b@x;p=1>;x=\"q,r\" ,\t<sip:c@x>,sip:d@x",
            "m: <sip:e@x>");

        request.Headers.GetAll(SipHeaderNames.Contact).Select(static contact => contact.Uri.User).Should().Equal("a,b", "c", "d", "e");
        request.Headers.Contact!.DisplayName.Should().Be("A, B");
        request.Headers.GetValues("Contact").Should().HaveCount(2);
    }

    [Fact]
    public void GetAll_TokenList_TakesAllFields() =>
        Wire.ParseRequest("Supported: 100rel , timer", "k: path,,").Headers.GetAll(SipHeaderNames.Supported).Should().Equal("100rel", "timer", "path");

    [Fact]
    public void GetAll_ViaOnSeveralLines_KeepsTheOrder() =>
        Wire.ParseRequest("Via: SIP/2.0/UDP a;branch=1, SIP/2.0/TCP b", "Via: SIP/2.0/TLS c").Headers
            .GetAll(SipHeaderNames.Via).Select(static via => via.Host).Should().Equal("a", "b", "c");

    [Fact]
    public void Get_MalformedValue_IsNullAndDoesNotThrow()
    {
        var headers = Wire.ParseRequest("Expires: soon", "Retry-After: x", "Content-Type: nonsense", "Event: ;", "RSeq: -1", "Accept: a, b/c", "Refer-To: \"").Headers;

        headers.Expires.Should().BeNull();
        headers.Get(SipHeaderNames.RetryAfter).Should().BeNull();
        headers.ContentType.Should().BeNull();
        headers.Get(SipHeaderNames.Event).Should().BeNull();
        headers.TryGet(SipHeaderNames.RSeq, out _).Should().BeFalse();
        headers.GetAll(SipHeaderNames.Accept).Should().ContainSingle().Which.Type.Should().Be("b/c");
        headers.Get(SipHeaderNames.ReferTo).Should().BeNull();
        headers.Get(SipHeaderNames.Subject).Should().BeNull();
    }

    [Fact]
    public void Get_Twice_ParsesOnce()
    {
        var headers = Wire.ParseRequest("Contact: <sip:a@x>").Headers;

        headers.Contact.Should().BeSameAs(headers.Contact);
        headers.From.Should().BeSameAs(headers.From);
        headers.Contact!.Uri.Should().BeSameAs(headers.Contact.Uri);
    }

    [Fact]
    public void Contact_Star_IsAcceptedAndHasNoAddress()
    {
        var request = Wire.ParseRequest("Contact: *");

        request.Headers.Contact.Should().BeNull();
        request.Headers["Contact"].Should().Be("*");
    }

    [Fact]
    public void Enumeration_GivesUsualNamesAndUnfoldedValues() =>
        Wire.ParseRequest("s: a\r\n b", "x-Odd: c").Headers.TakeLast(2).Select(static field => $"{field.Key}={field.Value}").Should().Equal("Subject=a b", "x-Odd=c");

    [Fact]
    public void Parse_BufferReusedByTheReceiver_MessageStays()
    {
        var octets = Wire.Options("Contact: <sip:a@x>", "X: y");
        var before = octets.ToArray();
        var request = (SipRequest)Wire.Parse(octets);

        octets.Should().Equal(before, "parsing never writes into the received octets");
        Array.Fill(octets, (byte)'?');

        request.Headers.Contact!.Uri.User.Should().Be("a");
        request.ToOctets().Should().StartWith(before[..40]);
    }

    [Fact]
    public void TypedValue_Changed_LeavesTheReceivedOctetsAlone()
    {
        var request = Wire.ParseRequest("Contact: <sip:a@x>;q=0.1", "Via: SIP/2.0/UDP h;rport;branch=z9hG4bK1");
        var before = Wire.Text(request);

        _ = request.Headers.Contact!.WithParameter("q", "1.0").WithTag("x");
        _ = request.Headers.Contact.Uri.WithParameter("lr").WithHost("other");
        _ = request.Headers.Via!.WithReceived(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 5));

        Wire.Text(request).Should().Be(before);
    }
}
