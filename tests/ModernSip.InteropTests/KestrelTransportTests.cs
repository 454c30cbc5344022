using ModernSip.AspNetCore.Tests;
using ModernSip.InteropTests.Peers;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>The <c>sip</c> command, a process of its own, with a web application whose Kestrel accepts SIP.</summary>
[Trait("Needs", "sip")]
public sealed class KestrelTransportTests(ITestOutputHelper output) : PeerTest(output)
{
    [Theory]
    [InlineData("ws")]
    [InlineData("wss")]
    [InlineData("tcp")]
    [InlineData("tls")]
    public async Task Call_ToAWebApplication_IsAnsweredAndHungUp(string transport)
    {
        await using var web = await SipWebApp.StartAsync();
        var authority = Bench.NewFile("ca.pem");
        await File.WriteAllTextAsync(authority, web.Authority.Certificate.ExportCertificatePem(), Deadline);
        var port = transport switch { "ws" => web.Http, "wss" => web.Https, "tcp" => web.Tcp, _ => web.Tls };

        var call = SipCommand.Start(Bench, "call", $"sip:bob@localhost:{port}", "--transport", transport, "--tls-ca", authority, "--hold", "1");

        (await call.WaitForAsync("dialog", "state", "terminated", Deadline)).Text("cause").Should().Be("local-bye");
        (await call.WaitForExitAsync(Deadline)).Should().Be(0);
        await using var answered = await web.Calls.ReadAsync(Deadline);
        (await answered.Completion).Cause.Should().Be(Sessions.SipDialogEnd.RemoteBye);
    }
}
