using ModernSip.InteropTests.Peers;
using ModernSip.Tests.Transport.Tls;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>TLS and WebSockets over TLS with Kamailio, whose certificate a test authority has issued.</summary>
[Trait("Needs", "sip")]
public sealed class SecureTransportTests(ITestOutputHelper output) : PeerTest(output)
{
    private readonly TestAuthority _authority = TestAuthority.Create("Interop CA");

    [Theory]
    [InlineData("tls")]
    [InlineData("wss")]
    public async Task Call_ThroughKamailio_ReachesTheCalleeAndIsHungUp(string transport)
    {
        var kamailio = await StartKamailioAsync(_authority);
        var proxy = $"sip:127.0.0.1:{kamailio.TlsPort};lr";
        var callee = SipCommand.Start(Bench, "answer", "--count", "1", "--register", kamailio.Uri, "--proxy", proxy, "--transport", "tls", "--tls-ca", await AuthorityFileAsync(_authority),
            "--from", kamailio.AddressOfRecord("bob"), "--user", "bob", "--password", "builder");
        await kamailio.WaitForLogAsync("saved bob", Deadline);

        var call = SipCommand.Start(Bench, "call", kamailio.AddressOfRecord("bob"), "--proxy", proxy, "--transport", transport, "--tls-ca", await AuthorityFileAsync(_authority),
            "--from", kamailio.AddressOfRecord("alice"), "--hold", "1");

        (await call.WaitForAsync("dialog", "state", "terminated", Deadline)).Text("cause").Should().Be("local-bye");
        (await call.WaitForExitAsync(Deadline)).Should().Be(0);
        (await callee.WaitForAsync("dialog", "state", "terminated", Deadline)).Text("cause").Should().Be("remote-bye");
        (await callee.WaitForExitAsync(Deadline)).Should().Be(0);
        if (transport == "wss") await kamailio.WaitForLogAsync("websocket sip", Deadline);
    }

    [Fact]
    public async Task Call_CertificateOfAnotherAuthority_ExitsWithOneAndNamesIt()
    {
        var kamailio = await StartKamailioAsync(_authority);

        var call = SipCommand.Start(Bench, "call", $"sip:bob@127.0.0.1:{kamailio.TlsPort}", "--transport", "tls", "--tls-ca", await AuthorityFileAsync(TestAuthority.Create("Wrong CA")));

        var error = await call.WaitForAsync("error", "type", "SipCertificateException", Deadline);
        error.Text("message").Should().Contain("the certificate 'CN=kamailio' was issued under 'CN=Interop CA', which is not trusted");
        (await call.WaitForExitAsync(Deadline)).Should().Be(1);
    }

    [Fact]
    public async Task Call_CertificateOfAnotherName_ExitsWithOneAndNamesBoth()
    {
        var kamailio = await StartKamailioAsync(_authority, "dns:elsewhere.test");

        var call = SipCommand.Start(Bench, "call", $"sip:bob@127.0.0.1:{kamailio.TlsPort}", "--transport", "tls", "--tls-ca", await AuthorityFileAsync(_authority));

        (await call.WaitForAsync("error", "type", "SipCertificateException", Deadline)).Text("message").Should().Contain("the certificate 'CN=kamailio' is for 'elsewhere.test', not for '127.0.0.1'");
        (await call.WaitForExitAsync(Deadline)).Should().Be(1);
    }

    [Fact]
    public async Task Options_Insecure_IsAnsweredAndWarnsLoudly()
    {
        var kamailio = await StartKamailioAsync(_authority, "dns:elsewhere.test");

        var options = SipCommand.Start(Bench, "options", $"sip:127.0.0.1:{kamailio.TlsPort}", "--transport", "tls", "--insecure");

        (await options.WaitForExitAsync(Deadline)).Should().Be(0);
        options.StandardError.Should().Contain("WARNING").And.Contain("no certificate is verified");
    }

    [Fact]
    public async Task Options_AuthorityFileAbsent_IsALocalFailure()
    {
        var options = SipCommand.Start(Bench, "options", "sip:127.0.0.1:9", "--transport", "tls", "--tls-ca", "/nowhere/ca.pem");

        (await options.WaitForExitAsync(Deadline)).Should().Be(3);
    }

    private async Task<KamailioServer> StartKamailioAsync(TestAuthority authority, params string[] names)
    {
        using var certificate = authority.Issue("kamailio", names.Length > 0 ? names : ["ip:127.0.0.1", "dns:localhost"]);
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!;
        var file = Bench.NewFile("kamailio.pem");
        await File.WriteAllTextAsync(file, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n", Deadline);
        return await KamailioServer.StartAsync(Bench, new() { CertificateFile = file });
    }

    private async Task<string> AuthorityFileAsync(TestAuthority authority)
    {
        var file = Bench.NewFile("ca.pem");
        await File.WriteAllTextAsync(file, authority.Certificate.ExportCertificatePem(), Deadline);
        return file;
    }
}
