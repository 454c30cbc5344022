using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests.Calls;

/// <summary><c>--session-expires</c>: what is asked for and granted, and refreshes of the peer's (RFC 4028). This baresip knows nothing of it.</summary>
[Trait("Needs", "sip"), Trait("Req", "D10")]
public sealed class SessionTimerTests(ITestOutputHelper output) : CallTest(output)
{
    [Fact]
    public async Task Call_SippFindsTheIntervalTooSmall_AsksForTheLargerOne()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-raises-interval"));

        var call = Call(callee.Uri, "--session-expires", "90", "--hold", "0.2");

        await EndsAsync(call, "local-bye");
        await PlayedAsync(callee.WaitForResultAsync(Deadline));
    }

    [Fact]
    public async Task Call_SippRefreshes_AgreesEachTime()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-refreshes"));

        var call = Call(callee.Uri, "--session-expires", "90");

        await PlayedAsync(callee.WaitForResultAsync(Deadline));
        await EndsAsync(call, "remote-bye");
    }

    [Fact]
    public async Task Answer_SippAsksForTooLittle_GrantsTheLeastAndAgreesToEachRefresh()
    {
        var answer = await AnswerAsync("--count", "1");

        var caller = SippUac.Start(Bench, SippScenario.Own("uac-asks-too-short"), Port);

        await PlayedAsync(caller.WaitForResultAsync(Deadline));
        await EndsAsync(answer, "remote-bye");
    }

    [Fact]
    public async Task Answer_SippKnowsNoTimers_RefreshesItself()
    {
        var answer = await AnswerAsync("--session-expires", "90", "--count", "1");

        var caller = SippUac.Start(Bench, SippScenario.Own("uac-without-timer"), Port);

        await PlayedAsync(caller.WaitForResultAsync(Deadline));
        await EndsAsync(answer, "remote-bye");
    }

    [Fact]
    public async Task Call_BaresipKnowsNoTimers_TheCallHasNone()
    {
        var baresip = await BaresipAgent.StartAsync(Bench, answersAtOnce: true);

        var call = Call(baresip.Uri, "--session-expires", "90", "--hold", "0.2");

        await EndsAsync(call, "local-bye");
        await baresip.WaitForAsync("CALL_CLOSED", Deadline);
    }
}
