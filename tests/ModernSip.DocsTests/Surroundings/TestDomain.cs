using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Resolution;
using ModernSip.Testing;
using ModernSip.Tests.Transport.Tls;
using ModernSip.Transport.Streams;
using ModernSip.Transport.Tls;
using ModernSip.Transport.Udp;

namespace ModernSip.DocsTests.Surroundings;

/// <summary>The domain example.com on the loopback interface: its server, its names and its certificate.</summary>
internal sealed class TestDomain : ISipDnsResolver, IAsyncDisposable
{
    private TestDomain(SipTestServer server, TestAuthority authority) => (Server, Authority) = (server, authority);

    /// <summary>The domain of the block that runs.</summary>
    public static TestDomain Current { get; private set; } = null!;

    public SipTestServer Server { get; }

    /// <summary>Who has certified example.com.</summary>
    public TestAuthority Authority { get; }

    public static async Task<TestDomain> StartAsync()
    {
        var authority = TestAuthority.Create();
        await File.WriteAllTextAsync("company-ca.pem", authority.Certificate.ExportCertificatePem());
        var tls = new SipTlsOptions();
        tls.UseCertificate(authority.Issue("example.com", ["example.com", "uri:sip:example.com"]));
        var options = new SipTestServerOptions { EchoUser = "bob", Accounts = { ["alice"] = "secret", ["carol"] = "secret" } };
        foreach (var transport in (ModernSip.Transport.ISipTransport[])[new SipUdpTransport(), new SipTcpTransport(), new SipTlsTransport(tls)]) options.Transports.Add(transport);
        return Current = new TestDomain(await SipTestServer.StartAsync(options), authority);
    }

    /// <summary>Makes an application ask here for names, and stay on the loopback interface.</summary>
    public static void Enter(IServiceCollection services)
    {
        services.AddSingleton<ISipDnsResolver>(Current);
        services.PostConfigureAll<SipClientOptions>(static options => options.LocalAddress = "127.0.0.1");
    }

    public ValueTask<IReadOnlyList<IPAddress>> ResolveAddressesAsync(string host, AddressFamily family, CancellationToken cancellationToken) =>
        new(IsHere(host) && family == AddressFamily.InterNetwork ? [IPAddress.Loopback] : []);

    public ValueTask<IReadOnlyList<SipNaptrRecord>> ResolveNaptrAsync(string domain, CancellationToken cancellationToken) => new([]);

    public ValueTask<IReadOnlyList<SipSrvRecord>> ResolveSrvAsync(string service, CancellationToken cancellationToken)
    {
        if (!IsHere(service)) return new([]);
        var port = Server.LocalEndPoint.Port + (service.StartsWith("_sips.", StringComparison.Ordinal) ? 1 : 0);
        return new([new SipSrvRecord(0, 0, port, "sip.example.com")]);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private static bool IsHere(string name) => name.TrimEnd('.').EndsWith("example.com", StringComparison.OrdinalIgnoreCase);
}
