using System.Net;
using System.Net.Sockets;
using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>What scripts rely on: exit codes, JSON lines, and what an interrupt does to what is under way.</summary>
[Trait("Needs", "sip")]
public sealed class CliContractTests(ITestOutputHelper output) : PeerTest(output)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_SignalWhileItRings_CancelsAcksAndExitsWithZero(bool byCtrlC)
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-rings-until-cancel"));
        var call = SipCommand.Start(Bench, "call", callee.Uri);
        await call.WaitForResponseAsync(180, Deadline);

        if (byCtrlC) call.Interrupt();
        else call.Terminate();

        (await call.WaitForExitAsync(Deadline)).Should().Be(0);
        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0, ExitCode = 0 });
        callee.ReceivedStartLines().Select(line => line.Split(' ')[0]).Distinct(StringComparer.Ordinal).Should().Equal("INVITE", "CANCEL", "ACK");
    }

    [Fact]
    public async Task Call_InterruptDuringTheCall_HangsUpAndExitsWithZero()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-answers"));
        var call = SipCommand.Start(Bench, "call", callee.Uri);
        await call.WaitForAsync("dialog", "state", "confirmed", Deadline);

        call.Interrupt();

        (await call.WaitForExitAsync(Deadline)).Should().Be(0);
        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0, ExitCode = 0 });
    }

    [Fact]
    public async Task Call_HoldOneSecond_TellsTheWholeCallInOrder()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.BuiltIn("uas"));

        var call = SipCommand.Start(Bench, "call", callee.Uri, "--hold", "1");

        (await call.WaitForExitAsync(Deadline)).Should().Be(0);
        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });
        var ringing = await call.WaitForResponseAsync(180, Deadline);
        var answered = await call.WaitForResponseAsync(200, Deadline);
        var confirmed = await call.WaitForAsync("dialog", "state", "confirmed", Deadline);
        var ended = await call.WaitForAsync("dialog", "state", "terminated", Deadline);
        call.Events.Entries.Should().ContainInOrder(ringing, answered, ended);
        call.Events.Entries.Should().ContainInOrder(confirmed, ended);
        ended.Text("cause").Should().Be("local-bye");
        ended.Text("callId").Should().Be(answered.Text("callId")).And.NotBeNullOrEmpty();
        ended.Text("remoteTag").Should().Be(answered.Text("toTag")).And.NotBeNullOrEmpty();
        (ended.At - confirmed.At).Should().BeGreaterThan(TimeSpan.FromSeconds(0.9)).And.BeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Call_AnyOutcome_EveryLineIsAnEventAndTheLastIsTheSummary()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-answers"));
        var call = SipCommand.Start(Bench, "call", callee.Uri, "--hold", "1");

        (await call.WaitForExitAsync(Deadline)).Should().Be(0);

        var events = call.Events.Entries;
        events.Should().OnlyContain(said => said.Name.Length > 0 && said.At.Offset == TimeSpan.Zero);
        events.Should().BeInAscendingOrder(said => said.At);
        events.Where(said => said.Name == "summary").Should().ContainSingle().Which.Should().BeSameAs(events[^1]);
        events[^1].Flag("ok").Should().BeTrue();
        events.Should().NotContain(said => said.Name == "sent" || said.Name == "received", "these come with --trace only");
    }

    [Fact]
    public async Task AnyCommand_UnknownOption_ExitsWithTwo()
    {
        var command = SipCommand.StartRaw(Bench, "call", "sip:service@127.0.0.1:9", "--no-such-option");

        (await command.WaitForExitAsync(Deadline)).Should().Be(2);
        command.StandardError.Should().Contain("--no-such-option");
    }

    [Fact]
    public async Task AnyCommand_ArgumentMissing_ExitsWithTwo()
    {
        var command = SipCommand.StartRaw(Bench, "call", "--json");

        (await command.WaitForExitAsync(Deadline)).Should().Be(2);
        command.StandardError.Should().NotBeEmpty();
    }

    [Fact]
    public async Task Call_OfferUnreadable_ExitsWithThreeAndASummary()
    {
        var call = SipCommand.Start(Bench, "call", "sip:service@127.0.0.1:9", "--offer", "/no/such/file.sdp");

        (await call.WaitForExitAsync(Deadline)).Should().Be(3);
        call.Events.Entries.Select(said => said.Name).Should().Equal("error", "summary");
        call.Events.Entries[^1].Flag("ok").Should().BeFalse();
    }

    [Fact]
    public async Task Options_TimeIsOver_ExitsWithOneAndASummary()
    {
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)); // a port that nobody holds would be told of at once
        var ping = SipCommand.StartRaw(Bench, "options", $"sip:{silent.Client.LocalEndPoint}", "--local", "127.0.0.1", "--timeout", "1", "--json");

        (await ping.WaitForExitAsync(Deadline)).Should().Be(1);
        ping.Events.Entries.Should().ContainSingle(said => said.Name == "error" && said.Text("type") == "TimeoutException");
        ping.Events.Entries[^1].Name.Should().Be("summary");
    }

    [Fact]
    public async Task Register_Traced_ShowsEveryMessageButNotTheResponseToTheChallenge()
    {
        var server = SipCommand.Start(Bench, "serve", "--account", "alice:wonderland");
        var at = (await server.WaitForAsync("connection", "state", "Active", Deadline)).Text("local");

        var register = SipCommand.Start(Bench, "register", $"sip:alice@{at}", "--user", "alice", "--password", "wonderland", "--trace");

        (await register.WaitForExitAsync(Deadline)).Should().Be(0);
        register.Events.Entries.Should().Contain(said => said.Name == "sent" && said.Text("method") == "REGISTER" && said.Text("remote") == at);
        register.Events.Entries.Should().Contain(said => said.Name == "received" && said.Number("status") == 401);
        register.StandardError.Should().Contain("response=\"***").And.Contain("SIP/2.0 401");
        System.Text.RegularExpressions.Regex.IsMatch(register.StandardError, "response=\"[0-9a-f]").Should().BeFalse();
        server.Interrupt();
        (await server.WaitForExitAsync(Deadline)).Should().Be(0);
    }

    [Fact]
    public async Task Call_FollowsARedirection_ReachesTheContact()
    {
        var (first, second) = (Loopback.ReservePorts(), Loopback.ReservePorts());
        await SipCommand.StartListeningAsync(Bench, first, "answer", "--redirect", $"sip:service@127.0.0.1:{second}");
        var answer = await SipCommand.StartListeningAsync(Bench, second, "answer", "--count", "1");

        var call = SipCommand.Start(Bench, "call", $"sip:service@127.0.0.1:{first}", "--follow", "--hold", "0.2");

        await call.WaitForResponseAsync(302, Deadline);
        (await call.WaitForExitAsync(Deadline)).Should().Be(0);
        (await answer.WaitForExitAsync(Deadline)).Should().Be(0);
    }

    [Fact]
    public async Task Parse_GoodAndBadFile_TellsBothAndExitsWithOne()
    {
        var (good, bad) = (Bench.NewFile("good.sip"), Bench.NewFile("bad.sip"));
        const string Rest = "From: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n\r\n";
        await File.WriteAllTextAsync(good, "OPTIONS sip:b@example.com SIP/2.0\r\nv: SIP/2.0/UDP h;branch=z9hG4bK1, SIP/2.0/UDP g;branch=z9hG4bK2\r\n" + Rest, Deadline);
        await File.WriteAllTextAsync(bad, "OPTIONS sip:b@example.com SIP/7.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n" + Rest, Deadline);

        var parse = SipCommand.StartRaw(Bench, "parse", good, bad);

        (await parse.WaitForExitAsync(Deadline)).Should().Be(1);
        parse.Events.Entries.Select(said => said.Name).Should().Equal("message", "message", "summary");
        parse.Events.Entries[0].Should().Match<SipEvent>(said => said.Flag("valid") == true && said.Text("method") == "OPTIONS" && said.Number("bodyLength") == 0);
        parse.Events.Entries[0].ToString().Should().Contain("\"Via\":[\"SIP/2.0/UDP h;branch=z9hG4bK1\",\"SIP/2.0/UDP g;branch=z9hG4bK2\"]");
        parse.Events.Entries[1].Should().Match<SipEvent>(said => said.Flag("valid") == false && said.Number("suggestedStatus") == 505 && said.Text("error") != null);
    }

    [Fact]
    public async Task Answer_PortInUse_ExitsWithThree()
    {
        var port = Loopback.ReservePorts();
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        udp.Bind(new IPEndPoint(IPAddress.Loopback, port));
        tcp.Bind(new IPEndPoint(IPAddress.Loopback, port));
        tcp.Listen();

        var answer = SipCommand.StartRaw(Bench, "answer", "--local", $"127.0.0.1:{port}", "--timeout", "20", "--json");

        (await answer.WaitForExitAsync(Deadline)).Should().Be(3);
        answer.Events.Entries.Should().NotContain(said => said.Name == "connection" && said.Text("state") == "Active");
    }
}
