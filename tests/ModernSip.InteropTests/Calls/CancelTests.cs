using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests.Calls;

/// <summary><c>--cancel-after</c> (RFC 3261 §9).</summary>
[Trait("Needs", "sip"), Trait("Req", "D4")]
public sealed class CancelTests(ITestOutputHelper output) : CallTest(output)
{
    [Theory]
    [InlineData("uas-rings-late", "100")]
    [InlineData("uas-answers-what-is-cancelled", "300")]
    public async Task Call_SippIsLateOrAnswersAtTheSameTime_IsCancelledAllTheSame(string scenario, string after)
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own(scenario));

        var call = Call(callee.Uri, "--cancel-after", after);

        await EndsAsync(call, "cancelled");
        await PlayedAsync(callee.WaitForResultAsync(Deadline));
    }

    [Fact]
    public async Task Answer_SippCancelsWhatWasAnswered_TheCallIsUp()
    {
        var answer = await AnswerAsync("--count", "1");

        var caller = SippUac.Start(Bench, SippScenario.Own("uac-cancels-late"), Port);

        await PlayedAsync(caller.WaitForResultAsync(Deadline));
        await EndsAsync(answer, "remote-bye");
    }

    [Fact]
    public async Task Call_BaresipRings_IsCancelled()
    {
        var baresip = await BaresipAgent.StartAsync(Bench);

        var call = Call(baresip.Uri, "--cancel-after", "500");

        await baresip.WaitForAsync("CALL_INCOMING", Deadline);
        await baresip.WaitForAsync("CALL_CLOSED", Deadline);
        await EndsAsync(call, "cancelled");
    }

    [Fact]
    public async Task Call_OurAnswerRings_BothTellThatItWasCancelled()
    {
        var answer = await AnswerAsync("--ring", "30000", "--count", "1");

        var call = Call(AnswerUri, "--cancel-after", "300");

        await EndsAsync(call, "cancelled");
        await EndsAsync(answer, "cancelled");
    }

    [Fact]
    public async Task Call_OurAnswerIsSooner_TheCallIsHeldAsLongAsWasAskedFor()
    {
        var answer = await AnswerAsync("--count", "1");

        var call = Call(AnswerUri, "--cancel-after", "1500", "--hold", "1.8");

        var confirmed = await call.WaitForAsync("dialog", "state", "confirmed", Deadline);
        await EndsAsync(call, "local-bye");
        (call.Events.Entries[^1].At - confirmed.At).Should().BeGreaterThan(TimeSpan.FromSeconds(1.7));
        await EndsAsync(answer, "remote-bye");
    }

    [Fact]
    public async Task Answer_CallerCancelsWhileItRings_Answers200And487()
    {
        var answer = await AnswerAsync("--ring", "30000");
        var caller = SippUac.Start(Bench, SippScenario.Own("uac-cancels"), Port);

        (await caller.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });

        (await answer.WaitForAsync("dialog", "state", "terminated", Deadline)).Text("cause").Should().Be("cancelled");
        answer.Interrupt();
        (await answer.WaitForExitAsync(Deadline)).Should().Be(0);
    }

    [Fact]
    public async Task Call_CancelAfterWhileItRings_IsCancelledAndAcked()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-rings-until-cancel"));

        var call = Call(callee.Uri, "--cancel-after", "500");

        await call.WaitForResponseAsync(180, Deadline);
        var ended = await call.WaitForAsync("dialog", "state", "terminated", Deadline);
        ended.Text("cause").Should().Be("cancelled");
        (await call.WaitForExitAsync(Deadline)).Should().Be(0, "a CANCEL that was asked for is no failure");
        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });
        callee.ReceivedStartLines().Select(line => line.Split(' ')[0]).Distinct(StringComparer.Ordinal).Should().Equal("INVITE", "CANCEL", "ACK");
    }

    [Fact]
    public async Task Answer_BaresipGivesUpWhileItRings_EndsAsCancelled()
    {
        var answer = await AnswerAsync("--ring", "30000");
        var baresip = await BaresipAgent.StartAsync(Bench);

        await baresip.DialAsync(AnswerUri, Deadline);
        await baresip.WaitForAsync("CALL_RINGING", Deadline);
        await baresip.HangUpAsync(Deadline);

        (await answer.WaitForAsync("dialog", "state", "terminated", Deadline)).Text("cause").Should().Be("cancelled");
        answer.Interrupt();
        (await answer.WaitForExitAsync(Deadline)).Should().Be(0);
    }
}
