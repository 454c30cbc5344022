using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>Our server against SIPp's clients.</summary>
[Trait("Needs", "sip")]
public sealed class SippAsClientTests(ITestOutputHelper output) : PeerTest(output)
{
    private readonly int _port = Loopback.ReservePorts();

    [Fact]
    public async Task Answer_CallerCallsAndHangsUp_EndsWithRemoteBye()
    {
        var answer = await SipCommand.StartListeningAsync(Bench, _port, "answer", "--count", "1");
        var caller = SippUac.Start(Bench, SippScenario.Own("uac-calls"), _port);

        (await caller.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });

        (await answer.WaitForAsync("dialog", "state", "terminated", Deadline)).Text("cause").Should().Be("remote-bye");
        (await answer.WaitForExitAsync(Deadline)).Should().Be(0);
        answer.Events.Entries.Should().Contain(said => said.Name == "request" && said.Text("method") == "INVITE");
        answer.Events.Entries.Should().Contain(said => said.Name == "dialog" && said.Text("state") == "confirmed");
    }

    [Fact]
    public async Task Answer_OverTcp_CallSucceeds()
    {
        var answer = await SipCommand.StartListeningAsync(Bench, _port, "answer", "--count", "1", "--transport", "tcp");
        var caller = SippUac.Start(Bench, SippScenario.Own("uac-calls"), _port, tcp: true);

        (await caller.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });

        (await answer.WaitForExitAsync(Deadline)).Should().Be(0);
    }

    [Fact]
    public async Task Answer_WithHold_HangsUpItself()
    {
        var answer = await SipCommand.StartListeningAsync(Bench, _port, "answer", "--count", "1", "--hold", "1");
        var caller = SippUac.Start(Bench, SippScenario.Own("uac-awaits-bye"), _port);

        (await caller.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });

        (await answer.WaitForAsync("dialog", "state", "terminated", Deadline)).Text("cause").Should().Be("local-bye");
        (await answer.WaitForExitAsync(Deadline)).Should().Be(0);
    }

    [Fact]
    public async Task Answer_StatusBusy_CallerIsRejected()
    {
        var answer = await SipCommand.StartListeningAsync(Bench, _port, "answer", "--status", "486");
        var caller = SippUac.Start(Bench, SippScenario.Own("uac-is-rejected"), _port);

        (await caller.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });

        answer.Terminate();
        (await answer.WaitForExitAsync(Deadline)).Should().Be(0);
    }

    [Fact]
    public async Task Listen_MessageComesIn_IsPrintedAndAnswered()
    {
        var listen = await SipCommand.StartListeningAsync(Bench, _port, "listen", "--count", "1");
        var sender = SippUac.Start(Bench, SippScenario.Own("uac-message"), _port);

        (await sender.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });

        var request = await listen.WaitForAsync("request", "method", "MESSAGE", Deadline);
        request.Text("contentType").Should().Be("text/plain");
        request.Text("body").Should().StartWith("hello from a peer");
        (await listen.WaitForExitAsync(Deadline)).Should().Be(0);
    }

    [Fact]
    public async Task Listen_OptionsComesIn_IsAnswered()
    {
        var listen = await SipCommand.StartListeningAsync(Bench, _port, "listen");
        var sender = SippUac.Start(Bench, SippScenario.Own("uac-options"), _port);

        (await sender.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });

        listen.Interrupt();
        (await listen.WaitForExitAsync(Deadline)).Should().Be(0);
    }
}
