using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace ModernSip.Transport.Tls;

/// <summary>What handshakes are made with: <see cref="SipTlsOptions"/> read once, files and all.</summary>
internal sealed class TlsCredentials
{
    private const SslProtocols Allowed = SslProtocols.Tls12 | SslProtocols.Tls13;

    private readonly SipTlsOptions _options;
    private readonly TimeProvider _time;
    private readonly SslStreamCertificateContext? _server;
    private readonly SslStreamCertificateContext? _client;
    private readonly X509Certificate2Collection _trusted = [];

    /// <exception cref="Errors.SipTransportException">A file cannot be read.</exception>
    public TlsCredentials(SipTlsOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        var given = options.GivenInCode();
        var own = given.Own is { } certificate ? [certificate, .. given.Issuers] : options.CertificateFile is { } file ? CertificateFiles.ReadOwn(file, options.KeyFile, options.CertificatePassword) : null;
        if (own is not null) _server = ContextOf(own[0], own);
        _client = given.Client is { } client ? ContextOf(client, own) : _server;
        _trusted.AddRange(given.Trusted);
        if (options.TrustedCertificatesFile is { } trusted) _trusted.AddRange(CertificateFiles.ReadTrusted(trusted));
    }

    /// <summary>Whether this side can prove who it is to clients, so that it may listen.</summary>
    public bool CanServe => _server is not null || _options.ConfigureServer is not null;

    /// <summary>Whether this side proves who it is to servers that ask (mutual TLS).</summary>
    public bool HasClientCertificate => _client is not null;

    /// <summary>Whether nothing is asked of servers.</summary>
    public bool AcceptsAny => _options.AcceptAnyCertificate;

    public SslClientAuthenticationOptions ForClient(string? hostName, PeerCheck check)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = hostName is null ? "" : DomainNames.Plain(hostName), // an address is not named to the server (RFC 6066 §3): the platform sees to that
            ClientCertificateContext = _client,
            CertificateChainPolicy = ChainPolicy(),
            RemoteCertificateValidationCallback = check.Validate,
        };
        _options.ConfigureClient?.Invoke(options);
        options.EnabledSslProtocols = Restrict(options.EnabledSslProtocols);
        return options;
    }

    public SslServerAuthenticationOptions ForServer(PeerCheck check)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _server,
            ClientCertificateRequired = _options.RequireClientCertificate,
            CertificateChainPolicy = ChainPolicy(),
            RemoteCertificateValidationCallback = _options.RequireClientCertificate ? check.Validate : null,
            AllowRenegotiation = false,
        };
        _options.ConfigureServer?.Invoke(options);
        options.EnabledSslProtocols = Restrict(options.EnabledSslProtocols);
        return options;
    }

    private static SslProtocols Restrict(SslProtocols wanted) => (wanted & Allowed) is var kept and not SslProtocols.None ? kept : Allowed;

    private static SslStreamCertificateContext ContextOf(X509Certificate2 certificate, X509Certificate2Collection? issuers) =>
        SslStreamCertificateContext.Create(certificate, issuers, offline: true);

    private X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = _options.RevocationMode,
            DisableCertificateDownloads = true, // a peer's certificate must not make this side fetch what it names
            VerificationTimeIgnored = false,
            VerificationTime = _time.GetLocalNow().DateTime,
        };
        if (_trusted.Count == 0) return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(_trusted);
        return policy;
    }
}
