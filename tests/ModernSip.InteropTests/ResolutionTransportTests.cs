using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>RFC 3263 against a real DNS server, and failover between real sockets.</summary>
[Trait("Needs", "dnsmasq")]
public sealed class ResolutionTransportTests(ITestOutputHelper output) : PeerTest(output)
{
    [Fact, Trait("Req", "B2")]
    public async Task Options_DeadFirstTarget_SecondAnswersAtOnceByIcmp()
    {
        var alive = await SippUas.StartAsync(Bench, SippScenario.Own("uas-accepts-options"));
        var dns = await DnsmasqServer.StartAsync(Bench, Servers(Loopback.ReservePorts(), alive.Port));

        var ping = SipCommand.Start(Bench, "options", "sip:example.test", "--dns", dns.EndPoint);

        (await ping.WaitForExitAsync(Deadline)).Should().Be(0);
        ping.Events.Entries[^1].Seconds("seconds").Should().BeLessThan(TimeSpan.FromSeconds(3));
        (await alive.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });
        dns.Count("query[NAPTR] example.test").Should().Be(1);
        dns.Count("query[SRV] _sip._udp.example.test").Should().Be(1);
    }

    [Fact, Trait("Req", "B2")]
    public async Task Options_SilentFirstTarget_SecondAnswersAfter64T1()
    {
        var silent = Bench.Own(new SilentPort());
        var alive = await SippUas.StartAsync(Bench, SippScenario.Own("uas-accepts-options"));
        var dns = await DnsmasqServer.StartAsync(Bench, Servers(silent.Port, alive.Port));

        var ping = SipCommand.Start(Bench, "options", "sip:example.test", "--dns", dns.EndPoint, "--t1", "50");

        (await ping.WaitForExitAsync(Deadline)).Should().Be(0);
        ping.Events.Entries[^1].Seconds("seconds").Should().BeGreaterThan(TimeSpan.FromSeconds(3.2)).And.BeLessThan(TimeSpan.FromSeconds(5.2), "64*T1 are 3.2 s, and 2 s are the limit");
    }

    [Fact, Trait("Req", "C6")]
    public async Task Register_ProxyAddressCachedAndItsNameMoves_IsLookedUpOnceForEachRegister()
    {
        var (port, names) = (Loopback.ReservePorts(), Directory.CreateDirectory(Bench.NewFile("hosts")).FullName);
        var (first, second) = (await ServeAsync("127.0.0.2", port), await ServeAsync("127.0.0.3", port));
        await DnsmasqServer.NameAsync(names, "proxy.test", "127.0.0.2");
        var dns = await DnsmasqServer.StartAsync(Bench, $"hostsdir={names}", "local-ttl=0");
        var register = SipCommand.Start(Bench, "register", "sip:alice@home.test", "--proxy", $"sip:proxy.test:{port}", "--user", "alice", "--password", "secret", "--cache-proxy", "--dns", dns.EndPoint, "--keep", "40", "--expires", "30"); // it is interrupted before
        await register.WaitForAsync("registration", "state", "active", Deadline);
        dns.Count("query[A] proxy.test").Should().Be(1, "the challenge is answered where it came from");

        await DnsmasqServer.NameAsync(names, "proxy.test", "127.0.0.3");
        await dns.WaitForAsync("read " + Path.Combine(names, "proxy.test"), Deadline, 2);
        register.Interrupt();

        (await register.WaitForExitAsync(Deadline)).Should().Be(0);
        dns.Count("query[A] proxy.test").Should().Be(2, "one for each REGISTER: the first and the removal");
        first.Events.Entries.Count(static said => said.Text("method") == "REGISTER").Should().BeGreaterThan(0);
        second.Events.Entries.Count(static said => said.Text("method") == "REGISTER").Should().BeGreaterThan(0, "the removal goes to the new address");

        async Task<SipCommand> ServeAsync(string address, int at)
        {
            var server = SipCommand.StartRaw(Bench, "serve", "--local", $"{address}:{at}", "--account", "alice:secret", "--json");
            await server.WaitForAsync("connection", "state", "Active", Deadline);
            return server;
        }
    }

    [Fact]
    public async Task Options_NaptrPrefersTcp_GoesOverTcp()
    {
        var peer = await SippUas.StartAsync(Bench, SippScenario.Own("uas-accepts-options"), tcp: true);
        var dns = await DnsmasqServer.StartAsync(
            Bench,
            "naptr-record=example.test,90,50,s,SIP+D2T,,_sip._tcp.example.test",
            "naptr-record=example.test,100,50,s,SIP+D2U,,_sip._udp.example.test",
            $"srv-host=_sip._tcp.example.test,sip.example.test,{peer.Port},1,1",
            "host-record=sip.example.test,127.0.0.1");

        var ping = SipCommand.Start(Bench, "options", "sip:example.test", "--dns", dns.EndPoint);

        (await ping.WaitForExitAsync(Deadline)).Should().Be(0);
        dns.Count("_sip._udp.example.test").Should().Be(0, "no more is asked than is needed");
    }

    [Fact]
    public async Task Options_NoSrv_GoesToTheHostItself()
    {
        var peer = await SippUas.StartAsync(Bench, SippScenario.Own("uas-accepts-options"));
        var dns = await DnsmasqServer.StartAsync(Bench, "cname=alias.test,sip.test", "host-record=sip.test,127.0.0.1");

        var ping = SipCommand.Start(Bench, "options", $"sip:alias.test:{peer.Port}", "--dns", dns.EndPoint);

        (await ping.WaitForExitAsync(Deadline)).Should().Be(0);
        dns.Count("query[SRV]").Should().Be(0, "the URI has a port");
    }

    [Fact, Trait("Req", "B2")]
    public async Task Options_NoSuchName_SaysSo()
    {
        var dns = await DnsmasqServer.StartAsync(Bench);

        var ping = SipCommand.Start(Bench, "options", "sip:nowhere.test", "--dns", $"localhost:{dns.Port}");

        (await ping.WaitForExitAsync(Deadline)).Should().Be(1);
        var error = ping.Events.Entries.Single(static said => said.Name == "error");
        error.Text("type").Should().Be("SipResolutionException");
        error.Text("message").Should().Contain("nowhere.test");
    }

    [Fact, Trait("Class", "49")]
    public async Task Class49_ServiceThatIsNotToBeHad_IsAnError()
    {
        var dns = await DnsmasqServer.StartAsync(Bench, "srv-host=_sip._udp.example.test", "srv-host=_sip._tcp.example.test", "host-record=example.test,127.0.0.1");

        var ping = SipCommand.Start(Bench, "options", "sip:example.test", "--dns", dns.EndPoint);

        (await ping.WaitForExitAsync(Deadline)).Should().Be(1, "an SRV target of \".\" is an answer (RFC 2782)");
        ping.Events.Entries.Single(static said => said.Name == "error").Text("message").Should().Contain("not to be had");
    }

    [Fact]
    public async Task Options_ManyTimes_AsksOnceWhileTheAnswersHold()
    {
        var peer = await SippUas.StartAsync(Bench, SippScenario.Own("uas-accepts-options"), calls: 4);
        var dns = await DnsmasqServer.StartAsync(Bench, "host-record=sip.test,127.0.0.1", $"srv-host=_sip._udp.sip.test,sip.test,{peer.Port},1,1");

        var ping = SipCommand.Start(Bench, "options", "sip:sip.test", "--dns", dns.EndPoint, "--count", "4", "--interval", "0.1");

        (await ping.WaitForExitAsync(Deadline)).Should().Be(0);
        dns.Count("query[A] sip.test").Should().Be(1);
        dns.Count("query[SRV] _sip._udp.sip.test").Should().Be(1);
        dns.Count("query[NAPTR] sip.test").Should().Be(1, "that there is none holds for a while too");
    }

    [Fact]
    public async Task Options_AnswersThatHoldForNoTime_AreAskedForEachTime()
    {
        var peer = await SippUas.StartAsync(Bench, SippScenario.Own("uas-accepts-options"), calls: 3);
        var dns = await DnsmasqServer.StartAsync(Bench, "host-record=sip.test,127.0.0.1,0");

        var ping = SipCommand.Start(Bench, "options", $"sip:sip.test:{peer.Port}", "--dns", dns.EndPoint, "--count", "3", "--interval", "0.1");

        (await ping.WaitForExitAsync(Deadline)).Should().Be(0);
        dns.Count("query[A] sip.test").Should().Be(3);
    }

    [Fact, Trait("Class", "49")]
    public async Task Class49_AnswerTooLongForADatagram_ComesOverTcp()
    {
        var peer = await SippUas.StartAsync(Bench, SippScenario.Own("uas-accepts-options"));
        var dns = await DnsmasqServer.StartAsync(
            Bench,
            [
                "host-record=sip.test,127.0.0.1",
                $"srv-host=_sip._udp.sip.test,sip.test,{peer.Port},1,1",
                .. Enumerable.Range(1, 90).Select(static number => $"srv-host=_sip._udp.sip.test,a-server-with-quite-a-long-name-{number}.test,9,{number + 1},1"),
            ]);

        var ping = SipCommand.Start(Bench, "options", "sip:sip.test;transport=udp", "--dns", dns.EndPoint);

        (await ping.WaitForExitAsync(Deadline)).Should().Be(0);
        dns.Count("query[SRV] _sip._udp.sip.test").Should().Be(2, "once more over TCP");
    }

    [Fact, Trait("Class", "49")]
    public async Task Class49_DnsServerIsSilent_IsAnErrorWithinTheLimit()
    {
        var silent = Bench.Own(new SilentPort());

        var ping = SipCommand.Start(Bench, "options", "sip:sip.test:5060", "--dns", $"127.0.0.1:{silent.Port}");

        (await ping.WaitForExitAsync(Deadline)).Should().Be(1);
        ping.Events.Entries.Single(static said => said.Name == "error").Text("message").Should().Contain("did not answer");
        ping.Events.Entries[^1].Seconds("seconds").Should().BeLessThan(TimeSpan.FromSeconds(12));
    }

    private static string[] Servers(int first, int second) =>
    [
        "naptr-record=example.test,10,10,s,SIP+D2U,,_sip._udp.example.test",
        $"srv-host=_sip._udp.example.test,one.example.test,{first},1,1",
        $"srv-host=_sip._udp.example.test,two.example.test,{second},2,1",
        "host-record=one.example.test,127.0.0.1",
        "host-record=two.example.test,127.0.0.1",
    ];
}
