using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests.Calls;

/// <summary>
/// <c>--session-expires</c>, real time passing: no interval is shorter than 90 s (RFC 4028 §4), so a refresh takes 45 s, and the end of a session that is
/// not refreshed 60 s. All wait side by side.
/// </summary>
[Trait("Needs", "sip"), Trait("Req", "D10")]
public sealed class SessionRefreshTests(ITestOutputHelper output) : CallTest(output, seconds: 85)
{
    private static readonly string[] Timed = ["--session-expires", "90"];

    [Fact]
    public Task Sessions_TimePasses_AreRefreshedOrEnd() => Task.WhenAll(
        Call_ByUpdateWhereSippTakesIt("uas-is-updated-in-time"),
        Call_ByUpdateWhereSippTakesIt("uas-is-reinvited-in-time"),
        Call_SippNeverRefreshes_Expires(),
        Answer_SippKnowsNoTimers_IsRefreshed(),
        Answer_BaresipKnowsNoTimers_IsRefreshed(),
        Call_ToOurAnswer_IsRefreshed());

    private async Task Call_ByUpdateWhereSippTakesIt(string scenario)
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own(scenario));
        var call = Call(callee.Uri, Timed);
        await PlayedAsync(callee.WaitForResultAsync(Deadline));
        await EndsAsync(call, "remote-bye");
    }

    private async Task Call_SippNeverRefreshes_Expires()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-never-refreshes"));
        var call = Call(callee.Uri, Timed);
        await EndsAsync(call, "session-expired", 1);
        await PlayedAsync(callee.WaitForResultAsync(Deadline));
    }

    private async Task Answer_SippKnowsNoTimers_IsRefreshed()
    {
        var answer = await AnswerAsync([.. Timed, "--count", "1"]);
        var caller = SippUac.Start(Bench, SippScenario.Own("uac-is-refreshed"), Port);
        await PlayedAsync(caller.WaitForResultAsync(Deadline));
        await EndsAsync(answer, "remote-bye");
    }

    private async Task Answer_BaresipKnowsNoTimers_IsRefreshed()
    {
        var port = Loopback.ReservePorts();
        var answer = await SipCommand.StartListeningAsync(Bench, port, "answer", [.. Timed, "--count", "1", "--trace"]);
        var baresip = await BaresipAgent.StartAsync(Bench);
        await baresip.DialAsync($"sip:service@127.0.0.1:{port}", Deadline);
        await answer.WaitForAsync("sent", "method", "INVITE", Deadline);
        await answer.Events.WaitForAsync("200 to the refresh", static said => said.Name == "received" && said.Number("status") == 200 && said.Text("cseq")!.EndsWith("INVITE", StringComparison.Ordinal), Deadline);
        await baresip.HangUpAsync(Deadline);
        await EndsAsync(answer, "remote-bye");
    }

    private async Task Call_ToOurAnswer_IsRefreshed()
    {
        var port = Loopback.ReservePorts();
        var answer = await SipCommand.StartListeningAsync(Bench, port, "answer", "--count", "1");
        var call = SipCommand.Start(Bench, "call", [$"sip:service@127.0.0.1:{port}", .. Timed, "--trace"]);
        await call.WaitForAsync("sent", "method", "UPDATE", Deadline);
        await call.Events.WaitForAsync("200 to the refresh", static said => said.Name == "received" && said.Number("status") == 200 && said.Text("cseq")!.EndsWith("UPDATE", StringComparison.Ordinal), Deadline);
        call.Interrupt();
        await EndsAsync(call, "local-bye");
        await EndsAsync(answer, "remote-bye");
    }
}
