using System.Text;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Tests.Messages.Parsing;

/// <summary>The classes of hostile input that concern reading and writing; the numbers are those of the project's list.</summary>
public sealed class RobustnessTests
{
    [Theory]
    [InlineData("2147483648")]
    [InlineData("4294967295")]
    [InlineData("4294967296")]
    [InlineData("1000000000000000000000000000000")]
    [InlineData("-1")]
    [InlineData("five")]
    [InlineData("+5")]
    [InlineData("5,5")]
    [InlineData("5 5")]
    [InlineData("0x5")]
    [InlineData("")]
    public void Class01_ContentLengthOutOfRange_Is400(string value) => AssertAnswered(400, $"Content-Length: {value}");

    [Fact]
    public void Class01_TwoContentLengths_AreRefusedWhereTheyDiffer()
    {
        AssertAnswered(400, "Content-Length: 0", "l: 1");
        AssertAnswered(400, "Content-Length: 0", "l: x");
        Wire.ParseRequest("Content-Length: 0", "l: 00").Body.Length.Should().Be(0);
    }

    [Fact]
    public void Class01_ContentLengthInAResponse_IsNotAnswered() =>
        Wire.Refuse(Wire.Request("SIP/2.0 200 OK", "Content-Length: 99")).SuggestedStatus.Should().BeNull();

    [Fact]
    public void Class03_HeaderSectionWithoutEnd_IsRefused()
    {
        Wire.Refuse(Encoding.ASCII.GetBytes("OPTIONS sip:a@b SIP/2.0\r\n" + new string('x', 60_000)));
        Wire.Refuse(Encoding.ASCII.GetBytes("OPTIONS sip:a@b SIP/2.0\r\nX: y\r\n"));
        Wire.Refuse([]);
        Wire.Refuse("\r\n\r\n"u8.ToArray());
        Wire.Refuse("\r"u8.ToArray());
    }

    [Fact]
    public void Class03_EmptyLineMissing_Is400OfWhatIsThere()
    {
        var whole = Wire.Options("Subject: s");

        AssertAnswered(400, whole[..^2]).Should().Contain("\r\nCSeq: 17 OPTIONS\r\n");
        Wire.Read(whole[..^2]).Error!.Line.Should().Be(8, "that is the last line");
        Wire.Read(whole[..^3]).Message.Should().BeNull("a line that does not end says nothing certain");
        Wire.Read(Wire.Request("SIP/2.0 200 OK")[..^2]).Error!.SuggestedStatus.Should().BeNull();
    }

    [Fact]
    public void Class03_LineTooLong_Is400()
    {
        AssertAnswered(400, "X: " + new string('x', 16 * 1024));
        AssertAnswered(400, "X: " + string.Concat(Enumerable.Repeat("x\r\n ", 5_000)));
        AssertAnswered(400, "Call-ID: " + new string('x', 60_000));
        Wire.ParseRequest("Call-ID: " + new string('x', 16_000)).Headers.CallId.Should().HaveLength(16_000);
    }

    [Fact]
    public void Class03_TooManyHeaderFields_Is400AndCostsLittle()
    {
        AssertAnswered(400, [.. Enumerable.Repeat("X:", 257)]);
        var octets = Wire.Options([.. Enumerable.Repeat("X:", 15_000)]);

        Wire.Read(octets);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Wire.Read(octets);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(2 * octets.Length);
    }

    [Fact]
    public void Class03_SizesBeyondTheLimits_AreRefused()
    {
        Wire.Refuse(Wire.Message("OPTIONS sip:a@b SIP/2.0", new string('b', 1_000)), new SipMessageLimits { MaxMessageSize = 1_000 });
        Wire.Refuse(Wire.Options("X: " + new string('x', 1_000)), new SipMessageLimits { MaxHeaderSectionSize = 1_000 });
    }

    [Theory]
    [InlineData("X: a\nY: b")]
    [InlineData("X: a\rY: b")]
    [InlineData("X: a\n")]
    [InlineData("X: a\r")]
    [InlineData("X: a\r\r")]
    [InlineData("\rX: a")]
    [InlineData("\nX: a")]
    [InlineData("X: a\n b")]
    [InlineData("X: a\n\nb")]
    public void Class08_CrOrLfAlone_Is400(string line) => AssertAnswered(400, line);

    [Fact]
    public void Class08_LineFeedsOnly_IsRefused() =>
        Wire.Refuse(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(Wire.Options()).Replace("\r\n", "\n", StringComparison.Ordinal)));

    [Theory]
    [InlineData("OPTIONS sip:a@b SIP/2.0\n")]
    [InlineData("OPTIONS sip:a@b SIP/2.0\r")]
    [InlineData("OPTIONS sip:a@b\r SIP/2.0")]
    public void Class08_StartLineWithLoneBreak_IsRefused(string startLine) => Wire.Refuse(Wire.Request(startLine));

    [Fact]
    public void Class09_FoldBeforeAnyField_Is400() => AssertAnswered(400, Wire.Request("OPTIONS sip:a@b SIP/2.0\r\n folded: 1"));

    [Fact]
    public void Class09_FoldsBehindARefusedLine_DoNotJoinTheFieldAbove()
    {
        var parsed = Wire.Read(Wire.Options("Subject: s", "no colon here", " folded"));

        parsed.Error!.SuggestedStatus.Should().Be(SipStatus.BadRequest);
        parsed.Message!.Headers["Subject"].Should().Be("s");
    }

    [Fact]
    public void Class09_TenThousandFolds_StayLinearAndBounded() => AssertAnswered(400, "Subject: a" + string.Concat(Enumerable.Repeat("\r\n b", 10_000)));

    [Fact]
    public void Class09_FirstHeaderFolded_IsOneValue() =>
        ((SipRequest)Wire.Parse(Wire.Options("Via: SIP/2.0/UDP\r\n host\r\n ;branch=z9hG4bKq"))).Headers.Via!.Branch.Should().Be("z9hG4bKq");

    [Theory]
    [InlineData("Ro ute: <sip:a>")]
    [InlineData("Route\0: <sip:a>")]
    [InlineData("Rоute: <sip:a>")]
    [InlineData(": <sip:a>")]
    [InlineData("  : x")]
    [InlineData("R(oute: <sip:a>")]
    [InlineData("Route")]
    public void Class10_NameThatIsNoToken_IsRefused(string line)
    {
        if (char.IsWhiteSpace(line[0])) Wire.ParseRequest("Subject: s", line).Headers["Subject"].Should().Be("s : x", "a line that begins with a blank is a fold");
        else AssertAnswered(400, line);
    }

    [Theory]
    [InlineData("CSeq: 115211521152 OPTIONS")]
    [InlineData("CSeq: -1 OPTIONS")]
    [InlineData("CSeq: 2147483648 OPTIONS")]
    [InlineData("CSeq: 1.5 OPTIONS")]
    [InlineData("Max-Forwards: 256")]
    [InlineData("Max-Forwards: -1")]
    [InlineData("Max-Forwards: 99999999999")]
    [InlineData("Max-Forwards: ")]
    [InlineData("Via: SIP/2.0/UDP h:0;branch=z9hG4bKx")]
    [InlineData("Via: SIP/2.0/UDP h:65536;branch=z9hG4bKx")]
    [InlineData("Via: SIP/2.0/UDP h:5060x;branch=z9hG4bKx")]
    [InlineData("Contact: <sip:a@b:65536>")]
    public void Class13_NumberOutOfRange_Is400(string line) => AssertAnswered(400, line);

    [Theory]
    [InlineData("007")]
    [InlineData("99")]
    [InlineData("700")]
    [InlineData("-200")]
    [InlineData("65736")]
    public void Class13_StatusOutOfRange_IsDropped(string status) => Wire.Refuse(Wire.Request($"SIP/2.0 {status} x")).SuggestedStatus.Should().BeNull();

    [Fact]
    public void Class13_ExpiryBeyondTheLimit_IsCut()
    {
        var headers = Wire.ParseRequest("Expires: 1" + new string('0', 40), "Contact: <sip:a@b>;q=9;expires=" + new string('9', 40), "RSeq: 0").Headers;

        headers.Expires.Should().Be(uint.MaxValue);
        headers.Contact!.Parameters["q"].Should().Be("9");
        headers.Get(SipHeaderNames.RSeq).Should().Be(0);
    }

    [Theory]
    [InlineData("To")]
    [InlineData("From")]
    [InlineData("Call-ID")]
    [InlineData("CSeq")]
    [InlineData("Via")]
    public void Class14_MandatoryFieldMissing_Is400OfWhatIsThere(string name) => AssertAnswered(400, name).Should().NotContain($"\r\n{name}:");

    [Theory]
    [InlineData("To", "t: <sip:z@y>")]
    [InlineData("From", "f: <sip:z@y>;tag=2")]
    [InlineData("Call-ID", "i: other")]
    [InlineData("CSeq", "CSEQ : 17 OPTIONS")]
    [InlineData("Max-Forwards", "max-forwards: 70")]
    public void Class15_SingletonTwice_Is400(string name, string second)
    {
        var parsed = Wire.Read(Wire.Options(second, "X: 1"));

        // The helper replaces a line of the same name; a second spelling stands beside it.
        if (string.Equals(name, second.Split(':')[0].Trim(), StringComparison.OrdinalIgnoreCase)) parsed = Wire.Read(Wire.Options(second, second));
        parsed.Error!.SuggestedStatus.Should().Be(SipStatus.BadRequest);
    }

    [Theory]
    [InlineData("From: <sip:a@b>;tag=")]
    [InlineData("From: <sip:a@b>;tag=\"\"")]
    [InlineData("To: <sip:a@b>;tag= ;x")]
    public void Class15_EmptyTag_Is400(string line) => AssertAnswered(400, line);

    [Fact]
    public void Class16_Vias_AreBounded()
    {
        AssertAnswered(400, "Via: ");
        AssertAnswered(400, "Via: SIP/2.0/UDP h,");
        AssertAnswered(400, "Via: SIP/2.0/UDP h" + string.Concat(Enumerable.Repeat(",SIP/2.0/UDP h", 71)));
        AssertAnswered(400, [.. Enumerable.Repeat("Via: SIP/2.0/UDP h", 72)]);
        AssertAnswered(400, [.. Enumerable.Repeat("Via: SIP/2.0/UDP h,SIP/2.0/UDP i", 36)]);
        AssertAnswered(400, "Via: SIP/2.0/UDP h;branch=" + new string('b', 60_000));
        Wire.ParseRequest([.. Enumerable.Repeat("Via: SIP/2.0/UDP h", 71)]).Headers.GetAll(SipHeaderNames.Via).Should().HaveCount(71);
        Wire.ParseRequest("Via: SIP/2.0/UDP h;branch=" + new string('b', 16_000)).Headers.Via!.Branch.Should().HaveLength(16_000);
        Wire.ParseRequest("Via: SIP/2.0/UDP h", "CSeq: 2147483647 OPTIONS").Headers.Via!.Branch.Should().BeNull();
    }

    [Theory]
    [InlineData("Warning: ")]
    [InlineData("Warning: 3")]
    [InlineData("Warning: 399 x \"")]
    [InlineData("X: \"")]
    [InlineData("WWW-Authenticate: Digest realm=\"")]
    [InlineData("WWW-Authenticate: Digest realm=\"\\\"")]
    [InlineData("WWW-Authenticate: Digest realm=")]
    [InlineData("WWW-Authenticate: Digest \"")]
    [InlineData("Event: x;y=\"\\")]
    [InlineData("Event: x;y=")]
    [InlineData("Content-Type: a/b;c=\"")]
    [InlineData("Retry-After: 1 (\\")]
    [InlineData("Reason: SIP;text=\"")]
    public void Class17_UnfinishedQuotedValueInAFieldThatIsNotNeeded_LeavesTheMessageValid(string line) => Survival.Exercise(Wire.Options(line)).Should().BeTrue();

    [Theory]
    [InlineData("From: \"")]
    [InlineData("From: \"\\\" <sip:a@b>;tag=1")]
    [InlineData("From: \"a\\")]
    [InlineData("From: <sip:a@b>;x=\"")]
    [InlineData("From: <sip:a@b>;x=\"\\")]
    [InlineData("Contact: \"\\\"")]
    [InlineData("Via: SIP/2.0/UDP h;x=\"\\")]
    public void Class17_UnfinishedQuotedValueInANeededField_Is400(string line) => AssertAnswered(400, line);

    [Theory]
    [InlineData("CSeq: abcdefg")]
    [InlineData("From: <sip:@host>")]
    [InlineData("From: ")]
    [InlineData("To: *")]
    [InlineData("To: <>")]
    [InlineData("Call-ID: ")]
    [InlineData("Call-ID: a b")]
    [InlineData("Call-ID: a@b@c")]
    [InlineData("Call-ID: @")]
    [InlineData("Via: nonsense")]
    [InlineData("Contact: nonsense")]
    [InlineData("Contact: <sip:a@b>, *")]
    [InlineData("Route: <sip:a@b>, ")]
    [InlineData("Record-Route: x")]
    public void Class18_OneMalformedKnownField_Is400(string line) => AssertAnswered(400, line);

    [Theory]
    [InlineData("sip:a@b@c")]
    [InlineData("sip:a%@b")]
    [InlineData("sip:%")]
    [InlineData("sip:[::1")]
    [InlineData("sip:;x")]
    [InlineData("sip:a@b;x=%")]
    [InlineData("sip:a@b?x=%")]
    [InlineData("tel:+1-<x>")]
    [InlineData("tel:call-me")]
    [InlineData("sip:bücher.example")]
    public void Class19_ConfusingUri_IsOneAnswerEverywhere(string uri)
    {
        SipUri.TryParse(uri, out _).Should().BeFalse();
        AssertAnswered(400, Wire.Request($"OPTIONS {uri} SIP/2.0"));
        AssertAnswered(400, $"Contact: <{uri}>");
        AssertAnswered(400, $"To: <{uri}>");
    }

    [Theory]
    [InlineData("%0d%0aInjected:%201")]
    [InlineData("%00")]
    [InlineData("%0A")]
    public void Class19_EscapedLineBreak_NeverReachesAHeader(string user)
    {
        var request = Wire.ParseRequest($"Contact: <sip:{user}@b>");
        var decoded = request.Headers.Contact!.Uri.User!;

        var header = () => request.Headers["X"] = decoded;
        var name = () => new SipNameAddress("sip:a@b", decoded);
        header.Should().Throw<ArgumentException>();
        name.Should().Throw<ArgumentException>();
        SipUri.Create("b", decoded).User.Should().Be(decoded);
        Wire.Parse(request.ToOctets()).Headers.Count.Should().Be(request.Headers.Count + 1);
    }

    [Fact]
    public void Class19_HostOf60Kibibytes_IsBounded()
    {
        AssertAnswered(400, $"Contact: <sip:{new string('h', 60_000)}>");
        Wire.ParseRequest("To: <sip:a@example.org.>").Headers.To!.Uri.Host.Should().Be("example.org.");
    }

    [Theory]
    [InlineData("(")]
    [InlineData("<")]
    [InlineData("\"\\")]
    [InlineData("[")]
    [InlineData("a;")]
    public void Class20_DeepNesting_IsReadWithoutRecursion(string part)
    {
        var deep = new StringBuilder().Insert(0, part, part == "a;" ? 1_000 : 7_500).ToString();
        foreach (var line in new[] { "Retry-After: 1 " + deep, "X: " + deep, "Accept: " + deep, "Event: " + deep, "Subject: " + deep, "WWW-Authenticate: Digest " + deep })
        {
            Survival.Exercise(Wire.Options(line)).Should().BeTrue();
        }

        AssertAnswered(400, "Contact: " + deep);
        AssertAnswered(400, "From: " + deep);
    }

    [Fact]
    public void Class20_ThousandParameters_AreReadOneByOne()
    {
        var parameters = string.Concat(Enumerable.Range(0, 1_000).Select(static i => $";p{i}={i}"));
        var headers = Wire.ParseRequest($"Contact: <sip:a@b>{parameters}", $"Reply-To: <sip:a@b{parameters}>").Headers;

        headers.Contact!.Parameters["p999"].Should().Be("999");
        headers.Contact.Parameters.Should().HaveCount(1_000);
        headers.Get(SipHeaderNames.ReplyTo)!.Uri.Parameters["p999"].Should().Be("999");
    }

    [Fact]
    public void Class20_MoreParametersThanTheLimit_Are400()
    {
        AssertAnswered(400, "Contact: <sip:a@b>" + string.Concat(Enumerable.Repeat(";p", 1_025)));
        AssertAnswered(400, "X: " + string.Concat(Enumerable.Repeat(";\r\n ", 1_025)));
        AssertAnswered(400, "Reply-To: <sip:a@b" + string.Concat(Enumerable.Repeat(";p", 600)) + ">" + string.Concat(Enumerable.Repeat(";p", 600)));
        Wire.ParseRequest("Contact: <sip:a@b>" + string.Concat(Enumerable.Repeat(";p", 1_024))).Headers.Contact!.Parameters.Should().HaveCount(1_024);
        Wire.Refuse(Wire.Options("Contact: <sip:a@b>;p;q"), new SipMessageLimits { MaxParameterCount = 1 }).Line.Should().Be(8);
    }

    [Fact]
    public void Class24_OctetsThatAreNoUtf8_ArePreservedOnTheWire()
    {
        byte[] junk = [0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80, 0xF8];
        byte[] octets = [.. "SIP/2.0 200 "u8, .. junk, .. "\r\nSubject: "u8, .. junk, .. "\r\nContact: \""u8, .. junk, .. "\" <sip:a@b>\r\n"u8, .. Wire.Options()[(Wire.Options().AsSpan().IndexOf("\r\n"u8) + 2)..]];
        var response = (SipResponse)Wire.Parse(octets);

        response.ReasonPhrase.Should().Contain("\uFFFD");
        response.Headers["Subject"].Should().Contain("\uFFFD");
        response.Headers.Contact!.DisplayName.Should().Contain("\uFFFD");
        response.ToString().Should().Contain("\uFFFD");
        response.ToOctets().AsSpan().IndexOf(junk).Should().Be(12);
        response.Headers.Contact = response.Headers.Contact.WithParameter("q", "1");
        response.ToOctets().AsSpan().LastIndexOf(junk).Should().BeGreaterThan(12);
    }

    [Fact]
    public void Class24_LoneSurrogatesFromTheApplication_AreReplacedNotThrown()
    {
        new SipNameAddress("sip:a@b", "\uD800x").DisplayName.Should().Be("\uFFFDx");
        SipUri.Create("b", "\uDC00").User.Should().Be("\uFFFD");
        new SipResponse(SipStatus.Ok, "\uD800").ReasonPhrase.Should().Be("\uFFFD");
    }

    [Fact]
    public void Class26_TypedValueWithALineBreak_IsRefusedAtTheLastDoorToo()
    {
        // No public way makes such a value: this one comes past the checks.
        Wire.ParseRequest().Headers.Invoking(static headers => headers.Set(SipHeaderNames.Subject, "a\r\nb")).Should().Throw<ArgumentException>();
        SipHeaderNames.Event.Parse(ModernSip.Messages.Parsing.Octets.Of("x;y=\"\r\nInjected: 1\""), out var value).Should().BeTrue();
        Wire.ParseRequest().Headers.Invoking(headers => headers.Set(SipHeaderNames.Event, value)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Class27_SpecialCharacters_AreQuotedOrEscaped()
    {
        const string special = "a\"b\\c<d>e,f;g?h@i:j=k%l m";
        var request = new SipRequest(SipMethod.Options, SipUri.Create("b", special));
        request.Headers.Contact = new SipNameAddress(SipUri.Create("b", special).WithParameter(special, special), special).WithParameter("x", special);
        foreach (var (name, value) in Wire.ParseRequest().Headers) request.Headers.Add(name, value);

        var again = (SipRequest)Wire.Parse(request.ToOctets());

        again.RequestUri.User.Should().Be(special);
        again.Headers.GetAll(SipHeaderNames.Contact).Should().ContainSingle();
        again.Headers.Contact!.DisplayName.Should().Be(special);
        again.Headers.Contact.Uri.User.Should().Be(special);
        again.Headers.Contact.Uri.Parameters[special].Should().Be(special);
        again.Headers.Contact.Parameters["x"].Should().Be(special);
    }

    [Fact]
    public void Class28_ErrorReasons_HoldNothingOfTheMessage()
    {
        foreach (var line in new[] { "SECRET: x: \0", "SECRET", "CSeq: SECRET", "From: SECRET", "Content-Length: SECRET", "Via: SECRET", "Contact: SECRET", "SEC RET: 1" })
        {
            var parsed = Wire.Read(Wire.Options(line));
            if (parsed.Error is null) continue;
            parsed.Error.ToString().Should().NotContain("SECRET");
            ((SipRequest)parsed.Message!).CreateResponse(SipStatus.BadRequest).ReasonPhrase.Should().Be("Bad Request");
        }
    }

    private static string AssertAnswered(int status, params string[] lines) => AssertAnswered(status, Wire.Options(lines));

    private static string AssertAnswered(int status, byte[] octets)
    {
        Wire.Refuse(octets);
        var parsed = Wire.Read(octets);
        parsed.Error!.SuggestedStatus.Should().Be(new SipStatus(status));
        return Wire.Text(((SipRequest)parsed.Message!).CreateResponse(parsed.Error.SuggestedStatus!.Value));
    }
}
