using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>Our user agents with a phone that has media on the other side.</summary>
[Trait("Needs", "sip")]
public sealed class BaresipTests(ITestOutputHelper output) : PeerTest(output)
{
    [Fact]
    public async Task Answer_BaresipCallsAndHangsUp_EndsWithRemoteBye()
    {
        var port = Loopback.ReservePorts();
        var answer = await SipCommand.StartListeningAsync(Bench, port, "answer", "--count", "1");
        var baresip = await BaresipAgent.StartAsync(Bench);

        await baresip.DialAsync($"sip:service@127.0.0.1:{port}", Deadline);
        await baresip.WaitForAsync("CALL_ESTABLISHED", Deadline);
        await answer.WaitForAsync("dialog", "state", "confirmed", Deadline);
        await baresip.HangUpAsync(Deadline);

        (await answer.WaitForAsync("dialog", "state", "terminated", Deadline)).Text("cause").Should().Be("remote-bye");
        (await answer.WaitForExitAsync(Deadline)).Should().Be(0);
    }

    [Fact]
    public async Task Call_BaresipAnswersAtOnce_HangsUpAfterTheHold()
    {
        var baresip = await BaresipAgent.StartAsync(Bench, answersAtOnce: true);

        var call = SipCommand.Start(Bench, "call", baresip.Uri, "--hold", "1");

        await baresip.WaitForAsync("CALL_ESTABLISHED", Deadline);
        await baresip.WaitForAsync("CALL_CLOSED", Deadline);
        (await call.WaitForAsync("dialog", "state", "terminated", Deadline)).Text("cause").Should().Be("local-bye");
        (await call.WaitForExitAsync(Deadline)).Should().Be(0);
    }

    [Fact]
    public async Task Call_BaresipHangsUp_EndsWithRemoteBye()
    {
        var baresip = await BaresipAgent.StartAsync(Bench);

        var call = SipCommand.Start(Bench, "call", baresip.Uri);
        await baresip.WaitForAsync("CALL_INCOMING", Deadline);
        await call.WaitForResponseAsync(180, Deadline);
        await baresip.AcceptAsync(Deadline);
        await call.WaitForAsync("dialog", "state", "confirmed", Deadline);
        await baresip.HangUpAsync(Deadline);

        (await call.WaitForAsync("dialog", "state", "terminated", Deadline)).Text("cause").Should().Be("remote-bye");
        (await call.WaitForExitAsync(Deadline)).Should().Be(0);
    }
}
