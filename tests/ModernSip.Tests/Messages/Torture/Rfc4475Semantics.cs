using ModernSip.Messages;
using ModernSip.Messages.Headers;
using static ModernSip.Tests.Messages.Torture.Rfc4475Malformed;
using static ModernSip.Tests.Messages.Torture.TortureCase;

namespace ModernSip.Tests.Messages.Torture;

/// <summary>RFC 4475 §3.2 to §3.4: mostly legal to the parser; what they mean is decided above it.</summary>
internal static class Rfc4475Semantics
{
    public static IEnumerable<TortureCase> Cases { get; } =
    [
        Accept("4475 §3.2.1 branch that is only the cookie", Lines("Contact: <sip:c@h>").Replace("z9hG4bKmal", "z9hG4bK", StringComparison.Ordinal), request =>
        {
            request.Headers.Via!.Branch.Should().Be("z9hG4bK");
            request.Headers.Via.HasMagicCookie.Should().BeFalse();
        }),
        Reject("4475 §3.3.1 mandatory header fields missing", """
            INVITE sip:mona@example.net SIP/2.0
            CSeq: 193942 INVITE
            Via: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKins
            Content-Length: 0
            """),
        Accept("4475 §3.3.2 unknown scheme in the Request-URI", Lines("", uri: "noSuchScheme:opaque-content"), request =>
        {
            request.RequestUri.IsSip.Should().BeFalse();
            request.RequestUri.Scheme.Should().Be("nosuchscheme");
        }),
        Accept("4475 §3.3.3 registered scheme that is not ours", Lines("", uri: "soap.beep://192.0.2.1:3002"), request => request.RequestUri.ToString().Should().Be("soap.beep://192.0.2.1:3002")),
        Accept("4475 §3.3.4 other schemes in the header fields", Lines("Contact: <name:Mona_M>", to: "isbn:0123456789"), request =>
        {
            request.Headers.To!.Uri.ToString().Should().Be("isbn:0123456789");
            request.Headers.Contact!.Uri.Scheme.Should().Be("name");
        }),
        Accept("4475 §3.3.5 unknown option tags", Lines("Require: never-seen, seen-never\nProxy-Require: hop-only, hop-too"), request =>
        {
            request.Headers.GetAll(SipHeaderNames.Require).Should().Equal("never-seen", "seen-never");
            request.Headers.GetAll(SipHeaderNames.ProxyRequire).Should().Equal("hop-only", "hop-too");
        }),
        Accept("4475 §3.3.6 unknown body type", Lines("Content-Type: application/who-knows\nContent-Length: {n}\n\n<x/>"), request => request.Content!.MediaType.Type.Should().Be("application/who-knows")),
        Accept("4475 §3.3.7 unknown authorization scheme", Lines("Authorization: Strange opaque-data=here"), request => request.Headers.Get(SipHeaderNames.Authorization)!.IsDigest.Should().BeFalse()),
        Reject("4475 §3.3.8 singletons twice", Lines("Call-ID: mal.2\nTo: <sip:z@example.net>\nFrom: <sip:z@example.net>;tag=9\nMax-Forwards: 5\nCSeq: 9 OPTIONS")),
        Reject("4475 §3.3.9 two Content-Length that differ", Lines("Content-Length: 4\nContent-Length: 2\n\nbody, and more")),
        AcceptResponse("4475 §3.3.10 response for somebody else below", """
            SIP/2.0 200 OK
            Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bKbro
            Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bKsat
            Call-ID: broad.1
            CSeq: 35 INVITE
            From: <sip:u@example.net>;tag=1
            To: <sip:r@example.net>;tag=2
            Content-Length: 0
            """, response => response.Headers.GetAll(SipHeaderNames.Via).Should().HaveCount(2)), // the transaction layer drops it: two Via values
        Accept("4475 §3.3.11 no hops left", Lines("").Replace("Max-Forwards: 70", "Max-Forwards: 0", StringComparison.Ordinal), request => request.Headers.MaxForwards.Should().Be(0)),
        Accept("4475 §3.3.12 parameter of the Contact", Lines("Contact: sip:mona@example.net;whose"), request =>
        {
            request.Headers.Contact!.Parameters.Contains("whose").Should().BeTrue();
            request.Headers.Contact.Uri.Parameters.Should().BeEmpty();
        }),
        Accept("4475 §3.3.13 parameter of the Contact's URI", Lines("Contact: <sip:mona@example.net;whose>"), request =>
        {
            request.Headers.Contact!.Parameters.Should().BeEmpty();
            request.Headers.Contact.Uri.Parameters.Contains("whose").Should().BeTrue();
        }),
        Accept("4475 §3.3.14 header part in a Contact URI", Lines("Contact: <sip:mona@example.net?Route=%3Csip:r.example.net%3E>"), request =>
        {
            request.Headers.Contact!.Uri.Headers.Should().Be("Route=%3Csip:r.example.net%3E");
            request.Headers.Contains("Route").Should().BeFalse();
        }),
        Accept("4475 §3.3.15 Accept without the only type that fits", Lines("Accept: text/only\nContent-Type: application/sdp\nContent-Length: {n}\n\nv=0"), request =>
            request.Headers.GetAll(SipHeaderNames.Accept).Should().ContainSingle().Which.Should().NotBe(SipMediaType.Sdp)),
        Accept("4475 §3.4.1 request in the manner of RFC 2543", """
            INVITE sip:UserB@example.net SIP/2.0
            Via: SIP/2.0/UDP old.example.net
            From: <sip:old@example.net>
            To: sip:b@example.net
            Call-ID: old.1
            CSeq: 8 INVITE
            Contact: sip:old@old.example.net
            Content-Type: application/sdp

            v=0
            o=- 1 1 IN IP4 192.0.2.1
            """, request =>
            {
                request.Headers.Via!.Branch.Should().BeNull();
                request.Headers.From!.Tag.Should().BeNull();
                request.Headers.MaxForwards.Should().BeNull();
                request.Content!.GetText().Should().Be("v=0\r\no=- 1 1 IN IP4 192.0.2.1");
            }),
    ];
}
