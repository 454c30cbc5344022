using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>baresip does what it is told over its control connection: proved with SIPp on the other side.</summary>
public sealed class BaresipHarnessTests(ITestOutputHelper output) : PeerTest(output)
{
    [Fact]
    public async Task Dial_CalleeAnswers_EstablishedUntilHungUp()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-answers"));
        var baresip = await BaresipAgent.StartAsync(Bench);

        await baresip.DialAsync(callee.Uri, Deadline);
        await baresip.WaitForAsync("CALL_RINGING", Deadline);
        await baresip.WaitForAsync("CALL_ESTABLISHED", Deadline);
        await baresip.HangUpAsync(Deadline);

        await baresip.WaitForAsync("CALL_CLOSED", Deadline);
        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0, ExitCode = 0 });
    }

    [Fact]
    public async Task Accept_CallComesIn_CallerIsAnswered()
    {
        var baresip = await BaresipAgent.StartAsync(Bench);
        var caller = SippUac.Start(Bench, SippScenario.Own("uac-calls"), baresip.Port, "bob");

        await baresip.WaitForAsync("CALL_INCOMING", Deadline);
        await baresip.AcceptAsync(Deadline);

        await baresip.WaitForAsync("CALL_CLOSED", Deadline);
        (await caller.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0, ExitCode = 0 });
    }

    [Fact]
    public async Task Call_AutomaticAnswer_CallerIsAnsweredWithoutACommand()
    {
        var baresip = await BaresipAgent.StartAsync(Bench, answersAtOnce: true);
        var caller = SippUac.Start(Bench, SippScenario.Own("uac-calls"), baresip.Port, "bob");

        (await caller.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0, ExitCode = 0 });
    }
}
