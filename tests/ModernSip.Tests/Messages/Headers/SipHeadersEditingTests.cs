using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Tests.Messages.Headers;

public sealed class SipHeadersEditingTests
{
    [Fact]
    public void Set_PresentField_TakesItsPlaceAndRemovesTheOthers()
    {
        var headers = new SipHeaders { { "A", "1" }, { "m", "<sip:x@y>" }, { "B", "2" }, { "Contact", "<sip:z@y>" }, { "C", "3" } };

        headers.Contact = SipUri.Parse("sip:n@y");

        Lines(headers).Should().Equal("A: 1", "Contact: <sip:n@y>", "B: 2", "C: 3");
        headers.Contact = null;
        Lines(headers).Should().Equal("A: 1", "B: 2", "C: 3");
        headers.Contact = "sip:e@y";
        Lines(headers).Should().Equal("A: 1", "B: 2", "C: 3", "Contact: sip:e@y");
    }

    [Fact]
    public void Indexer_SetsInPlaceAndRemoves()
    {
        var headers = new SipHeaders { { "x-a", "1" }, { "B", "2" }, { "X-A", "3" } };

        headers["X-a"] = " new ";

        Lines(headers).Should().Equal("X-a: new", "B: 2");
        headers["x-A"] = null;
        Lines(headers).Should().Equal("B: 2");
        headers["x-A"].Should().BeNull();
        headers["V"] = "SIP/2.0/UDP h";
        headers.Via!.Host.Should().Be("h");
    }

    [Fact]
    public void AddAndPrepend_KeepTheOrder()
    {
        var headers = new SipHeaders();
        headers.Add(SipHeaderNames.Via, new SipVia("UDP", "a"));
        headers.Add("Subject", "s");
        headers.Prepend(SipHeaderNames.Via, new SipVia("UDP", "b"));
        for (var i = 0; i < 20; i++) headers.Add("N", i.ToString(System.Globalization.CultureInfo.InvariantCulture));

        headers.Via!.Host.Should().Be("b");
        headers.GetAll(SipHeaderNames.Via).Select(static via => via.Host).Should().Equal("b", "a");
        headers.Count.Should().Be(23);
        headers.GetValues("n").Should().HaveCount(20).And.StartWith("0").And.EndWith("19");
    }

    [Fact]
    public void SetAll_ReplacesInPlace()
    {
        var headers = new SipHeaders { { "A", "1" }, { "Route", "<sip:old>" }, { "B", "2" }, { "Route", "<sip:older>" } };

        headers.SetAll(SipHeaderNames.Route, [SipUri.Parse("sip:p1;lr"), SipUri.Parse("sip:p2;lr")]);

        Lines(headers).Should().Equal("A: 1", "Route: <sip:p1;lr>", "Route: <sip:p2;lr>", "B: 2");
        headers.SetAll(SipHeaderNames.Route, []);
        Lines(headers).Should().Equal("A: 1", "B: 2");
        headers.SetAll(SipHeaderNames.Supported, ["100rel", "path"]);
        headers.GetAll(SipHeaderNames.Supported).Should().Equal("100rel", "path");
    }

    [Fact]
    public void Remove_CatchesEverySpelling()
    {
        var request = Wire.ParseRequest("Route: <sip:a>", "rOUTE  : <sip:b>", "Route\t:<sip:c>", "x-odd: 1", "X-ODD : 2");

        request.Headers.Remove("route").Should().BeTrue();
        request.Headers.Remove("route").Should().BeFalse();
        request.Headers.Remove("X-Odd").Should().BeTrue();

        Wire.Text(request).Should().NotContainEquivalentOf("route").And.NotContainEquivalentOf("odd");
    }

    [Fact]
    public void Set_TextWithBlanksAround_ReadsLikeTheWrittenLine()
    {
        var headers = new SipHeaders();
        headers.Set(SipHeaderNames.Subject, " a b\t");

        headers.Get(SipHeaderNames.Subject).Should().Be("a b");
        Lines(headers).Should().Equal("Subject: a b");
    }

    [Fact]
    public void Set_IllegalValue_LeavesTheFieldAsItWas()
    {
        var headers = new SipHeaders { { "Call-ID", "old" }, { "Supported", "timer" } };

        var callId = () => headers.CallId = "not legal";
        var tokens = () => headers.SetAll(SipHeaderNames.Supported, ["ok", "not a token"]);
        var method = () => headers.Add(SipHeaderNames.Allow, default);
        var text = () => headers["Call-ID"] = "a\nb";

        callId.Should().Throw<ArgumentException>();
        tokens.Should().Throw<ArgumentException>();
        method.Should().Throw<ArgumentException>();
        text.Should().Throw<ArgumentException>();
        Lines(headers).Should().Equal("Call-ID: old", "Supported: timer");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("ä")]
    [InlineData("a\0")]
    public void Add_IllegalName_Throws(string name)
    {
        var headers = new SipHeaders();
        var act = () => headers.Add(name, "x");
        act.Should().Throw<ArgumentException>();
        headers.Contains(name).Should().BeFalse();
    }

    [Fact]
    public void Add_LongerThanAFieldMayBe_Throws()
    {
        var headers = new SipHeaders();
        var act = () => headers.Add("X", new string('x', 70_000));
        act.Should().Throw<ArgumentException>();
        headers.Add("X", new string('x', 65_000));
        headers["x"].Should().HaveLength(65_000);
    }

    [Fact]
    public void ReplaceFirst_CommaLine_LeavesTheOthersAsTheyStand()
    {
        var request = Wire.ParseRequest("Via: SIP/2.0/UDP a;branch=1 ,  SIP / 2.0 / TCP b ;x=\"1,2\",SIP/2.0/UDP c", "Via: SIP/2.0/UDP d");

        request.Headers.ReplaceFirst(SipHeaderNames.Via, request.Headers.Via!.WithParameter("received", "192.0.2.1"));

        Lines(request.Headers).Take(3).Should().Equal(
            "Via: SIP/2.0/UDP a;branch=1;received=192.0.2.1",
            "Via: SIP / 2.0 / TCP b ;x=\"1,2\",SIP/2.0/UDP c",
            "Via: SIP/2.0/UDP d");
        Wire.Parse(request.ToOctets()).Headers.GetAll(SipHeaderNames.Via).Should().HaveCount(4);
    }

    [Fact]
    public void ReplaceFirst_SecondValueMalformed_IsNotLost()
    {
        var headers = new SipHeaders { { "Accept", "a/b, nonsense ;, c/d" } };

        headers.ReplaceFirst(SipHeaderNames.Accept, SipMediaType.Sdp);

        headers.GetValues("Accept").Should().Equal("application/sdp", "nonsense ;, c/d");
    }

    [Fact]
    public void ReplaceFirst_AbsentField_AddsItOnTop()
    {
        var headers = new SipHeaders { { "A", "1" } };

        headers.ReplaceFirst(SipHeaderNames.Via, new SipVia("UDP", "h"));

        Lines(headers).Should().Equal("Via: SIP/2.0/UDP h", "A: 1");
    }

    [Fact]
    public void ReplaceFirst_IllegalValue_LeavesTheFieldAsItWas()
    {
        var headers = new SipHeaders { { "Supported", "a, b" } };
        var act = () => headers.ReplaceFirst(SipHeaderNames.Supported, "not a token");

        act.Should().Throw<ArgumentException>();
        Lines(headers).Should().Equal("Supported: a, b");
    }

    [Fact]
    public void RemoveFirst_TakesOneValue()
    {
        var request = Wire.ParseRequest("Route: <sip:a,1@h;lr>,\r\n <sip:b;lr>\r\n ,<sip:c;lr>", "Route: <sip:d;lr>");

        var hosts = new List<string>();
        while (request.Headers.Get(SipHeaderNames.Route) is { } route)
        {
            hosts.Add(route.Uri.ToString());
            request.Headers.RemoveFirst(SipHeaderNames.Route);
        }

        hosts.Should().Equal("sip:a,1@h;lr", "sip:b;lr", "sip:c;lr", "sip:d;lr");
    }

    [Fact]
    public void CopyFrom_AnotherMessage_TakesTheLinesOctetForOctet()
    {
        var request = Wire.ParseRequest("rECORD-rOUTE :  <sip:a;lr> ,\r\n\t<sip:b;lr>", "Record-Route: <sip:c;lr>");
        _ = request.Headers.GetAll(SipHeaderNames.RecordRoute);
        request.Headers.Add(SipHeaderNames.RecordRoute, SipUri.Parse("sip:d;lr"));
        var response = request.CreateResponse(SipStatus.Ok);

        response.Headers.CopyFrom(request.Headers, SipHeaderNames.RecordRoute);

        Wire.Text(response).Should().Contain("rECORD-rOUTE :  <sip:a;lr> ,\r\n\t<sip:b;lr>\r\nRecord-Route: <sip:c;lr>\r\nRecord-Route: <sip:d;lr>\r\n");
        response.Headers.GetAll(SipHeaderNames.RecordRoute).Should().HaveCount(4);
        request.Headers.Remove("Record-Route");
        response.Headers.GetAll(SipHeaderNames.RecordRoute).Should().HaveCount(4);
    }

    [Fact]
    public void Copy_IsIndependent()
    {
        var request = Wire.ParseRequest("Contact: <sip:a@x>", "X: 1");
        _ = request.Headers.Contact;
        var copy = request.Copy();

        copy.Headers["X"] = "2";
        copy.Headers.Contact = null;
        copy.RequestUri = "sip:other";

        request.Headers["X"].Should().Be("1");
        request.Headers.Contact!.Uri.User.Should().Be("a");
        request.RequestUri.Host.Should().Be("example.org");
        copy.Headers.CallId.Should().Be(request.Headers.CallId);
    }

    private static IEnumerable<string> Lines(SipHeaders headers)
    {
        var octets = new byte[headers.GetWrittenLength()];
        headers.WriteTo(octets).Should().Be(octets.Length);
        return System.Text.Encoding.UTF8.GetString(octets).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }
}
