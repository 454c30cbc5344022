using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>Capture files as tshark reads them.</summary>
[Trait("Needs", "tshark")]
public sealed class CaptureTests(ITestOutputHelper output) : PeerTest(output)
{
    [Fact]
    public async Task CaptureFile_OfAQuickStartRun_ShowsTheFlowAndNoSecrets()
    {
        var file = Bench.NewFile("quickstart.pcapng");
        (await Example.Start(Bench, "QuickStart", file).WaitForExitAsync(Deadline)).Should().Be(0);

        var flow = await ReadAsync(file, "-Y", "sip", "-T", "fields", "-E", "separator=/s", "-e", "sip.Status-Code", "-e", "sip.CSeq.method");
        flow.Select(static line => line.Trim()).Should().ContainInOrder("REGISTER", "401 REGISTER", "REGISTER", "200 REGISTER", "INVITE", "100 INVITE", "180 INVITE", "200 INVITE", "ACK", "BYE", "200 BYE", "MESSAGE", "200 MESSAGE");
        var broken = await ReadAsync(file, "-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-Y", "_ws.malformed || udp.checksum.status == 0 || ip.checksum.status == 0");
        broken.Should().BeEmpty("every packet is whole and its checksums are right");
        var answers = await ReadAsync(file, "-Y", "sip.auth.digest.response", "-T", "fields", "-e", "sip.auth.digest.response");
        answers.Should().NotBeEmpty().And.OnlyContain(static answer => answer.Trim('"').All(static sign => sign == '*'));
    }

    private async Task<IReadOnlyList<string>> ReadAsync(string file, params string[] arguments)
    {
        var tshark = Bench.Start("tshark", "tshark", ["-r", file, .. arguments]);
        (await tshark.WaitForExitAsync(Deadline)).Should().Be(0);
        return [.. tshark.StandardOutput.Entries];
    }
}
