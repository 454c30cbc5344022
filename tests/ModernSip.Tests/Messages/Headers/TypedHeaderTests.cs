using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Tests.Messages.Headers;

/// <summary>The parts of the typed values, read from a message and made by hand.</summary>
public sealed class TypedHeaderTests
{
    [Fact]
    public void RAck_Read_NamesResponseAndRequest()
    {
        var value = Read(SipHeaderNames.RAck, "776656  1\tINVITE");

        value.Should().Be(new SipRAck(776656, new SipCSeq(1, SipMethod.Invite)));
        value.ToString().Should().Be("776656 1 INVITE");
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1 INVITE")]
    [InlineData("1 2147483648 INVITE")]
    [InlineData("4294967296 1 INVITE")]
    [InlineData("1 1 INV ITE")]
    [InlineData("-1 1 INVITE")]
    public void RAck_IllegalText_IsRefused(string text) => IsAbsent(SipHeaderNames.RAck, text);

    [Theory]
    [InlineData("54", 54d, null)]
    [InlineData("54.5 0.25", 54.5d, 0.25d)]
    [InlineData(".5", 0.5d, null)]
    [InlineData("54. 1", 54d, 1d)]
    public void Timestamp_LegalText_IsRead(string text, double seconds, double? delay)
    {
        var value = Read(SipHeaderNames.Timestamp, text);

        value.Seconds.Should().Be((decimal)seconds);
        value.Delay.Should().Be((decimal?)delay);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("-1")]
    [InlineData("1 2 3")]
    [InlineData("1e5")]
    [InlineData("99999999999999999999999999999999999999")]
    public void Timestamp_IllegalText_IsRefused(string text) => IsAbsent(SipHeaderNames.Timestamp, text);

    [Fact]
    public void Date_Read_IsAPointInTime() =>
        Read(SipHeaderNames.Date, "Sat, 13 Nov 2010 23:29:00 GMT").Should().Be(new DateTimeOffset(2010, 11, 13, 23, 29, 0, TimeSpan.Zero));

    [Fact]
    public void Date_SetInAnotherZone_IsWrittenInGmt()
    {
        var headers = new SipHeaders();
        headers.Set(SipHeaderNames.Date, new DateTimeOffset(2010, 11, 14, 1, 29, 0, TimeSpan.FromHours(2)));
        headers["Date"].Should().Be("Sat, 13 Nov 2010 23:29:00 GMT");
    }

    [Fact]
    public void Warning_Read_HasCodeAgentAndWords()
    {
        var values = Wire.ParseRequest("Warning: 301 isi.edu:5060 \"Say \\\"hi\\\", please\", 399 gate \"\"").Headers.GetAll(SipHeaderNames.Warning);

        values.Select(static value => (value.Code, value.Agent, value.Explanation)).Should().Equal((301, "isi.edu:5060", "Say \"hi\", please"), (399, "gate", ""));
    }

    [Fact]
    public void Warning_Made_EqualsWhatIsRead() => Read(SipHeaderNames.Warning, new SipWarning(399, "gate", "a \"b\" \\").ToString()).Explanation.Should().Be("a \"b\" \\");

    [Theory]
    [InlineData(99, "a")]
    [InlineData(1000, "a")]
    [InlineData(399, "a b")]
    [InlineData(399, "")]
    public void Warning_IllegalParts_Throw(int code, string agent)
    {
        var act = () => new SipWarning(code, agent, "x");
        act.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Replaces_Read_NamesTheDialog()
    {
        var value = Read(SipHeaderNames.Replaces, "98732@h.example ;from-tag=r33th4x0r; to-tag=ff87ff ;early-only");

        (value.CallId, value.ToTag, value.FromTag, value.IsEarlyOnly).Should().Be(("98732@h.example", "ff87ff", "r33th4x0r", true));
    }

    [Theory]
    [InlineData("a;to-tag=1")]
    [InlineData("a;from-tag=1")]
    [InlineData("a;to-tag=1;from-tag=2;to-tag=3")]
    [InlineData("a;to-tag;from-tag=2")]
    [InlineData(";to-tag=1;from-tag=2")]
    public void Replaces_WithoutEachTagOnce_IsRefused(string text)
    {
        IsAbsent(SipHeaderNames.Replaces, text);
        IsAbsent(SipHeaderNames.Join, text);
    }

    [Fact]
    public void Replaces_Made_IsRead()
    {
        var made = new SipCallIdValue("1@h").WithParameter("to-tag", "a").WithParameter("from-tag", "b");

        made.ToString().Should().Be("1@h;to-tag=a;from-tag=b");
        made.IsEarlyOnly.Should().BeFalse();
        Read(SipHeaderNames.Replaces, made.ToString()).FromTag.Should().Be("b");
    }

    [Fact]
    public void SessionExpires_Read_HasSecondsAndRefresher()
    {
        var value = Wire.ParseRequest("x: 1800 ; Refresher=uas").Headers.Get(SipHeaderNames.SessionExpires)!;

        (value.Seconds, value.Parameters["refresher"]).Should().Be((1800u, "uas"));
        new SipSecondsValue(90).WithParameter("refresher", "uac").ToString().Should().Be("90;refresher=uac");
        Read(SipHeaderNames.MinSE, "99999999999999").Seconds.Should().Be(uint.MaxValue);
    }

    [Fact]
    public void AlertInfo_SeveralInAField_AreTakenApart()
    {
        var values = Wire.ParseRequest("Alert-Info: <http://h.example/a,b>;info=x, < urn:alert:service:normal >").Headers.GetAll(SipHeaderNames.AlertInfo);

        values.Select(static value => value.Uri.ToString()).Should().Equal("http://h.example/a,b", "urn:alert:service:normal");
        values[0].Parameters["info"].Should().Be("x");
        new SipBracketedUri("http://h.example/p").WithParameter("purpose", "icon").ToString().Should().Be("<http://h.example/p>;purpose=icon");
    }

    [Fact]
    public void Privacy_Read_IsAskedByName()
    {
        var value = Read(SipHeaderNames.Privacy, "header; ID ;critical");

        value.Parameters.Contains("id").Should().BeTrue();
        value.Parameters.Contains("user").Should().BeFalse();
        value.ToString().Should().Be("header; ID ;critical");
        new SipParameterList("id").WithParameter("critical").ToString().Should().Be("id;critical");
    }

    [Fact]
    public void ChargingVector_Read_HasItsParameters() =>
        Read(SipHeaderNames.PChargingVector, "icid-value=\"a b\"; orig-ioi=home1.example").Parameters["icid-value"].Should().Be("a b");

    [Fact]
    public void Identity_Read_HasSignatureInfoAndParameters()
    {
        var value = Read(SipHeaderNames.Identity, "eyJh.eyJk.c2ln; info=<https://cert.example/a;b=1.pem> ;alg=ES256;ppt=\"shaken\"");

        value.Signature.Should().Be("eyJh.eyJk.c2ln");
        value.Info!.ToString().Should().Be("https://cert.example/a;b=1.pem");
        (value["ALG"], value["ppt"], value["x"]).Should().Be(("ES256", "shaken", null));
        Read(SipHeaderNames.Identity, "\"c2ln==\"").Signature.Should().Be("c2ln==");
    }

    [Fact]
    public void HistoryInfo_Entries_KeepTheirIndex()
    {
        var values = Wire.ParseRequest("History-Info: <sip:a@b?Reason=x>;index=1, <sip:c@d>;index=1.1;rc=1").Headers.GetAll(SipHeaderNames.HistoryInfo);

        values.Select(static value => value.Parameters["index"]).Should().Equal("1", "1.1");
    }

    [Fact]
    public void VisitedNetwork_QuotedOrToken_GivesItsName()
    {
        var values = Wire.ParseRequest("P-Visited-Network-ID: other.net;x=1, \"Visited, \\\"one\\\"\";y").Headers.GetAll(SipHeaderNames.PVisitedNetworkId);

        values.Select(static value => value.Token).Should().Equal("other.net", "Visited, \"one\"");
        values[1].Parameters.Contains("y").Should().BeTrue();
    }

    [Fact]
    public void Service_Read_IsAUri() => Read(SipHeaderNames.PAssertedService, "urn:urn-7:3gpp-service.ims.icsi.mmtel").Scheme.Should().Be("urn");

    private static T Read<T>(SipHeaderName<T> name, string text)
    {
        Wire.ParseRequest($"{name}: {text}").Headers.TryGet(name, out var value).Should().BeTrue();
        return value!;
    }

    private static void IsAbsent<T>(SipHeaderName<T> name, string text) => Wire.ParseRequest($"{name}: {text}").Headers.TryGet(name, out _).Should().BeFalse();
}
