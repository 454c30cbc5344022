using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;
using ModernSip.Tests.Transport.Tls;

namespace ModernSip.Tests.Stack;

/// <summary>Whole stacks over TLS on loopback: certificates from PEM files that the configuration names, sips URIs, and one connection both ways.</summary>
public sealed class SecureStackTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modernsip-tls");
    private readonly TestAuthority _authority = TestAuthority.Create();

    [Fact, Trait("Req", "A1"), Trait("Req", "A9")]
    public async Task Call_CertificatesFromTheConfiguration_GoesOverTlsWithSipsContacts()
    {
        await using var server = Services(Configure("server", "ip:127.0.0.1"));
        await using var client = Services(new() { ["Tls:TrustedCertificatesFile"] = Write("ca.pem", _authority.Certificate.ExportCertificatePem()) });
        await using var serving = await server.GetRequiredService<ISipClient>().ConnectAsync();
        await using var calling = await client.GetRequiredService<ISipClient>().ConnectAsync();
        await using var incoming = serving.IncomingAsync().GetAsyncEnumerator();
        var dialog = calling.CreateInviteDialog($"sips:bob@127.0.0.1:{SecurePort(serving)}");
        var transaction = dialog.SendInviteAsync();

        (await incoming.MoveNextAsync().AsTask().WaitAsync(Limit)).Should().BeTrue();
        var invite = incoming.Current.Request;
        invite.Headers.Via!.Transport.Should().Be("TLS");
        invite.Headers.Contact!.Uri.Should().Match<SipUri>(static contact => contact.IsSecure && contact.Transport == null);
        await incoming.Current.RespondAsync(SipStatus.Ringing);
        await incoming.Current.RespondAsync(SipStatus.BusyHere);
        var ringing = default(SipResponse);
        await foreach (var response in transaction) ringing ??= response.StatusCode == 180 ? response : null;
        ringing!.Headers.Contact!.Uri.IsSecure.Should().BeTrue("RFC 3261 §12.1.1");
    }

    [Fact, Trait("Req", "A9")]
    public async Task Send_ToAPeerThatOpenedTheConnectionAndAskedForIt_GoesBackOverIt()
    {
        await using var server = Services(Configure("server", "ip:127.0.0.1"));
        var own = _authority.Issue("client.test", ["ip:127.0.0.1"]);
        await using var client = new ServiceCollection().AddSipClient(static options => options.LocalAddress = "127.0.0.1").ConfigureSipStack(options =>
        {
            options.Tls.Trust(_authority.Certificate);
            options.Tls.UseClientCertificate(own);
        }).BuildServiceProvider();
        await using var serving = await server.GetRequiredService<ISipClient>().ConnectAsync();
        await using var calling = await client.GetRequiredService<ISipClient>().ConnectAsync();
        var reached = AnswerAsync(serving.IncomingAsync());
        (await calling.SendAsync(SipRequest.Message($"sip:bob@127.0.0.1:{SecurePort(serving)};transport=tls", "hello")).FinalAsync().WaitAsync(Limit)).StatusCode.Should().Be(200);
        var via = (await reached).Headers.Via!;
        via.Parameters.Contains("alias").Should().BeTrue("RFC 5923 §6");

        var back = AnswerAsync(calling.IncomingAsync());
        var answer = await serving.SendAsync(SipRequest.Message($"sip:alice@127.0.0.1:{via.Port};transport=tls", "hello")).FinalAsync().WaitAsync(Limit);

        answer.StatusCode.Should().Be(200, "nothing listens for TLS at the client: only its own connection leads there");
        (await back).Headers.Via!.Transport.Should().Be("TLS");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<SipRequest> AnswerAsync(IAsyncEnumerable<SipIncomingRequest> incoming)
    {
        await foreach (var request in incoming)
        {
            await request.RespondAsync(SipStatus.Ok);
            return request.Request;
        }

        throw new InvalidOperationException("Nothing arrived.");
    }

    /// <summary>TLS is at the port above the one that UDP and TCP share.</summary>
    private static int SecurePort(SipConnection connection) => connection.LocalEndPoints.Max(static endPoint => endPoint.Port);

    private static ServiceProvider Services(Dictionary<string, string?> stack) =>
        new ServiceCollection().AddSipClient(static options => options.LocalAddress = "127.0.0.1").ConfigureSipStack(new ConfigurationBuilder().AddInMemoryCollection(stack).Build()).BuildServiceProvider();

    private Dictionary<string, string?> Configure(string name, params string[] names)
    {
        using var certificate = _authority.Issue($"{name}.test", names);
        using var key = certificate.GetECDsaPrivateKey()!;
        return new()
        {
            ["Tls:CertificateFile"] = Write($"{name}.pem", certificate.ExportCertificatePem()),
            ["Tls:KeyFile"] = Write($"{name}.key", key.ExportPkcs8PrivateKeyPem()),
            ["Tls:TrustedCertificatesFile"] = Write("ca.pem", _authority.Certificate.ExportCertificatePem()),
        };
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
