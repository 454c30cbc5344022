using Microsoft.Extensions.DependencyInjection;
using ModernSip.InteropTests.Peers;
using ModernSip.Tests.Transport.Tls;
using Xunit.Abstractions;

namespace ModernSip.InteropTests;

/// <summary>Registrations at Kamailio's usrloc and auth, through what happens to a registrar in a long life.</summary>
[Trait("Needs", "sip")]
public sealed class KamailioRegistrationTests(ITestOutputHelper output) : PeerTest(output)
{
    [Fact, Trait("Req", "F5")]
    public async Task Register_RegistrarAsksForSha256_IsAnswered()
    {
        var kamailio = await KamailioServer.StartAsync(Bench, new() { DigestAlgorithm = "SHA-256" });
        var register = Register(kamailio, "alice", "wonderland", "--keep", "0", "--trace");
        (await register.WaitForExitAsync(Deadline)).Should().Be(0);
        await kamailio.WaitForLogAsync("saved alice", Deadline);
        register.Events.Entries.Count(static said => said.Name == "received" && said.Number("status") == 401).Should().Be(1, "the nonce is used beforehand for the second REGISTER");
    }

    [Fact, Trait("Req", "C2"), Trait("Req", "C3")]
    public async Task Register_RegistrarRestartsAndOnePasswordIsAnother_OneIsRefreshedAndOneEndsWithTheResponse()
    {
        var options = new KamailioOptions { MaxExpires = 30 };
        var kamailio = await KamailioServer.StartAsync(Bench, options);
        var alice = Register(kamailio, "alice", "wonderland", "--keep", "29");
        var bob = Register(kamailio, "bob", "builder", "--keep", "40");
        await alice.WaitForAsync("registration", "state", "active", Deadline);
        await bob.WaitForAsync("registration", "state", "active", Deadline);

        kamailio = await kamailio.RestartAsync(Bench, options with { Accounts = new Dictionary<string, string>(StringComparer.Ordinal) { ["alice"] = "wonderland", ["bob"] = "another" } });

        await alice.WaitForAsync("registration", "state", "refreshed", Deadline);
        (await alice.WaitForExitAsync(Deadline)).Should().Be(0);
        await kamailio.WaitForLogAsync("saved alice", Deadline);
        (await bob.WaitForAsync("registration", "state", "inactive", Deadline)).Text("cause").Should().NotBeNullOrEmpty();
        (await bob.WaitForAsync("error", "type", "SipRefreshException", Deadline)).Number("status").Should().Be(401);
        (await bob.WaitForExitAsync(Deadline)).Should().Be(1);
    }

    [Theory, Trait("Req", "C1"), Trait("Req", "B7"), Trait("Req", "F5")]
    [InlineData("MD5", false)]
    [InlineData("SHA-256", true)]
    public async Task Register_PathAndGruu_AreGivenAndRead(string algorithm, bool secure)
    {
        var authority = TestAuthority.Create("Interop CA");
        var kamailio = await KamailioServer.StartAsync(Bench, new() { DigestAlgorithm = algorithm, AddsPath = true, CertificateFile = secure ? await CertificateFileAsync(authority) : null });
        await using var services = new ServiceCollection().AddSipClient(static options => options.LocalAddress = "127.0.0.1").ConfigureSipStack(options => options.Tls.Trust(authority.Certificate)).BuildServiceProvider();
        await using var connection = await services.GetRequiredService<ISipClient>().ConnectAsync(Deadline);

        await using var registration = await connection.RegisterAsync(
            new()
            {
                AddressOfRecord = kamailio.AddressOfRecord("alice"),
                OutboundProxy = secure ? $"sip:127.0.0.1:{kamailio.TlsPort};transport=tls" : $"{kamailio.Uri};transport=tcp",
                InstanceId = "urn:uuid:00000000-0000-1000-8000-aabbccddeeff",
                Credentials = { new("alice", "wonderland") },
            },
            Deadline);

        registration.IsActive.Should().BeTrue();
        registration.Path.Should().ContainSingle().Which.Uri.Host.Should().Be("127.0.0.1");
        registration.PublicGruu!.User.Should().Be("alice");
        registration.PublicGruu.Parameters.Contains("gr").Should().BeTrue();
        registration.TemporaryGruu.Should().NotBeNull();
    }

    private async Task<string> CertificateFileAsync(TestAuthority authority)
    {
        using var certificate = authority.Issue("kamailio", ["ip:127.0.0.1"]);
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!;
        var file = Bench.NewFile("kamailio.pem");
        await File.WriteAllTextAsync(file, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n", Deadline);
        return file;
    }

    private SipCommand Register(KamailioServer kamailio, string user, string password, params string[] more) =>
        SipCommand.Start(Bench, "register", [kamailio.AddressOfRecord(user), "--registrar", kamailio.Uri, "--expires", "30", "--user", user, "--password", password, .. more]);
}
