using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests.Calls;

/// <summary><c>--100rel</c> (RFC 3262). This baresip knows nothing of it: it refuses what demands it, and is refused where it is demanded.</summary>
[Trait("Needs", "sip"), Trait("Req", "D9")]
public sealed class ReliableProgressTests(ITestOutputHelper output) : CallTest(output)
{
    [Fact]
    public async Task Call_SippSendsTwoReliableResponsesOneOfThemTwice_AcknowledgesEachOnce()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-demands-reliable"));

        var call = Call(callee.Uri, "--100rel", "required", "--hold", "0.2");

        await EndsAsync(call, "local-bye");
        await PlayedAsync(callee.WaitForResultAsync(Deadline));
        callee.ReceivedStartLines().Count(static line => line.StartsWith("PRACK", StringComparison.Ordinal)).Should().Be(2);
    }

    [Fact]
    public async Task Call_DemandedOfSippThatLacksIt_IsRejectedWith420()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-lacks-reliable"));

        var call = Call(callee.Uri, "--100rel", "required");

        await EndsAsync(call, "rejected", 1);
        await call.WaitForResponseAsync(420, Deadline);
        await PlayedAsync(callee.WaitForResultAsync(Deadline));
    }

    [Fact]
    public async Task Call_None_SippSeesNothingOfIt()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-answers-unreliable"));

        var call = Call(callee.Uri, "--100rel", "none", "--hold", "0.2");

        await EndsAsync(call, "local-bye");
        await PlayedAsync(callee.WaitForResultAsync(Deadline));
    }

    [Fact]
    public async Task Answer_SippAcknowledgesLateAndWronglyAtFirst_TheRingingIsRepeatedAndTheCallGoesOn()
    {
        var answer = await AnswerAsync("--100rel", "required", "--ring", "2000", "--count", "1");

        var caller = SippUac.Start(Bench, SippScenario.Own("uac-offers-reliable"), Port);

        await PlayedAsync(caller.WaitForResultAsync(Deadline));
        await EndsAsync(answer, "remote-bye");
        caller.ReceivedStartLines().Count(static line => line.Contains(" 180 ", StringComparison.Ordinal)).Should().BeGreaterThan(1);
    }

    [Theory]
    [InlineData("uac-lacks-reliable", "required")]
    [InlineData("uac-demands-reliable-in-vain", "none")]
    public async Task Answer_SippCanNotWhatIsDemanded_IsRefusedAndToldWhy(string scenario, string mode)
    {
        var answer = await AnswerAsync("--100rel", mode);

        var caller = SippUac.Start(Bench, SippScenario.Own(scenario), Port);

        await PlayedAsync(caller.WaitForResultAsync(Deadline));
        await InterruptAsync(answer);
    }

    [Theory]
    [InlineData("required", 1)]
    [InlineData("supported", 0)]
    public async Task Call_ToBaresip_IsRejectedOnlyWhereItIsDemanded(string mode, int status)
    {
        var baresip = await BaresipAgent.StartAsync(Bench, answersAtOnce: true);

        var call = Call(baresip.Uri, "--100rel", mode, "--hold", "0.2");

        await EndsAsync(call, status == 0 ? "local-bye" : "rejected", status);
        await call.WaitForResponseAsync(status == 0 ? 200 : 420, Deadline);
    }

    [Fact]
    public async Task Answer_DemandedOfBaresip_IsRefused()
    {
        var answer = await AnswerAsync("--100rel", "required");
        var baresip = await BaresipAgent.StartAsync(Bench);

        await baresip.DialAsync(AnswerUri, Deadline);

        (await baresip.WaitForAsync("CALL_CLOSED", Deadline)).Param.Should().Contain("421");
        await InterruptAsync(answer);
    }

    [Fact]
    public async Task Answer_BaresipGetsEarlyMedia_TheCallIsAnsweredAfterIt()
    {
        var answer = await AnswerAsync("--early", "--ring", "500", "--count", "1");
        var baresip = await BaresipAgent.StartAsync(Bench);

        await baresip.DialAsync(AnswerUri, Deadline);
        await baresip.WaitForAsync("CALL_PROGRESS", Deadline);
        await baresip.WaitForAsync("CALL_ESTABLISHED", Deadline);
        await baresip.HangUpAsync(Deadline);

        await EndsAsync(answer, "remote-bye");
    }

    [Theory]
    [InlineData("required", "required", true)]
    [InlineData("required", "supported", true)]
    [InlineData("supported", "required", true)]
    [InlineData("none", "supported", false)]
    [InlineData("supported", "none", false)]
    public async Task Call_ToOurAnswer_ProgressIsReliableWhereOneDemandsIt(string caller, string callee, bool isReliable)
    {
        var answer = await AnswerAsync("--100rel", callee, "--ring", "300", "--count", "1", "--trace");

        var call = Call(AnswerUri, "--100rel", caller, "--hold", "0.2");

        await EndsAsync(call, "local-bye");
        await EndsAsync(answer, "remote-bye");
        answer.Events.Entries.Any(static said => said.Name == "received" && said.Text("method") == "PRACK").Should().Be(isReliable);
    }

    [Theory]
    [InlineData("required", "none", 420)]
    [InlineData("none", "required", 421)]
    public async Task Call_ToOurAnswerThatCanNotWhatIsDemanded_IsRejected(string caller, string callee, int refusal)
    {
        var answer = await AnswerAsync("--100rel", callee);

        var call = Call(AnswerUri, "--100rel", caller);

        await EndsAsync(call, "rejected", 1);
        await call.WaitForResponseAsync(refusal, Deadline);
        await InterruptAsync(answer);
    }
}
