using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests.Calls;

/// <summary><c>--late-offer</c>: the callee offers, the caller answers (RFC 3261 §13.2.1, RFC 3262 §5). baresip, as a caller, always offers.</summary>
[Trait("Needs", "sip"), Trait("Req", "D2")]
public sealed class LateOfferTests(ITestOutputHelper output) : CallTest(output)
{
    [Theory]
    [InlineData("uas-offers-late")]
    [InlineData("uas-offers-reliably")]
    public async Task Call_SippOffers_IsAnsweredInAckOrPrack(string scenario)
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own(scenario));

        var call = Call(callee.Uri, "--late-offer", "--hold", "0.2");

        await EndsAsync(call, "local-bye");
        await PlayedAsync(callee.WaitForResultAsync(Deadline));
    }

    [Fact]
    public async Task Call_SippOffersWhatNobodyTakes_IsAnsweredAllTheSameAndHungUp()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-offers-in-vain"));

        var call = Call(callee.Uri, "--late-offer");

        await EndsAsync(call, "local-bye", 1);
        call.Events.Entries.Should().ContainSingle(static said => said.Name == "error");
        await PlayedAsync(callee.WaitForResultAsync(Deadline));
    }

    [Fact]
    public async Task Answer_SippCallsWithoutAnOffer_Offers()
    {
        var answer = await AnswerAsync("--count", "1");

        var caller = SippUac.Start(Bench, SippScenario.Own("uac-calls-without-offer"), Port);

        await PlayedAsync(caller.WaitForResultAsync(Deadline));
        await EndsAsync(answer, "remote-bye");
    }

    [Fact]
    public async Task Call_BaresipOffers_IsAnsweredInTheAck()
    {
        var baresip = await BaresipAgent.StartAsync(Bench, answersAtOnce: true);

        var call = Call(baresip.Uri, "--late-offer");

        await baresip.WaitForAsync("CALL_ESTABLISHED", Deadline);
        await baresip.HangUpAsync(Deadline);
        await EndsAsync(call, "remote-bye");
    }

    [Fact]
    public async Task Call_ToOurAnswer_IsMadeAndChanged()
    {
        var answer = await AnswerAsync("--early", "--100rel", "required", "--ring", "200", "--count", "1");

        var call = Call(AnswerUri, "--late-offer", "--reinvite-after", "200", "--hold", "0.5");

        await EndsAsync(call, "local-bye");
        await EndsAsync(answer, "remote-bye");
    }
}
