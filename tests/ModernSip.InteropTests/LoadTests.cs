using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>Many calls at once.</summary>
[Trait("Needs", "sip")]
[Collection(AloneCollection.Name)]
public sealed class LoadTests(ITestOutputHelper output) : PeerTest(output)
{
    [Fact]
    public async Task Answer_HundredCallsFiftyASecond_AllSucceed()
    {
        var port = Loopback.ReservePorts();
        var answer = await SipCommand.StartListeningAsync(Bench, port, "answer", "--count", "100");
        var caller = SippUac.Start(Bench, SippScenario.BuiltIn("uac"), port, calls: 100, rate: 50);

        (await caller.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 100, Failed = 0, ExitCode = 0 });

        (await answer.WaitForExitAsync(Deadline)).Should().Be(0);
        var summary = answer.Events.Entries[^1];
        summary.Name.Should().Be("summary");
        summary.Number("calls").Should().Be(100);
        summary.Number("succeeded").Should().Be(100);
        summary.Number("failed").Should().Be(0);
    }

    [Fact]
    public async Task Call_HundredCallsFiftyASecond_AllSucceed()
    {
        var callee = await SippUas.StartAsync(Bench, SippScenario.Own("uas-answers"), calls: 100);

        var call = SipCommand.Start(Bench, "call", callee.Uri, "--count", "100", "--rate", "50", "--concurrent", "100", "--hold", "1");

        (await call.WaitForExitAsync(Deadline)).Should().Be(0);
        (await callee.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 100, Failed = 0 });
        call.Events.Entries[^1].Number("succeeded").Should().Be(100);
    }
}
