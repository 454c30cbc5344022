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
