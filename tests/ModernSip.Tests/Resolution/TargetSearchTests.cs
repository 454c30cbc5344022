using System.Net.Sockets;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Resolution;
using ModernSip.Testing;
using ModernSip.Transport;

namespace ModernSip.Tests.Resolution;

/// <summary>RFC 3263 §4.1 and §4.2 as tables: a URI, a zone, what this side has, and the targets and questions that follow.</summary>
public sealed class TargetSearchTests
{
    // The domain of RFC 3263 §4.1 and §4.2, with addresses.
    private static readonly string[] Example =
    [
        "example.com NAPTR 50 50 s SIPS+D2T _sips._tcp.example.com",
        "example.com NAPTR 90 50 s SIP+D2T _sip._tcp.example.com",
        "example.com NAPTR 100 50 s SIP+D2U _sip._udp.example.com",
        "_sip._tcp.example.com SRV 0 1 5060 server1.example.com",
        "_sip._tcp.example.com SRV 1 2 5060 server2.example.com",
        "_sips._tcp.example.com SRV 0 1 5061 server1.example.com",
        "_sip._udp.example.com SRV 0 1 5060 server3.example.com",
        "server1.example.com A 192.0.2.1",
        "server2.example.com A 192.0.2.2",
        "server3.example.com A 192.0.2.3",
        "server1.example.com AAAA 2001:db8::1",
        "example.com A 192.0.2.9",
    ];

    [Theory]
    [InlineData("sip:user@example.com", "udp tcp", "TCP 192.0.2.1:5060, TCP 192.0.2.2:5060", "the RFC's own example: a client with UDP and TCP")]
    [InlineData("sip:user@example.com", "udp tcp tls", "TLS 192.0.2.1:5061", "the domain prefers TLS")]
    [InlineData("sip:user@example.com", "udp", "UDP 192.0.2.3:5060", "only UDP is in common")]
    [InlineData("sip:user@example.com", "udp tcp6", "TCP [2001:db8::1]:5060", "server2 has no IPv6 address")]
    [InlineData("sips:user@example.com", "udp tcp tls", "TLS 192.0.2.1:5061", "sips takes what is secure")]
    [InlineData("sip:user@example.com;transport=tcp", "udp tcp tls", "TCP 192.0.2.1:5060, TCP 192.0.2.2:5060", "the transport is given: SRV without NAPTR")]
    [InlineData("sip:user@example.com;transport=UDP", "udp tcp", "UDP 192.0.2.3:5060", "transport names have no case")]
    [InlineData("sips:user@example.com;transport=tcp", "udp tcp tls", "TLS 192.0.2.1:5061", "TCP of a sips URI is TLS")]
    [InlineData("sip:user@example.com;transport=tls", "udp tcp tls", "TLS 192.0.2.1:5061", "the deprecated parameter")]
    [InlineData("sip:user@example.com:5070", "udp tcp tls", "UDP 192.0.2.9:5070", "a port: neither NAPTR nor SRV")]
    [InlineData("sips:user@example.com:5071", "udp tcp tls", "TLS 192.0.2.9:5071", "a port, and secure")]
    [InlineData("sip:user@example.com:5070;transport=tcp", "udp tcp", "TCP 192.0.2.9:5070", "both given")]
    [InlineData("sip:192.0.2.7", "udp tcp", "UDP 192.0.2.7:5060", "numeric")]
    [InlineData("sip:[2001:db8::7]:5090", "udp6", "UDP [2001:db8::7]:5090", "numeric, IPv6")]
    [InlineData("sips:192.0.2.7", "udp tcp tls", "TLS 192.0.2.7:5061", "numeric and secure")]
    [InlineData("sip:192.0.2.7;transport=tcp", "udp tcp", "TCP 192.0.2.7:5060", "numeric with a transport")]
    [InlineData("sip:192.0.2.7;transport=ws", "ws", "WS 192.0.2.7:80", "WebSocket")]
    [InlineData("sips:192.0.2.7;transport=ws", "wss", "WSS 192.0.2.7:443", "WebSocket, secure")]
    [InlineData("sip:elsewhere.example.net;maddr=192.0.2.8", "udp", "UDP 192.0.2.8:5060", "maddr is the target")]
    [InlineData("sip:elsewhere.example.net;maddr=example.com", "udp", "UDP 192.0.2.3:5060", "maddr is a name")]
    public async Task Find_RfcExample_GivesTargets(string uri, string reach, string targets, string because) => (await FindAsync(uri, reach, Example)).Should().Be(targets, because);

    [Theory]
    [InlineData("udp tcp", "UDP 192.0.2.1:5070, TCP 192.0.2.2:5080", "without NAPTR each transport is asked for; the usual one first", "_sip._udp.h.test SRV 0 0 5070 a.test;_sip._tcp.h.test SRV 0 0 5080 b.test")]
    [InlineData("udp tcp", "TCP 192.0.2.2:5080", "a transport is supported if the query is successful", "_sip._tcp.h.test SRV 0 0 5080 b.test")]
    [InlineData("udp", "UDP 192.0.2.9:5060", "without SRV the host is the server", "_sip._tcp.h.test SRV 0 0 5080 b.test")]
    [InlineData("udp tcp", "UDP 192.0.2.9:5060", "an empty zone but for the address", "")]
    [InlineData("udp tcp", "UDP 192.0.2.9:5060", "NAPTR records of other services say nothing about SIP", "h.test NAPTR 10 10 s AAA+D2S _diameter._sctp.h.test")]
    [InlineData("udp tcp", "UDP 192.0.2.9:5060", "NAPTR that leads to no SRV records: the host itself, over the transport that NAPTR chose", "h.test NAPTR 10 10 s SIP+D2U _sip._udp.nowhere.test")]
    [InlineData("udp tcp", "TCP 192.0.2.1:5060", "flag a: the replacement has addresses", "h.test NAPTR 10 10 a SIP+D2T a.test")]
    [InlineData("udp tcp", "UDP 192.0.2.1:5061, TCP 192.0.2.2:5062", "rules of one order are there for each other, by preference", "h.test NAPTR 10 20 s SIP+D2T _t.test;h.test NAPTR 10 10 s SIP+D2U _u.test;_u.test SRV 0 0 5061 a.test;_t.test SRV 0 0 5062 b.test")]
    [InlineData("udp tcp", "UDP 192.0.2.1:5061", "a later order is not looked at behind a match", "h.test NAPTR 20 10 s SIP+D2T _t.test;h.test NAPTR 10 10 s SIP+D2U _u.test;_u.test SRV 0 0 5061 a.test;_t.test SRV 0 0 5062 b.test")]
    [InlineData("udp", "UDP 192.0.2.1:5070, UDP 192.0.2.2:5070, UDP 192.0.2.3:5070", "priorities, whatever their order in the answer", "_sip._udp.h.test SRV 20 9 5070 c.test;_sip._udp.h.test SRV 5 0 5070 a.test;_sip._udp.h.test SRV 10 0 5070 b.test")]
    public async Task Find_OtherZones_GivesTargets(string reach, string targets, string because, string zone) =>
        (await FindAsync("sip:h.test", reach, ["h.test A 192.0.2.9", "a.test A 192.0.2.1", "b.test A 192.0.2.2", "c.test A 192.0.2.3", .. zone.Split(';', StringSplitOptions.RemoveEmptyEntries)])).Should().Be(targets, because);

    [Theory]
    [InlineData("_sip._udp.h.test SRV 0 0 0 .", "udp", "not to be had")]
    [InlineData("h.test NAPTR 10 10 s SIPS+D2T _sips._tcp.h.test", "udp tcp", "no transport in common")]
    [InlineData("_sip._udp.h.test SRV 0 0 5070 nothing.test", "udp", "no address")]
    [InlineData("_sip._udp.h.test SRV 0 0 5070 six.test;six.test AAAA 2001:db8::1", "udp", "no address that UDP reaches")]
    [InlineData("_sip._udp.h.test SRV 0 0 5070 any.test;any.test A 0.0.0.0;any.test A 255.255.255.255;any.test A 224.0.0.1;any.test A 0.1.2.3", "udp", "no address")]
    [Trait("Class", "49")]
    public async Task Class49_DomainWithoutUsableServer_SaysWhy(string zone, string reach, string problem)
    {
        var finding = () => FindAsync("sip:h.test", reach, ["h.test A 192.0.2.9", .. zone.Split(';')]);
        await finding.Should().ThrowAsync<SipResolutionException>().WithMessage($"*{problem}*");
    }

    [Fact]
    public async Task Find_BothFamilies_TheyTakeTurns() =>
        (await FindAsync("sip:h.test:5060", "udp udp6", ["h.test A 192.0.2.1", "h.test A 192.0.2.2", "h.test A 192.0.2.3", "h.test AAAA 2001:db8::1"]))
            .Should().Be("UDP [2001:db8::1]:5060, UDP 192.0.2.1:5060, UDP 192.0.2.2:5060, UDP 192.0.2.3:5060");

    [Fact]
    public async Task Find_FirstTarget_AsksNoMoreThanItNeeds()
    {
        var zone = new ZoneResolver(Example);
        var search = Search("sip:user@example.com", "udp tcp");
        (await TakeAsync(search, zone)).Should().Be("TCP 192.0.2.1:5060");
        zone.Questions.Should().Equal("NAPTR example.com", "SRV _sip._tcp.example.com", "A server1.example.com");
        search.HasNext.Should().BeTrue();
        (await TakeAsync(search, zone)).Should().Be("TCP 192.0.2.2:5060");
        zone.Questions.Should().HaveCount(4).And.HaveElementAt(3, "A server2.example.com");
        search.HasNext.Should().BeFalse();
    }

    [Theory]
    [InlineData("sip:192.0.2.1")]
    [InlineData("sip:[2001:db8::1]:5070")]
    public void Find_Numeric_AsksNothing(string uri) => Search(uri, "udp udp6").Question.Should().BeNull();

    [Fact]
    public void Find_WithPortOrTransport_AsksNoNaptr()
    {
        Search("sip:h.test:5060", "udp").Question.Should().BeOfType<TargetQuestion.Addresses>().Which.Families.Should().Equal(AddressFamily.InterNetwork);
        Search("sip:h.test;transport=udp", "udp").Question.Should().BeOfType<TargetQuestion.Srv>().Which.Services.Should().Equal("_sip._udp.h.test");
        Search("sips:h.test;transport=tcp", "tls").Question.Should().BeOfType<TargetQuestion.Srv>().Which.Services.Should().Equal("_sips._tcp.h.test");
    }

    [Theory]
    [InlineData("sips:h.test;transport=udp", "cannot be made secure")]
    [InlineData("sip:h.test;transport=sctp", "no transport")]
    public void Find_ImpossibleTransport_Throws(string uri, string reason)
    {
        var finding = () => Search(uri, "udp");
        finding.Should().Throw<SipResolutionException>().WithMessage($"*{reason}*");
    }

    [Fact]
    public async Task Find_KeepingToAServer_TriesItFirstAmongItsEqualsOnly()
    {
        string[] zone = ["_sip._udp.h.test SRV 0 0 5060 a.test", "_sip._udp.h.test SRV 1 100 5060 b.test", "_sip._udp.h.test SRV 1 1 5060 c.test", "a.test A 192.0.2.1", "b.test A 192.0.2.2", "c.test A 192.0.2.3", "c.test A 192.0.2.4"];
        var kept = new HopTarget(SipTransportProtocol.Udp, new System.Net.IPEndPoint(System.Net.IPAddress.Parse("192.0.2.4"), 5060), "c.test:5060");
        for (ulong seed = 1; seed < 20; seed++)
        {
            var search = new TargetSearch(HopRules.Of(SipUri.Parse("sip:h.test;transport=udp")), ReachOf("udp"), SipTransportProtocol.Udp, new SipSeededRandom(seed), kept);
            (await AllAsync(search, new ZoneResolver(zone))).Should().Be("UDP 192.0.2.1:5060, UDP 192.0.2.4:5060, UDP 192.0.2.3:5060, UDP 192.0.2.2:5060");
        }
    }

    private static Task<string> FindAsync(string uri, string reach, string[] zone) => AllAsync(Search(uri, reach), new ZoneResolver(zone));

    private static TargetSearch Search(string uri, string reach) => new(HopRules.Of(SipUri.Parse(uri)), ReachOf(reach), SipTransportProtocol.Udp, new SipSeededRandom(1));

    private static Reach ReachOf(string text) => new(text.Split(' ').Select(static word => (
        ViaToken.FromUriParameter(word.TrimEnd('6'))!.Value,
        word.EndsWith('6') ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)));

    private static async Task<string> AllAsync(TargetSearch search, ZoneResolver zone)
    {
        var targets = new List<string>();
        while (await TakeAsync(search, zone) is { } target) targets.Add(target);
        return targets.Count > 0 ? string.Join(", ", targets) : throw new SipResolutionException(search.Problem ?? "nothing");
    }

    private static async Task<string?> TakeAsync(TargetSearch search, ZoneResolver zone)
    {
        var finder = new TargetFinder("h", search, new TargetMemory(TimeProvider.System), zone, TimeProvider.System, TimeSpan.FromSeconds(10));
        try
        {
            return (await finder.NextAsync(default))?.ToString();
        }
        catch (SipResolutionException)
        {
            return null; // there is none, or none any more
        }
    }
}
