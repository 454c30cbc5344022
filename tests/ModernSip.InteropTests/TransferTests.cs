using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>Transfers over real sockets: the command calls, transfers and is transferred (RFC 3515, RFC 5589).</summary>
[Trait("Needs", "sip"), Trait("Req", "D11")]
public sealed class TransferTests(ITestOutputHelper output) : PeerTest(output)
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task Call_TransfersToAnother_TheTwoTalkAndTheCallerIsOut(bool attended)
    {
        var (bobPort, carolPort) = (Loopback.ReservePorts(), Loopback.ReservePorts());
        var bob = await SipCommand.StartListeningAsync(Bench, bobPort, "answer", "--count", "1");
        var carol = await SipCommand.StartListeningAsync(Bench, carolPort, "answer");

        var alice = SipCommand.Start(Bench, "call", [$"sip:bob@127.0.0.1:{bobPort}", "--hold", "0.3", "--transfer", $"sip:carol@127.0.0.1:{carolPort}", .. attended ? ["--attended"] : Array.Empty<string>()]);

        await alice.Events.WaitForAsync("transfer 200", static said => said.Name == "transfer" && said.Number("status") == 200, Deadline);
        (await alice.WaitForExitAsync(Deadline)).Should().Be(0);
        alice.Events.Entries.Where(static said => said.Name == "dialog" && said.Text("state") == "terminated").Should().OnlyContain(static said => said.Text("cause") == "transferred");
        await bob.WaitForAsync("dialog", "state", "confirmed", Deadline, 2);
        await carol.WaitForAsync("dialog", "state", "confirmed", Deadline, attended ? 2 : 1);
        carol.Interrupt();
        (await carol.WaitForExitAsync(Deadline)).Should().Be(0);
        (await bob.WaitForExitAsync(Deadline)).Should().Be(0);
    }
}
