using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests.Calls;

/// <summary><c>--update-after</c>, and UPDATEs of the peer (RFC 3311). This baresip sends none, and refuses it.</summary>
[Trait("Needs", "sip"), Trait("Req", "D8")]
public sealed class UpdateTests(ITestOutputHelper output) : CallTest(output)
{
    [Fact]
    public async Task Call_SippUpdatesAtTheSameTime_TriesAgain()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-updates-at-the-same-time"));

        var call = Call(callee.Uri, "--update-after", "200", "--hold", "0.6");

        await EndsAsync(call, "local-bye");
        await PlayedAsync(callee.WaitForResultAsync(Deadline));
    }

    [Fact]
    public async Task Call_SippRefuses_TheCallGoesOnUntilItIsHungUp()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-refuses-update"));

        var call = Call(callee.Uri, "--update-after", "200", "--hold", "0.6");

        await EndsAsync(call, "local-bye", 1);
        call.Events.Entries[^1].Root.GetProperty("failures").TryGetProperty("488 Not Acceptable Here", out _).Should().BeTrue();
        await PlayedAsync(callee.WaitForResultAsync(Deadline));
    }

    [Fact]
    public async Task Call_SippUpdatesBehindTheAck_AnswersEach()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-updates"));

        var call = Call(callee.Uri);

        await PlayedAsync(callee.WaitForResultAsync(Deadline));
        await EndsAsync(call, "remote-bye");
    }

    [Fact]
    public async Task Answer_SippUpdatesBeforeTheAnswerAndBehindTheAck_AnswersEach()
    {
        var answer = await AnswerAsync("--early", "--ring", "1000", "--count", "1");

        var caller = SippUac.Start(Bench, SippScenario.Own("uac-updates"), Port);

        await PlayedAsync(caller.WaitForResultAsync(Deadline));
        await EndsAsync(answer, "remote-bye");
        answer.Events.Entries.Count(static said => said.Name == "request" && said.Text("method") == "UPDATE").Should().Be(3);
    }

    [Fact]
    public async Task Call_BaresipKnowsNoUpdate_TheCallGoesOnUntilItIsHungUp()
    {
        var baresip = await BaresipAgent.StartAsync(Bench, answersAtOnce: true);

        var call = Call(baresip.Uri, "--update-after", "200", "--hold", "0.6");

        await EndsAsync(call, "local-bye", 1);
        call.Events.Entries.Should().ContainSingle(static said => said.Name == "response" && said.Text("method") == "UPDATE" && said.Number("status") >= 400);
        await baresip.WaitForAsync("CALL_CLOSED", Deadline);
    }

    [Fact]
    public async Task Call_CalleeAnswersInAReliable183_IsAcknowledgedAndChangedByUpdate()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-reliable"));

        var call = Call(callee.Uri, "--hold", "1", "--100rel", "supported", "--update-after", "200");

        await call.WaitForResponseAsync(183, Deadline);
        (await call.WaitForExitAsync(Deadline)).Should().Be(0);
        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });
        callee.ReceivedStartLines().Select(line => line.Split(' ')[0]).Distinct(StringComparer.Ordinal).Should().Equal("INVITE", "PRACK", "ACK", "UPDATE", "BYE");
    }
}
