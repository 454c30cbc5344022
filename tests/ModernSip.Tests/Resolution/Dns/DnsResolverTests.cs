using System.Net;
using System.Net.Sockets;
using ModernSip.Errors;
using ModernSip.Platform;
using ModernSip.Resolution;
using ModernSip.Resolution.Dns;
using ModernSip.Tests.Transport;
using static FluentAssertions.FluentActions;

namespace ModernSip.Tests.Resolution.Dns;

/// <summary>The built-in resolver against servers that behave, and against those that do not.</summary>
public sealed class DnsResolverTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Resolve_Answer_IsKeptAsLongAsItHolds()
    {
        var time = new ManualTime();
        await using var server = new ScriptedDnsServer { Datagrams = static query => [DnsPacket.To(query, 1).Address("@12", "192.0.2.1", 30)] };
        await using var resolver = Create(time, server);
        (await Addresses(resolver)).Should().Equal(IPAddress.Parse("192.0.2.1"));
        (await Addresses(resolver, "H.TEST.")).Should().HaveCount(1);
        server.ByDatagram.Should().Be(1);
        time.Advance(TimeSpan.FromSeconds(30));
        await Addresses(resolver);
        server.ByDatagram.Should().Be(2);
    }

    [Fact]
    public async Task Resolve_NoSuchName_IsKeptToo()
    {
        await using var server = new ScriptedDnsServer { Datagrams = static query => [DnsPacket.To(query, 0, 1, code: 3).Authority("test", 60, 60)] };
        await using var resolver = Create(new ManualTime(), server);
        (await Addresses(resolver)).Should().BeEmpty();
        (await Addresses(resolver)).Should().BeEmpty();
        (await resolver.ResolveSrvAsync("h.test", default)).Should().BeEmpty("another type is another question");
        server.ByDatagram.Should().Be(2);
    }

    [Fact]
    public async Task Resolve_ManyAskTheSame_OneQuestionGoesOut()
    {
        using var gate = new ManualResetEventSlim();
        await using var server = new ScriptedDnsServer
        {
            Datagrams = query =>
            {
                gate.Wait();
                return [DnsPacket.To(query, 1).Srv("@12", 1, 2, 5060, "a.test")];
            },
        };
        await using var resolver = Create(new ManualTime(), server);
        var all = Enumerable.Range(0, 50).Select(_ => resolver.ResolveSrvAsync("_sip._udp.h.test", default).AsTask()).ToList();
        using var impatient = new CancellationTokenSource();
        var leaving = resolver.ResolveSrvAsync("_sip._udp.h.test", impatient.Token).AsTask();
        await impatient.CancelAsync();
        await Awaiting(() => leaving).Should().ThrowAsync<OperationCanceledException>();
        gate.Set();
        foreach (var one in all) (await one.WaitAsync(Patience)).Should().Equal(new SipSrvRecord(1, 2, 5060, "a.test"));
        server.ByDatagram.Should().Be(1);
        resolver.PendingCount.Should().Be(0);
    }

    [Fact]
    public async Task Resolve_AliasToAnotherZone_IsFollowed()
    {
        await using var server = new ScriptedDnsServer
        {
            Datagrams = static query => [query[13] == 'h' ? DnsPacket.To(query, 1).Alias("@12", "x.example", 5) : DnsPacket.To(query, 1).Address("@12", "192.0.2.5", 500)],
        };
        await using var resolver = Create(new ManualTime(), server);
        (await Addresses(resolver)).Should().Equal(IPAddress.Parse("192.0.2.5"));
    }

    [Fact]
    public async Task Resolve_ServerRefusesTheOption_IsAskedWithoutIt()
    {
        await using var server = new ScriptedDnsServer
        {
            Datagrams = static query => [query[11] == 1 ? DnsPacket.To(query, 0, code: 1) : DnsPacket.To(query, 1).Address("@12", "192.0.2.1")],
        };
        await using var resolver = Create(new ManualTime(), server);
        (await Addresses(resolver)).Should().HaveCount(1);
        server.ByDatagram.Should().Be(2);
    }

    [Fact, Trait("Class", "49")]
    public async Task Class49_TruncatedAnswer_IsAskedForOverTcp()
    {
        await using var server = new ScriptedDnsServer
        {
            Datagrams = static query => [DnsPacket.To(query, 40, truncated: true).Srv("@12", 1, 1, 1, "half.test")],
            Stream = static query => Split(ScriptedDnsServer.Framed(DnsPacket.To(query, 2).Srv("@12", 1, 1, 5060, "a.test").Srv("@12", 2, 1, 5060, "b.test"))),
        };
        await using var resolver = Create(new ManualTime(), server);
        (await resolver.ResolveSrvAsync("_sip._udp.h.test", default)).Select(static record => record.Target).Should().Equal("a.test", "b.test");
        (server.ByDatagram, server.ByStream).Should().Be((1, 1));

        static IEnumerable<byte[]> Split(byte[] octets) => octets.Chunk(7);
    }

    [Fact, Trait("Class", "49")]
    public async Task Class49_SpoofedAnswers_ArePassedOver()
    {
        await using var server = new ScriptedDnsServer
        {
            Datagrams = static query =>
            [
                [],
                [1, 2, 3],
                With(DnsPacket.To(query, 1).Address("@12", "192.0.2.66"), static octets => octets[0] ^= 1),        // another id
                With(DnsPacket.To(query, 1).Address("@12", "192.0.2.66"), static octets => octets[13] ^= 1),       // another name
                With(DnsPacket.To(query, 1).Address("@12", "192.0.2.66"), static octets => octets[2] &= 0x7F),     // a query
                DnsPacket.To(query, 1).Address("@12", "192.0.2.1"),
            ],
        };
        await using var resolver = Create(new ManualTime(), server);
        (await Addresses(resolver)).Should().Equal(IPAddress.Parse("192.0.2.1"));
    }

    [Fact, Trait("Class", "49")]
    public async Task Class49_AFloodOfGuesses_IsEscapedOverTcp()
    {
        await using var server = new ScriptedDnsServer
        {
            Datagrams = static query => Enumerable.Range(1, 200).Select(guess => With(DnsPacket.To(query, 1).Address("@12", "192.0.2.66"), octets => octets[1] ^= (byte)guess)),
            Stream = static query => [ScriptedDnsServer.Framed(DnsPacket.To(query, 1).Address("@12", "192.0.2.1"))],
        };
        await using var resolver = Create(new ManualTime(), server);
        (await Addresses(resolver)).Should().Equal(IPAddress.Parse("192.0.2.1"));
        server.ByStream.Should().Be(1);
    }

    [Fact, Trait("Class", "49")]
    public async Task Class49_AnswerFromAnotherSource_IsNotHeard()
    {
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await using var server = new ScriptedDnsServer();
        server.Datagrams = query =>
        {
            stranger.SendTo(DnsPacket.To(query, 1).Address("@12", "192.0.2.66"), server.Sources[^1]);
            return [DnsPacket.To(query, 1).Address("@12", "192.0.2.1")];
        };
        await using var resolver = Create(new ManualTime(), server);
        (await Addresses(resolver)).Should().Equal(IPAddress.Parse("192.0.2.1"));
    }

    [Fact, Trait("Class", "49")]
    public async Task Class49_IdsAndSourcePorts_CannotBeForeseen()
    {
        await using var server = new ScriptedDnsServer { Datagrams = static query => [DnsPacket.To(query, 1).Address("@12", "192.0.2.1")] };
        await using var resolver = Create(new ManualTime(), server);
        for (var i = 0; i < 64; i++) await Addresses(resolver, $"h{i}.test");
        server.Ids.Distinct().Count().Should().BeGreaterThan(60);
        server.Sources.Select(static source => source.Port).Distinct().Count().Should().BeGreaterThan(60);
        server.Sources.Zip(server.Sources.Skip(1), static (one, next) => next.Port - one.Port).Distinct().Count().Should().BeGreaterThan(50, "no fixed step leads from one port to the next");
    }

    [Fact, Trait("Class", "49")]
    public async Task Class49_TenMegabytesOfRecords_OneMessageIsRead()
    {
        var sent = 0;
        await using var server = new ScriptedDnsServer
        {
            Datagrams = static query => [DnsPacket.To(query, 0, truncated: true)],
            Stream = query => Flood(query),
        };
        await using var resolver = Create(new ManualTime(), server);
        var records = await resolver.ResolveSrvAsync("_sip._udp.h.test", default).AsTask().WaitAsync(Patience);
        records.Should().HaveCount(DnsMessage.MaxRecords);

        IEnumerable<byte[]> Flood(byte[] query)
        {
            const int Records = 3_200; // of 20 octets: what one message can hold
            var packet = DnsPacket.To(query, Records);
            for (var i = 0; i < Records; i++) packet.Srv("@12", 1, 1, 5060, "@12");
            var framed = ScriptedDnsServer.Framed(packet);
            for (; sent < 10 * 1024 * 1024; sent += framed.Length) yield return framed;
        }
    }

    [Theory, Trait("Class", "49")]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Class49_ServerFails_TheNextIsAskedAndRemembered(int code)
    {
        await using var failing = new ScriptedDnsServer { Datagrams = query => [DnsPacket.To(query, 0, code: code)] };
        await using var good = new ScriptedDnsServer { Datagrams = static query => [DnsPacket.To(query, 1).Address("@12", "192.0.2.1")] };
        await using var resolver = Create(new ManualTime(), failing, good);
        (await Addresses(resolver, "a.test")).Should().HaveCount(1);
        (await Addresses(resolver, "b.test")).Should().HaveCount(1);
        (failing.ByDatagram, good.ByDatagram).Should().Be((1, 2), "a server that failed is not asked first again");
    }

    [Fact, Trait("Class", "49")]
    public async Task Class49_NobodyListens_TheNextServerIsAskedAtOnce()
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var nobody = (IPEndPoint)closed.LocalEndPoint!;
        closed.Close();
        await using var good = new ScriptedDnsServer { Datagrams = static query => [DnsPacket.To(query, 1).Address("@12", "192.0.2.1")] };
        await using var resolver = new DnsResolver(new SipPlatform { Time = new ManualTime() }, [nobody, good.EndPoint]);
        (await Addresses(resolver).WaitAsync(Patience)).Should().HaveCount(1, "ICMP says so; the clock stands still");
    }

    [Fact, Trait("Class", "49")]
    public async Task Class49_SilentServer_IsTriedAgainAndThenGivenUpWithoutSpoilingTheCache()
    {
        var time = new ManualTime();
        await using var server = new ScriptedDnsServer();
        await using var resolver = Create(time, server);
        var asking = Addresses(resolver);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await server.AskedAsync();
            time.Advance(TimeSpan.FromSeconds(2));
        }

        await Awaiting(() => asking.WaitAsync(Patience)).Should().ThrowAsync<SipResolutionException>().WithMessage("*did not answer*");
        server.Datagrams = static query => [DnsPacket.To(query, 1).Address("@12", "192.0.2.1")];
        (await Addresses(resolver).WaitAsync(Patience)).Should().HaveCount(1, "a failure is not kept");
    }

    [Theory, Trait("Class", "49")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Class49_AliasesWithoutEnd_AreAnError(bool inOneAnswer)
    {
        var number = 0;
        await using var server = new ScriptedDnsServer
        {
            Datagrams = query => [inOneAnswer ? DnsPacket.To(query, 2).Alias("@12", "x.test").Alias("x.test", "@12") : DnsPacket.To(query, 1).Alias("@12", $"n{number++}.test")],
        };
        await using var resolver = Create(new ManualTime(), server);
        await Awaiting(() => Addresses(resolver).WaitAsync(Patience)).Should().ThrowAsync<SipResolutionException>().WithMessage("*aliases*");
        server.ByDatagram.Should().BeLessThanOrEqualTo(DnsAnswer.MaxAliases + 1);
    }

    [Fact, Trait("Class", "49")]
    public async Task Class49_ConnectionThatBreaksOff_IsAnError()
    {
        await using var server = new ScriptedDnsServer
        {
            Datagrams = static query => [DnsPacket.To(query, 0, truncated: true)],
            Stream = static _ => [[0xFF, 0xFF, 1, 2, 3]],
        };
        await using var resolver = Create(new ManualTime(), server);
        await Awaiting(() => Addresses(resolver).WaitAsync(Patience)).Should().ThrowAsync<SipResolutionException>();
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("sip.LOCALHOST")]
    public async Task Resolve_Localhost_AsksNobody(string host)
    {
        await using var server = new ScriptedDnsServer();
        await using var resolver = Create(new ManualTime(), server);
        (await resolver.ResolveAddressesAsync(host, AddressFamily.InterNetwork, default)).Should().Equal(IPAddress.Loopback);
        (await resolver.ResolveAddressesAsync(host, AddressFamily.InterNetworkV6, default)).Should().Equal(IPAddress.IPv6Loopback);
        server.ByDatagram.Should().Be(0);
    }

    [Fact]
    public async Task Resolve_WhatIsNoName_AsksNobody()
    {
        await using var server = new ScriptedDnsServer();
        await using var resolver = Create(new ManualTime(), server);
        (await Addresses(resolver, "no name.test")).Should().BeEmpty();
        (await Addresses(resolver, new string('a', 300))).Should().BeEmpty();
    }

    [Fact]
    public async Task Dispose_WhileAsking_EndsTheLookUp()
    {
        await using var server = new ScriptedDnsServer();
        var resolver = Create(new ManualTime(), server);
        var asking = Addresses(resolver);
        await server.AskedAsync();
        await resolver.DisposeAsync();
        await Awaiting(() => asking.WaitAsync(Patience)).Should().ThrowAsync<SipResolutionException>().WithMessage("*closed*");
    }

    private static DnsResolver Create(ManualTime time, params ScriptedDnsServer[] servers) => new(new SipPlatform { Time = time }, [.. servers.Select(static server => server.EndPoint)]);

    private static Task<IReadOnlyList<IPAddress>> Addresses(DnsResolver resolver, string host = "h.test") => resolver.ResolveAddressesAsync(host, AddressFamily.InterNetwork, default).AsTask();

    private static byte[] With(byte[] octets, Action<byte[]> change)
    {
        change(octets);
        return octets;
    }
}
