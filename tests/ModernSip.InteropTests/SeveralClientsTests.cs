using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>Two clients in one host, and SIPp that wants something of each.</summary>
[Trait("Req", "A1"), Trait("Req", "G1"), Trait("Req", "G2"), Trait("Req", "G4")]
public sealed class SeveralClientsTests(ITestOutputHelper output) : PeerTest(output)
{
    [Fact]
    public async Task Requests_OfSipp_ReachTheClientThatDeclaredItself()
    {
        var port = Loopback.ReservePorts();
        var program = Example.Start(Bench, "SeveralClients", $"127.0.0.1:{port}");
        foreach (var part in new[] { "phone: ready", "presence: ready" }) await program.StandardOutput.WaitForAsync(part, line => line == part, Deadline);
        var caller = SippUac.Start(Bench, SippScenario.Own("uac-several-clients"), port);

        (await caller.WaitForResultAsync(Deadline)).Should().BeEquivalentTo(new { Successful = 1, Failed = 0 });

        program.StandardOutput.Entries.Should().Contain(static line => line.StartsWith("phone: INVITE", StringComparison.Ordinal));
        program.StandardOutput.Entries.Should().Contain(static line => line.StartsWith("presence: SUBSCRIBE", StringComparison.Ordinal));
        await program.StandardOutput.WaitForAsync("the stack's answer", static line => line.StartsWith("stack: INVITE", StringComparison.Ordinal) && line.Contains("415", StringComparison.Ordinal), Deadline);
        program.Send(PeerSignal.Interrupt);
        (await program.WaitForExitAsync(Deadline)).Should().Be(0);
    }
}
