using ModernSip.Messages;
using static ModernSip.Tests.Messages.Torture.TortureCase;

namespace ModernSip.Tests.Messages.Torture;

/// <summary>RFC 4475 §3.1.2: malformed. Where the RFC leaves a choice, ours is written here.</summary>
internal static class Rfc4475Malformed
{
    public static IEnumerable<TortureCase> Cases { get; } =
    [
        Reject("4475 §3.1.2.1 empty parameters and list members", """
            INVITE sip:mona@example.net SIP/2.0
            To: sip:j@example.net
            From: sip:caller@example.org;tag=1
            Max-Forwards: 70
            Call-ID: sep.1
            CSeq: 8 INVITE
            Via: SIP/2.0/UDP 192.0.2.15;;,;,,
            Contact: "Jo" <sip:jo@example.net>;;;;
            Content-Length: 0
            """),
        Reject("4475 §3.1.2.2 Content-Length beyond the datagram", Lines("Content-Length: 9999\n\nshort")),
        Reject("4475 §3.1.2.3 negative Content-Length", Lines("Content-Length: -7\n\nbody")),
        Reject("4475 §3.1.2.4 numbers out of range in a request", """
            REGISTER sip:example.net SIP/2.0
            Via: SIP/2.0/TCP h9.example.net;branch=z9hG4bKnum
            To: <sip:u@example.net>
            From: <sip:u@example.net>;tag=2
            Call-ID: num.1
            CSeq: 73786976294838206464 REGISTER
            Max-Forwards: 256
            Expires: 10000000000000000000000000000000000000000
            Contact: <sip:u@h9.example.net>;expires=380297596632815
            Content-Length: 0
            """),
        Drop("4475 §3.1.2.5 numbers out of range in a response", """
            SIP/2.0 503 Service Unavailable
            Via: SIP/2.0/TCP h9.example.net;branch=z9hG4bKnum
            CSeq: 9292394834772304023312 OPTIONS
            Call-ID: num.2
            Retry-After: 949302838503028349304023988
            Warning: 1812 relay "out of service"
            From: <sip:u@example.net>;tag=2
            To: <sip:u@example.net>;tag=3
            Content-Length: 0
            """),
        Reject("4475 §3.1.2.6 quote that never closes", Lines("", to: "\"Mr. M. Odd <sip:m@example.net>")),
        Reject("4475 §3.1.2.7 Request-URI in brackets", Lines("", uri: "<sip:mona@example.net>")),
        Reject("4475 §3.1.2.8 blank in the Request-URI", Lines("", uri: "sip:mona@example.net; lr")),
        Reject("4475 §3.1.2.9 two blanks in the start line", Lines("", uri: " sip:mona@example.net ")),
        Reject("4475 §3.1.2.10 blanks behind the version", Lines("", version: "SIP/2.0  ")),
        Accept("4475 §3.1.2.11 header fields in the Request-URI", Lines("", uri: "sip:mona@example.net?Route=%3Csip:trap.example.net%3E"), request =>
        {
            request.Headers.Contains("Route").Should().BeFalse();
            request.RequestUri.Host.Should().Be("example.net");
        }),
        Accept("4475 §3.1.2.12 Date in another zone", Lines("Date: Fri, 01 Jan 2010 16:00:00 CET"), request => request.Headers["Date"].Should().EndWith("CET")),
        Accept("4475 §3.1.2.13 Contact without brackets, with header part", Lines("Contact: sip:mona@example.net?Route=%3Csip:trap.example.net%3E"), request =>
        {
            request.Headers.Contains("Route").Should().BeFalse();
            request.Headers.Contact!.Uri.User.Should().Be("mona");
        }),
        Accept("4475 §3.1.2.14 blanks inside the brackets", Lines("", to: "\"Mona, M\" < sip:mona@example.net >"), request => request.Headers.To!.Uri.ToString().Should().Be("sip:mona@example.net")),
        Reject("4475 §3.1.2.15 comma in an unquoted display name", Lines("", to: "Monroe, Mona <sip:mona@example.net>")),
        Reject("4475 §3.1.2.16 another protocol version", Lines("", version: "SIP/8.0"), status: 505),
        Reject("4475 §3.1.2.17 CSeq names another known method", Lines("", cseq: "8 INVITE")),
        Reject("4475 §3.1.2.18 CSeq names another method than an unknown one", Lines("", method: "BRANDNEW", cseq: "8 INVITE"), status: 501),
        Drop("4475 §3.1.2.19 status code that wraps", """
            SIP/2.0 8589934792 wraps to 200
            Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bKbig
            Call-ID: big.1
            CSeq: 35 INVITE
            From: <sip:u@example.net>;tag=1
            To: <sip:r@example.net>;tag=2
            Content-Length: 0
            """),
    ];

    public static string Lines(
        string rest, string uri = "sip:mona@example.net", string version = "SIP/2.0", string to = "<sip:mona@example.net>", string method = "OPTIONS", string? cseq = null) =>
        $"{method} {uri} {version}\nVia: SIP/2.0/UDP 192.0.2.33;branch=z9hG4bKmal\nTo: {to}\nFrom: <sip:caller@example.org>;tag=17\nMax-Forwards: 70\nCall-ID: mal.1\n"
        + $"CSeq: {cseq ?? "8 " + method}{(rest.Length == 0 ? "" : "\n" + rest)}";
}
