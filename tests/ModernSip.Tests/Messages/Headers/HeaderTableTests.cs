using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;

namespace ModernSip.Tests.Messages.Headers;

/// <summary>Every header field that the library knows: a value that is read and written back octet for octet, and one that is refused.</summary>
public sealed class HeaderTableTests
{
    private static readonly Row[] Table =
    [
        new("Via", "SIP/2.0/TCP h.example:5061;branch=z9hG4bKa1", "SIP/2.0", 'v'),
        new("From", "\"Ada\" <sip:ada@example.net>;tag=1", "<sip:ada@example.net", 'f'),
        new("To", "<sip:bo@example.org>", "<sip:>", 't'),
        new("Call-ID", "5f2c@h.example", "a b", 'i'),
        new("CSeq", "17 INVITE", "INVITE 17"),
        new("Max-Forwards", "70", "-1"),
        new("Contact", "<sip:ada@192.0.2.1;transport=tcp>;expires=60", "<>", 'm'),
        new("Route", "<sip:p1.example;lr>", "\"x"),
        new("Record-Route", "<sip:p1.example;lr>", "<sip:p1"),
        new("Service-Route", "<sip:home.example;lr>", "<"),
        new("Path", "<sip:edge.example;lr>;ob", "<sip:edge.example>;;"),
        new("P-Associated-URI", "<tel:+15550100>", "no uri"),
        new("Refer-To", "<sip:cy@example.com?Replaces=1%40h%3Bto-tag%3Da>", "<sip:cy@example.com", 'r'),
        new("Reply-To", "Bo <sip:bo@example.org>", "Bo"),
        new("Expires", "3600", "soon"),
        new("Min-Expires", "60", "1.5"),
        new("Retry-After", "120 (in a meeting);duration=60", "120 (open"),
        new("Content-Length", "0", "five", 'l'),
        new("Content-Type", "multipart/mixed;boundary=\"a b\"", "multipart", 'c'),
        new("Content-Disposition", "session;handling=optional", ";handling=optional"),
        new("Content-Encoding", "gzip", "g zip", 'e'),
        new("Content-Language", "en-GB", "<en>"),
        new("Content-ID", "<part1@h.example>", "part1@h.example"),
        new("Allow", "INVITE", "IN VITE"),
        new("Supported", "100rel", "100 rel", 'k'),
        new("Require", "timer", "\"timer\""),
        new("Proxy-Require", "sec-agree", "@"),
        new("Unsupported", "foo", "foo;bar"),
        new("Accept", "application/sdp;level=1", "application/"),
        new("Accept-Encoding", "identity;q=0.5", "identity;="),
        new("Accept-Language", "da;q=0.8", ";q=1"),
        new("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\"", "Digest realm=\"r"),
        new("Proxy-Authenticate", "Digest realm=\"r\", nonce=\"n\"", "Digest =\"r\""),
        new("Authorization", "Digest username=\"a\", response=\"0\"", "Digest username"),
        new("Proxy-Authorization", "Digest username=\"a\", response=\"0\"", "Digest \"a\"=b"),
        new("Authentication-Info", "nextnonce=\"n\"", "nextnonce"),
        new("Proxy-Authentication-Info", "rspauth=\"0\"", "=x"),
        new("Event", "dialog;call-id=1", "dialog;call-id=\"", 'o'),
        new("Allow-Events", "presence.winfo", "a/b", 'u'),
        new("Subscription-State", "active;expires=60", ";active"),
        new("RSeq", "988789", "-1"),
        new("RAck", "776656 1 INVITE", "776656 INVITE"),
        new("Reason", "Q.850;cause=16;text=\"Normal\"", "Q.850;cause="),
        new("Subject", "Lunch, or \"tea\"", null, 's'),
        new("User-Agent", "Phone/1.0 (x)", null),
        new("Server", "Gate/2", null),
        new("Organization", "Example Ltd, London", null),
        new("MIME-Version", "1.0", null),
        new("Priority", "emergency", "not at all"),
        new("Date", "Sat, 13 Nov 2010 23:29:00 GMT", "2010-11-13T23:29:00Z"),
        new("Timestamp", "54.21 0.5", "54 x"),
        new("Warning", "307 h.example:5060 \"Session parameter 'foo', not understood\"", "307 h.example"),
        new("Alert-Info", "<http://h.example/sounds/moo.wav>;info=alert", "http://h.example/moo.wav"),
        new("Call-Info", "<http://h.example/photo.jpg>;purpose=icon", "<http://h.example/photo.jpg"),
        new("Error-Info", "<sip:announcement@h.example>", "<>"),
        new("In-Reply-To", "70710@saturn.example", "a b"),
        new("Referred-By", "<sip:r@example.com>;cid=\"2@example.com\"", "<sip:r@example.com>;cid=\"", 'b'),
        new("Session-Expires", "1800;refresher=uac", "uac", 'x'),
        new("Min-SE", "90", "90s"),
        new("Accept-Contact", "*;audio;methods=\"INVITE,BYE\";require", "audio;require", 'a'),
        new("Reject-Contact", "*;actor=\"msg-taker\"", "* video", 'j'),
        new("Request-Disposition", "no-fork", "no fork", 'd'),
        new("Identity", "eyJhbGciOiJFUzI1NiJ9..c2ln_-;info=<https://cert.example/a;b.pem>;alg=ES256;ppt=shaken", "eyJ..c2ln;info=<https://open", 'y'),
        new("Identity-Info", "<https://cert.example/a.cer>;alg=rsa-sha1", "https://cert.example/a.cer", 'n'),
        new("P-Media-Authorization", "0020000100100101706466312e686f6d65", "0020x"),
        new("Privacy", "id;critical", "id;"),
        new("P-Asserted-Identity", "\"Ada\" <sip:ada@example.net>", "\"Ada\""),
        new("P-Preferred-Identity", "<tel:+15550100>", "<tel:>"),
        new("Security-Client", "ipsec-3gpp;alg=hmac-sha-1-96;spi-c=1;port-c=5062", "ipsec 3gpp"),
        new("Security-Server", "tls;q=0.2", "tls;q="),
        new("Security-Verify", "digest;d-alg=MD5;d-ver=\"0a\"", "digest;d-ver=\"0a"),
        new("P-Called-Party-ID", "<sip:user1-business@example.com>", "<sip:user1"),
        new("P-Visited-Network-ID", "\"Visited network number 1\";x=1", "Visited network"),
        new("P-Access-Network-Info", "3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=234151D0FCE11", "=x"),
        new("P-Charging-Function-Addresses", "ccf=192.0.2.1;ecf=\"aaa://h.example\"", "ccf="),
        new("P-Charging-Vector", "icid-value=1234bc9876e;icid-generated-at=192.0.2.6;orig-ioi=home1.example", "=1234"),
        new("Replaces", "425928@h.example;to-tag=7743;from-tag=6472;early-only", "425928@h.example;to-tag=7743"),
        new("Join", "12adf2f34456gs5;to-tag=12345;from-tag=54321", "12adf2f34456gs5;to-tag=1;to-tag=2;from-tag=3"),
        new("Target-Dialog", "fa77as7dad8;local-tag=kkaz;remote-tag=6544", "fa77 as7"),
        new("Session-ID", "ab30317f1a784dc48ff824d0d3715d86;remote=47755a9de7794ba387653f2099600ef2", "ab30317f"),
        new("SIP-ETag", "dx200xyz", "dx 200"),
        new("SIP-If-Match", "dx200xyz", "\"dx\""),
        new("Resource-Priority", "wps.3", "wps/3"),
        new("Accept-Resource-Priority", "dsn.flash-override", "dsn flash"),
        new("Refer-Sub", "false", ""),
        new("P-Early-Media", "sendrecv", "send recv"),
        new("Answer-Mode", "Auto;require", "Auto require"),
        new("Priv-Answer-Mode", "Manual", ";require"),
        new("P-Served-User", "<sip:user@example.com>;sescase=orig;regstate=reg", "<user>"),
        new("Flow-Timer", "120", "two"),
        new("P-Asserted-Service", "urn:urn-7:3gpp-service.exampletelephony.version1", "no urn"),
        new("P-Preferred-Service", "urn:urn-7:3gpp-service.exampletelephony.version1", ""),
        new("Info-Package", "foo;x=1", "fo o"),
        new("Recv-Info", "foo;y=\"2\"", ";y"),
        new("Geolocation", "<cid:target123@atlanta.example.com>;inserted-by=\"h.example\"", "cid:target123@atlanta.example.com"),
        new("Geolocation-Routing", "yes", "yes no"),
        new("Geolocation-Error", "100;code=\"Cannot Process Location\"", ";code=\"x\""),
        new("History-Info", "<sip:bo@example.org?Reason=SIP%3Bcause%3D302>;index=1.1;mp=1", "<sip:bo@example.org>;index=\""),
        new("Feature-Caps", "*;+sip.pns=\"acme\";+sip.vapid=\"x\"", "+sip.pns=\"acme\""),
        new("User-to-User", "56a390f3d2b7310023a2;encoding=hex;purpose=foo", "56 a3"),
    ];

    public static TheoryData<string> Names => [.. Table.Select(static row => row.Name)];

    public static TheoryData<string> Refused => [.. Table.Where(static row => row.Malformed is not null).Select(static row => row.Name)];

    [Fact]
    public void Table_HoldsEveryName() => Table.Select(static row => row.Name).Should().BeEquivalentTo(SipHeaderNames.All.Select(static name => name.Name));

    [Fact]
    public void CompactForms_AreThoseOfTheRegistry() =>
        SipHeaderNames.All.Where(static name => name.CompactForm is not null).Select(static name => (name.Name, name.CompactForm)).Should()
            .BeEquivalentTo(Table.Where(static row => row.Compact is not null).Select(static row => (row.Name, row.Compact)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Header_LegalValue_IsReadAndWrittenBack(string name)
    {
        var row = RowOf(name);
        var header = SipHeaderNames.All.Single(header => header.Name == name);

        header.IsWellFormed(Octets.Of(row.Value)).Should().BeTrue();
        ReadAndSetAgain(header, row.Value).Should().Be(row.Value);
        if (header.IsList) header.IsWellFormed(Octets.Of($"{row.Value} , {row.Value}")).Should().BeTrue("{0} is a list", name);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Header_MalformedValue_IsRefused(string name) =>
        SipHeaderNames.All.Single(header => header.Name == name).IsWellFormed(Octets.Of(RowOf(name).Malformed!)).Should().BeFalse();

    /// <summary>A legal value of a header field.</summary>
    internal static string SampleOf(string name) => RowOf(name).Value;

    private static Row RowOf(string name) => Table.Single(row => row.Name == name);

    /// <summary>Text to typed value, typed value into another message, that message onto the wire and read once more.</summary>
    private static string? ReadAndSetAgain(SipHeaderName header, string value) => header switch
    {
        SipHeaderName<SipVia> name => Again(name, value),
        SipHeaderName<SipNameAddress> name => Again(name, value),
        SipHeaderName<SipTokenValue> name => Again(name, value),
        SipHeaderName<SipBracketedUri> name => Again(name, value),
        SipHeaderName<SipParameterList> name => Again(name, value),
        SipHeaderName<SipCallIdValue> name => Again(name, value),
        SipHeaderName<SipSecondsValue> name => Again(name, value),
        SipHeaderName<SipRetryAfter> name => Again(name, value),
        SipHeaderName<SipMediaType> name => Again(name, value),
        SipHeaderName<SipAuthenticationValue> name => Again(name, value),
        SipHeaderName<SipWarning> name => Again(name, value),
        SipHeaderName<SipIdentity> name => Again(name, value),
        SipHeaderName<SipUri> name => Again(name, value),
        SipHeaderName<SipMethod> name => Again(name, value),
        SipHeaderName<SipCSeq> name => Again(name, value),
        SipHeaderName<SipRAck> name => Again(name, value),
        SipHeaderName<SipTimestamp> name => Again(name, value),
        SipHeaderName<DateTimeOffset> name => Again(name, value),
        SipHeaderName<uint> name => Again(name, value),
        SipHeaderName<string> name => Again(name, value),
        _ => throw new NotSupportedException($"Say here how {header} is read."),
    };

    private static string? Again<T>(SipHeaderName<T> name, string value)
    {
        var read = new SipHeaders { { name.Name, value } };
        read.TryGet(name, out var typed).Should().BeTrue();
        var set = new SipHeaders();
        set.Add(name, typed!);
        set.GetAll(name).Should().ContainSingle();
        return set[name.Name];
    }

    private sealed record Row(string Name, string Value, string? Malformed, char? Compact = null);
}
