using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests.Calls;

/// <summary><c>--update-after</c>, and UPDATEs of the peer (RFC 3311). This baresip sends none, and refuses it.</summary>
[Trait("Needs", "sip"), Trait("Req", "D8")]
public sealed class UpdateTests(ITestOutputHelper output) : CallTest(output)
{
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
    public async Task Call_BaresipKnowsNoUpdate_TheCallGoesOnUntilItIsHungUp()
    {
        var baresip = await BaresipAgent.StartAsync(Bench, answersAtOnce: true);

        var call = Call(baresip.Uri, "--update-after", "200", "--hold", "0.6");

        await EndsAsync(call, "local-bye", 1);
        call.Events.Entries.Should().ContainSingle(static said => said.Name == "response" && said.Text("method") == "UPDATE" && said.Number("status") >= 400);
        await baresip.WaitForAsync("CALL_CLOSED", Deadline);
    }
}
