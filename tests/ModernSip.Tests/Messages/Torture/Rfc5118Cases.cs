using System.Net;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using static ModernSip.Tests.Messages.Torture.Rfc4475Malformed;
using static ModernSip.Tests.Messages.Torture.TortureCase;

namespace ModernSip.Tests.Messages.Torture;

/// <summary>RFC 5118 §4: IPv6 addresses.</summary>
internal static class Rfc5118Cases
{
    public static IEnumerable<TortureCase> Cases { get; } =
    [
        Accept("5118 §4.1 references in brackets", Lines("Contact: <sip:u@[2001:db8::a1]>", uri: "sip:[2001:db8::beef]").Replace("192.0.2.33", "[2001:db8::9:7]", StringComparison.Ordinal), request =>
        {
            request.RequestUri.Host.Should().Be("[2001:db8::beef]");
            request.RequestUri.User.Should().BeNull();
            request.Headers.Via!.Host.Should().Be("[2001:db8::9:7]");
            request.Headers.Via.Port.Should().BeNull();
            request.Headers.Contact!.Uri.Host.Should().Be("[2001:db8::a1]");
        }),
        Reject("5118 §4.2 address without brackets", Lines("", uri: "sip:2001:db8::beef")),
        Accept("5118 §4.3 what looks like a port is none", Lines("", uri: "sip:[2001:db8::beef:5062]"), request => (request.RequestUri.Host, request.RequestUri.Port).Should().Be(("[2001:db8::beef:5062]", null))),
        Accept("5118 §4.4 port behind the brackets", Lines("", uri: "sip:[2001:db8::beef]:5062"), request => (request.RequestUri.Host, request.RequestUri.Port).Should().Be(("[2001:db8::beef]", 5062))),
        Accept("5118 §4.5 received with brackets", Lines("").Replace(";branch", ";received=[2001:db8::9:1ff];branch", StringComparison.Ordinal), request =>
        {
            request.Headers.Via!.Received.Should().Be(IPAddress.Parse("2001:db8::9:1ff"));
            request.Headers.Via.Branch.Should().Be("z9hG4bKmal");
        }),
        Accept("5118 §4.5 received without brackets", Lines("").Replace(";branch", ";received=2001:db8::9:1ff;branch", StringComparison.Ordinal), request =>
        {
            request.Headers.Via!.Received.Should().Be(IPAddress.Parse("2001:db8::9:1ff"));
            request.Headers.Via.Branch.Should().Be("z9hG4bKmal");
        }),
        Accept("5118 §4.6 address in a session description", Lines("Content-Type: application/sdp\nContent-Length: {n}\n\nv=0\nc=IN IP6 2001:db8::77"), request => request.Content!.GetText().Should().EndWith("IP6 2001:db8::77")),
        Accept("5118 §4.7 both families in Via", Lines("Via: SIP/2.0/UDP 192.0.2.77;branch=z9hG4bK2\nVia: SIP/2.0/TCP [2001:db8::9:2];branch=z9hG4bK3;received=192.0.2.9").Replace("192.0.2.33", "[2001:db8::9:1]:6055", StringComparison.Ordinal), request =>
        {
            var vias = request.Headers.GetAll(SipHeaderNames.Via);
            vias.Select(static via => (via.Host, via.Port)).Should().Equal(("[2001:db8::9:1]", 6055), ("192.0.2.77", null), ("[2001:db8::9:2]", null));
            vias[2].Received.Should().Be(IPAddress.Parse("192.0.2.9"));
        }),
        Accept("5118 §4.8 both families in a session description", Lines("Content-Type: application/sdp\nContent-Length: {n}\n\nv=0\ns=\nm=audio 1 RTP/AVP 0\nc=IN IP4 192.0.2.7\nm=video 3 RTP/AVP 31\nc=IN IP6 2001:db8::7"), request =>
            request.Content!.GetText().Should().Contain("IP4 192.0.2.7").And.Contain("IP6 2001:db8::7")),
        Accept("5118 §4.9 IPv4-mapped address", Lines("Contact: <sip:u@[::ffff:192.0.2.44]:19901>").Replace("192.0.2.33", "[::ffff:192.0.2.44]:19901", StringComparison.Ordinal), request =>
        {
            (request.Headers.Via!.Host, request.Headers.Via.Port).Should().Be(("[::ffff:192.0.2.44]", 19901));
            request.Headers.Contact!.Uri.Port.Should().Be(19901);
        }),
        Accept("5118 §4.10 three colons of the old grammar", Lines("", uri: "sip:u@[2001:db8:::192.0.2.6]"), request => request.RequestUri.Host.Should().Be("[2001:db8:::192.0.2.6]")),
        Accept("5118 §4.10 two colons of the corrected grammar", Lines("", uri: "sip:u@[2001:db8::192.0.2.6]"), request => request.RequestUri.Should().Be(SipUri.Parse("sip:u@[2001:db8::c000:206]"))),
    ];
}
