using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests.Calls;

/// <summary><c>--transfer</c>, and REFERs of the peer (RFC 3515, RFC 5589). This baresip knows no Replaces, so with it transfers are blind.</summary>
[Trait("Needs", "sip"), Trait("Req", "D11")]
public sealed class TransferTests(ITestOutputHelper output) : CallTest(output)
{
    private const string Carol = "sip:carol@127.0.0.1:9";

    [Fact]
    public async Task Call_SippReachesTheTarget_TellsItsProgressAndHangsUp()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-is-transferred"));

        var call = Call(callee.Uri, "--hold", "0.2", "--transfer", Carol);

        await EndsAsync(call, "transferred");
        await PlayedAsync(callee.WaitForResultAsync(Deadline));
        ProgressOf(call).Should().Equal(100, 180, 200);
    }

    [Fact]
    public async Task Call_SippDoesNotReachTheTarget_ExitsWithOneAndHangsUp()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-fails-to-be-transferred"));

        var call = Call(callee.Uri, "--hold", "0.2", "--transfer", Carol);

        await EndsAsync(call, "local-bye", 1);
        await PlayedAsync(callee.WaitForResultAsync(Deadline));
        ProgressOf(call).Should().Equal(100, 486);
        call.Events.Entries[^1].Root.GetProperty("failures").TryGetProperty("486 Busy Here", out _).Should().BeTrue();
    }

    [Fact]
    public async Task Call_SippRefuses_ExitsWithOneAndHangsUp()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-refuses-refer"));

        var call = Call(callee.Uri, "--hold", "0.2", "--transfer", Carol);

        await EndsAsync(call, "local-bye", 1);
        await PlayedAsync(callee.WaitForResultAsync(Deadline));
        call.Events.Entries.Should().ContainSingle(static said => said.Name == "error" && said.Number("status") == 603);
    }

    [Fact]
    public async Task Call_AttendedBetweenTwoSipps_RefersToTheDialogWithTheOther()
    {
        var bob = await SippUas.StartAsync(Bench, SippScenario.Own("uas-is-transferred"));
        var carol = await SippUas.StartAsync(Bench, SippScenario.Own("uas-answers"));

        var call = Call(bob.Uri, "--hold", "0.2", "--transfer", $"sip:carol@127.0.0.1:{carol.Port}", "--attended");

        await ExitsAsync(call);
        await PlayedAsync(bob.WaitForResultAsync(Deadline));
        await PlayedAsync(carol.WaitForResultAsync(Deadline));
        var second = await call.WaitForAsync("dialog", "state", "confirmed", Deadline, 2);
        var refer = bob.Received().Single(static message => message.StartsWith("REFER", StringComparison.Ordinal));
        Uri.UnescapeDataString(refer.Split('\n').Single(static line => line.StartsWith("Refer-To:", StringComparison.Ordinal)))
            .Should().Contain($"Replaces={second.Text("callId")};").And.Contain($"to-tag={second.Text("remoteTag")}").And.Contain($"from-tag={second.Text("localTag")}");
    }

    [Theory]
    [InlineData("uas-answers", "")]
    [InlineData("uas-is-replaced", "?Replaces=other-call%3Bto-tag%3Dthere%3Bfrom-tag%3Dhere")]
    public async Task Answer_SippRefersToAnother_CallsItAndTellsHowItGoes(string scenario, string replaces)
    {
        var target = await SippUas.StartAsync(Bench, SippScenario.Own(scenario));
        var answer = await AnswerAsync();

        var caller = SippUac.Start(Bench, SippScenario.Own("uac-refers"), Port, contact: target.Uri + replaces);

        await PlayedAsync(caller.WaitForResultAsync(Deadline));
        await answer.WaitForAsync("dialog", "state", "confirmed", Deadline, 2);
        await InterruptAsync(answer);
        await PlayedAsync(target.WaitForResultAsync(Deadline));
    }

    [Fact]
    public async Task Answer_SippRefersToNobody_RefusesAndTheCallGoesOn()
    {
        var answer = await AnswerAsync("--count", "1");

        var caller = SippUac.Start(Bench, SippScenario.Own("uac-refers-to-nonsense"), Port);

        await PlayedAsync(caller.WaitForResultAsync(Deadline));
        await EndsAsync(answer, "remote-bye");
    }

    [Fact]
    public async Task Answer_SippCallsInPlaceOfItsFirstCall_TheFirstIsHungUp()
    {
        var answer = await AnswerAsync("--count", "2");

        var caller = SippUac.Start(Bench, SippScenario.Own("uac-replaces"), Port);

        await PlayedAsync(caller.WaitForResultAsync(Deadline));
        await ExitsAsync(answer);
        answer.Events.Entries.Where(static said => said.Name == "dialog" && said.Text("state") == "terminated").Select(static said => said.Text("cause")).Should().Equal("transferred", "remote-bye");
    }

    [Fact]
    public async Task Call_BaresipFollows_TheTwoTalkAndTheCallerIsOut()
    {
        var answer = await AnswerAsync();
        var baresip = await BaresipAgent.StartAsync(Bench, answersAtOnce: true, followsTransfers: true);

        var call = Call(baresip.Uri, "--hold", "0.2", "--transfer", AnswerUri);

        await EndsAsync(call, "transferred");
        ProgressOf(call)[^1].Should().Be(200);
        await answer.WaitForAsync("dialog", "state", "confirmed", Deadline);
        await InterruptAsync(answer);
    }

    [Fact]
    public async Task Call_BaresipDoesNotFollow_ExitsWithOneAndHangsUp()
    {
        var baresip = await BaresipAgent.StartAsync(Bench, answersAtOnce: true);

        var call = Call(baresip.Uri, "--hold", "0.2", "--transfer", Carol);

        await EndsAsync(call, "local-bye", 1);
        await baresip.WaitForAsync("CALL_CLOSED", Deadline);
    }

    [Fact]
    public async Task Answer_BaresipTransfers_CallsTheTarget()
    {
        var answer = await AnswerAsync();
        var target = await SippUas.StartAsync(Bench, SippScenario.Own("uas-answers"));
        var baresip = await BaresipAgent.StartAsync(Bench);

        await baresip.DialAsync(AnswerUri, Deadline);
        await baresip.WaitForAsync("CALL_ESTABLISHED", Deadline);
        await answer.WaitForAsync("dialog", "state", "confirmed", Deadline);
        await baresip.TransferAsync(target.Uri, Deadline);
        await answer.WaitForAsync("dialog", "state", "confirmed", Deadline, 2);
        await baresip.WaitForAsync("CALL_CLOSED", Deadline);

        await InterruptAsync(answer);
        await PlayedAsync(target.WaitForResultAsync(Deadline));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Call_BetweenTwoOfOurs_TheTwoTalkAndTheCallerIsOut(bool attended)
    {
        var bob = await AnswerAsync("--count", "1");
        var carolPort = Loopback.ReservePorts();
        var carol = await SipCommand.StartListeningAsync(Bench, carolPort, "answer");

        var alice = Call(AnswerUri, ["--hold", "0.3", "--transfer", $"sip:carol@127.0.0.1:{carolPort}", .. attended ? ["--attended"] : Array.Empty<string>()]);

        await ExitsAsync(alice);
        ProgressOf(alice)[^1].Should().Be(200);
        alice.Events.Entries.Where(static said => said.Name == "dialog" && said.Text("state") == "terminated").Should().OnlyContain(static said => said.Text("cause") == "transferred");
        await bob.WaitForAsync("dialog", "state", "confirmed", Deadline, 2);
        await carol.WaitForAsync("dialog", "state", "confirmed", Deadline, attended ? 2 : 1);
        await InterruptAsync(carol);
        await ExitsAsync(bob);
    }

    [Fact]
    public async Task Call_InterruptedWhileTheTargetRings_HangsUpAndExitsWithZero()
    {
        var bob = await AnswerAsync();
        var carolPort = Loopback.ReservePorts();
        await SipCommand.StartListeningAsync(Bench, carolPort, "answer", "--ring", "30000");

        var alice = Call(AnswerUri, "--hold", "0.2", "--transfer", $"sip:carol@127.0.0.1:{carolPort}");
        await alice.Events.WaitForAsync("transfer 180", static said => said.Name == "transfer" && said.Number("status") == 180, Deadline);
        alice.Interrupt();

        await EndsAsync(alice, "transferred");
        await InterruptAsync(bob);
    }

    private static int[] ProgressOf(SipCommand call) => [.. call.Events.Entries.Where(static said => said.Name == "transfer").Select(static said => said.Number("status")!.Value)];
}
