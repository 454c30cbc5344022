using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>The scenarios that our stack is measured with must first be right among themselves: each is played by SIPp against SIPp.</summary>
public sealed class SippHarnessTests(ITestOutputHelper output) : PeerTest(output)
{
    [Fact]
    public async Task Call_BuiltInCallerAndCallee_AllCallsSucceed()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.BuiltIn("uas"), calls: 3);
        var caller = SippUac.Start(Bench, SippScenario.BuiltIn("uac"), callee.Port, calls: 3);

        (await caller.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 3, Failed = 0, ExitCode = 0 });
        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 3, Failed = 0, ExitCode = 0 });
    }

    // Not the built-in ones over TCP: that callee lingers, and counts a call as failed when the caller's connection closes meanwhile.
    [Fact]
    public async Task Call_OverTcp_BothReachTheirEnd()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-answers"), tcp: true);
        var caller = SippUac.Start(Bench, SippScenario.Own("uac-calls"), callee.Port, tcp: true);

        (await caller.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0, ExitCode = 0 });
        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0, ExitCode = 0 });
    }

    [Theory]
    [InlineData("uas-answers", "uac-calls")]
    [InlineData("uas-hangs-up", "uac-awaits-bye")]
    [InlineData("uas-rings-until-cancel", "uac-cancels")]
    [InlineData("uas-rejects-busy", "uac-is-rejected")]
    [InlineData("uas-accepts-message", "uac-message")]
    [InlineData("uas-accepts-options", "uac-options")]
    [InlineData("uas-challenges-register", "uac-registers")]
    public async Task Play_MatchingScenarios_BothReachTheirEnd(string calleePlays, string callerPlays)
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own(calleePlays), calls: 2);
        var caller = SippUac.Start(Bench, SippScenario.Own(callerPlays), callee.Port, "alice", calls: 2, password: "wonderland");

        (await caller.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 2, Failed = 0, ExitCode = 0 });
        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 2, Failed = 0, ExitCode = 0 });
    }

    [Theory]
    [InlineData("uas-rings-until-cancel", "uac-calls")]
    [InlineData("uas-rejects-busy", "uac-calls")]
    [InlineData("uas-answers", "uac-is-rejected")]
    public async Task Play_ScenariosThatDoNotMatch_CallIsCountedAsFailed(string calleePlays, string callerPlays)
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own(calleePlays));
        // Its patience is shorter than the test's.
        var caller = SippRun.Start(
            Bench, SippScenario.Own(callerPlays), calls: 1, tcp: false, "-s", "alice", "-recv_timeout", "2000", $"127.0.0.1:{callee.Port}");

        var result = await caller.WaitForResultAsync(Deadline);

        result.Should().BeEquivalentTo(new { Successful = 0, Failed = 1, ExitCode = 1 });
    }

    [Fact]
    public async Task Register_WrongPassword_TheRegistrarScenarioFails()
    {
        var registrar = await SippUas.StartAsync(Bench, SippScenario.Own("uas-challenges-register"));
        var caller = SippUac.Start(Bench, SippScenario.Own("uac-registers"), registrar.Port, "alice", password: "wrong");

        (await caller.WaitForResultAsync(Deadline)).Failed.Should().Be(1);
        (await registrar.WaitForResultAsync(Deadline)).Successful.Should().Be(0);
    }

    [Fact]
    public async Task ReceivedStartLines_CalleeWasCancelled_ListsWhatWasOnTheWire()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-rings-until-cancel"));
        var caller = SippUac.Start(Bench, SippScenario.Own("uac-cancels"), callee.Port, "alice");
        await caller.WaitForResultAsync(Deadline);
        await callee.WaitForResultAsync(Deadline);

        callee.ReceivedStartLines().Select(line => line.Split(' ')[0]).Distinct(StringComparer.Ordinal).Should().Equal("INVITE", "CANCEL", "ACK");
        caller.ReceivedStartLines().Should().Equal("SIP/2.0 180 Ringing", "SIP/2.0 200 OK", "SIP/2.0 487 Request Terminated");
    }
}
