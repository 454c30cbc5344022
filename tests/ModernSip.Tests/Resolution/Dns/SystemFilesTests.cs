using System.Net;
using System.Net.Sockets;
using ModernSip.Resolution.Dns;
using ModernSip.Tests.Transport;

namespace ModernSip.Tests.Resolution.Dns;

public sealed class SystemFilesTests
{
    [Fact]
    public void ResolvConf_Parse_ReadsWhatItKnows()
    {
        var conf = ResolvConf.Parse("""
            # a comment
            nameserver 192.0.2.53
            nameserver 2001:db8::53   ; behind
            nameserver nonsense
            domain old.test
            search a.test  B.test.
            options ndots:5 timeout:1 attempts:3 rotate edns0
            sortlist 10.0.0.0
            """);
        conf.Servers.Should().Equal(IPEndPoint.Parse("192.0.2.53:53"), IPEndPoint.Parse("[2001:db8::53]:53"));
        conf.Search.Should().Equal("a.test", "b.test");
        conf.Should().BeEquivalentTo(new { Dots = 5, Timeout = TimeSpan.FromSeconds(1), Attempts = 3 });
    }

    [Theory]
    [InlineData("")]
    [InlineData("nameserver\noptions\nsearch\n\n;\n#")]
    [InlineData("options ndots:99999999999999 timeout:0 attempts:-1 :::")]
    public void ResolvConf_NothingUsable_AsksThisMachine(string text)
    {
        var conf = ResolvConf.Parse(text);
        conf.Servers.Should().Equal(IPEndPoint.Parse("127.0.0.1:53"));
        conf.Timeout.Should().BePositive();
        conf.Attempts.Should().BePositive();
    }

    [Theory]
    [InlineData("kamailio", "kamailio.svc.test, kamailio.test, kamailio")]
    [InlineData("a.b.c", "a.b.c, a.b.c.svc.test, a.b.c.test")]
    [InlineData("kamailio.", "kamailio.")]
    public void ResolvConf_Candidates_ShortNamesAreTriedInTheSearchDomainsFirst(string name, string candidates) =>
        string.Join(", ", ResolvConf.Parse("search svc.test test\noptions ndots:2").Candidates(name)).Should().Be(candidates);

    [Fact]
    public void HostsFile_Parse_FindsNamesWithoutCaseByFamily()
    {
        var hosts = HostsFile.Parse("127.0.0.1 localhost\n::1\tlocalhost ip6-localhost\n192.0.2.1 Sip.Test. sip # alias\n192.0.2.2 sip.test\nnonsense name\n192.0.2.3\n");
        hosts.Find("SIP.test", AddressFamily.InterNetwork).Should().Equal(IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"));
        hosts.Find("sip.test", AddressFamily.InterNetworkV6).Should().BeEmpty("the file has the name, so that the DNS is not asked");
        hosts.Find("localhost", AddressFamily.InterNetworkV6).Should().Equal(IPAddress.IPv6Loopback);
        hosts.Find("name", AddressFamily.InterNetwork).Should().BeNull();
    }

    [Fact]
    public void ParsedFile_Changed_IsReadAgainWhenLookedAtAgain()
    {
        var time = new ManualTime();
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "first");
            File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            var file = new ParsedFile<string>(path, static text => text, time);
            file.Value.Should().Be("first");
            File.WriteAllText(path, "second");
            file.Value.Should().Be("first", "it was looked at just now");
            time.Advance(TimeSpan.FromSeconds(2));
            file.Value.Should().Be("second");
            File.Delete(path);
            time.Advance(TimeSpan.FromSeconds(2));
            file.Value.Should().BeEmpty();
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Cache_AnswersHold_AsLongAsTheySay()
    {
        var time = new ManualTime();
        var cache = new DnsCache(time);
        var question = new DnsQuestion("h.test", DnsRecordType.A);
        cache.Add(question, new DnsAnswer([IPAddress.Loopback], TimeSpan.FromSeconds(5)));
        cache.Add(new DnsQuestion("never.test", DnsRecordType.A), new DnsAnswer([], TimeSpan.Zero));
        cache.Count.Should().Be(1, "what holds for no time is not kept");
        time.Advance(TimeSpan.FromSeconds(4.9));
        cache.TryGet(new DnsQuestion("H.TEST.", DnsRecordType.A), out _).Should().BeTrue();
        cache.TryGet(new DnsQuestion("h.test", DnsRecordType.Aaaa), out _).Should().BeFalse();
        time.Advance(TimeSpan.FromSeconds(0.1));
        cache.TryGet(question, out _).Should().BeFalse();
        cache.Count.Should().Be(0);
    }

    [Fact, Trait("Class", "49")]
    public void Class49_FloodOfNames_StaysBounded()
    {
        var time = new ManualTime();
        var cache = new DnsCache(time, capacity: 100);
        for (var i = 0; i < 10_000; i++) cache.Add(new DnsQuestion($"n{i}.test", DnsRecordType.A), new DnsAnswer([], TimeSpan.FromMinutes(1)));
        cache.Count.Should().BeInRange(1, 100);
    }
}
