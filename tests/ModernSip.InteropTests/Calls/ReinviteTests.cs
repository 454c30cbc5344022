using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests.Calls;

/// <summary><c>--reinvite-after</c>, and re-INVITEs of the peer (RFC 3261 §14).</summary>
[Trait("Needs", "sip"), Trait("Req", "D8")]
public sealed class ReinviteTests(ITestOutputHelper output) : CallTest(output)
{
    [Theory]
    [InlineData("uas-is-reinvited", "0.6", 0)]
    [InlineData("uas-refuses-reinvite", "0.6", 1)]
    [InlineData("uas-reinvites-at-the-same-time", "0.6", 0)]
    public async Task Call_SippTakesRefusesOrCrossesIt_TheCallGoesOnUntilItIsHungUp(string scenario, string hold, int status)
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own(scenario));

        var call = Call(callee.Uri, "--reinvite-after", "200", "--hold", hold);

        await EndsAsync(call, "local-bye", status);
        await PlayedAsync(callee.WaitForResultAsync(Deadline));
    }

    [Theory]
    [InlineData("--reinvite-after")]
    [InlineData("--update-after")]
    public async Task Call_AnOfferOfSippsIsOpen_ChangesNothingAndExitsWithOne(string option)
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-leaves-an-offer-open"));

        var call = Call(callee.Uri, option, "700", "--hold", "1.5");

        await EndsAsync(call, "local-bye", 1);
        call.Events.Entries.Should().ContainSingle(static said => said.Name == "error" && said.Text("type") == nameof(InvalidOperationException));
        await PlayedAsync(callee.WaitForResultAsync(Deadline));
    }

    [Fact]
    public async Task Call_SippHoldsAsksForAnOfferAndOffersInVain_AnswersEach()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-reinvites"));

        var call = Call(callee.Uri);

        await PlayedAsync(callee.WaitForResultAsync(Deadline));
        await EndsAsync(call, "remote-bye");
    }

    [Fact]
    public async Task Call_SippHangsUpAtThatMoment_EndsWithRemoteBye()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-hangs-up-at-reinvite"));

        var call = Call(callee.Uri, "--reinvite-after", "200", "--hold", "0.6");

        await PlayedAsync(callee.WaitForResultAsync(Deadline));
        await EndsAsync(call, "remote-bye");
    }

    [Fact]
    public async Task Answer_SippHoldsAsksForAnOfferAndOffersInVain_AnswersEach()
    {
        var answer = await AnswerAsync("--count", "1");

        var caller = SippUac.Start(Bench, SippScenario.Own("uac-reinvites"), Port);

        await PlayedAsync(caller.WaitForResultAsync(Deadline));
        await EndsAsync(answer, "remote-bye");
    }

    [Fact]
    public async Task Call_BaresipIsOfferedAnew_Agrees()
    {
        var baresip = await BaresipAgent.StartAsync(Bench, answersAtOnce: true);

        var call = Call(baresip.Uri, "--reinvite-after", "200", "--hold", "0.6", "--trace");

        await EndsAsync(call, "local-bye");
        call.Events.Entries.Count(static said => said.Name == "response" && said.Text("method") == "INVITE" && said.Number("status") == 200).Should().Be(2);
    }

    [Fact]
    public async Task Answer_BaresipHoldsAndResumes_Agrees()
    {
        var answer = await AnswerAsync("--count", "1");
        var baresip = await BaresipAgent.StartAsync(Bench);

        await baresip.DialAsync(AnswerUri, Deadline);
        await baresip.WaitForAsync("CALL_ESTABLISHED", Deadline);
        await answer.WaitForAsync("dialog", "state", "confirmed", Deadline);
        await baresip.HoldAsync(Deadline);
        (await answer.WaitForAsync("request", "method", "INVITE", Deadline, 2)).Text("body").Should().Contain("a=sendonly");
        await baresip.ResumeAsync(Deadline);
        (await answer.WaitForAsync("request", "method", "INVITE", Deadline, 3)).Text("body").Should().Contain("a=sendrecv");
        await baresip.HangUpAsync(Deadline);

        await EndsAsync(answer, "remote-bye");
    }

    [Theory]
    [InlineData("400", "200", "INVITE UPDATE INVITE")]
    [InlineData("200", "400", "INVITE INVITE UPDATE")]
    [InlineData("200", "5000", "INVITE INVITE")]
    public async Task Call_ToOurAnswer_IsChangedWhenItIsTimeAsLongAsItIsHeld(string reinviteAfter, string updateAfter, string methods)
    {
        var answer = await AnswerAsync("--count", "1");

        var call = Call(AnswerUri, "--reinvite-after", reinviteAfter, "--update-after", updateAfter, "--hold", "0.7");

        await EndsAsync(call, "local-bye");
        await EndsAsync(answer, "remote-bye");
        string.Join(' ', answer.Events.Entries.Where(static said => said.Name == "request").Select(static said => said.Text("method"))).Should().Be(methods);
    }
}
