using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace ModernSip.Transport.Tls;

/// <summary>How TLS is spoken: this side's certificate, whom to trust, and what to ask of peers (RFC 5922, RFC 3261 §26.3).</summary>
/// <remarks>
/// TLS 1.2 is the lowest version. Certificates of servers are verified, and must be for the domain of the URI: by a URI or a DNS name of the
/// subjectAltName, by the common name only where there is no subjectAltName; wildcards do not count (RFC 5922 §7). Read once, when the stack starts.
/// </remarks>
public sealed class SipTlsOptions
{
    // No properties: the binder of configuration would take even internal ones for its own.
    private readonly X509Certificate2Collection _issuers = [];
    private readonly X509Certificate2Collection _trusted = [];
    private X509Certificate2? _certificate;
    private X509Certificate2? _clientCertificate;

    /// <summary>A file with this side's certificate: PEM, with those of its issuers behind it, or PKCS#12. Default: none, and then nothing listens for TLS.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>A PEM file with the certificate's private key; default: it is in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The password of the key or of the PKCS#12 file; default: none.</summary>
    public string? CertificatePassword { get; set; }

    /// <summary>A PEM file with the authorities to trust; default: those of the operating system. With it, or with <see cref="Trust"/>, those given are trusted and no others.</summary>
    public string? TrustedCertificatesFile { get; set; }

    /// <summary>Whether clients must show a certificate (mutual TLS). Default: false.</summary>
    public bool RequireClientCertificate { get; set; }

    /// <summary>Whether to ask the authorities for revoked certificates. Default: not.</summary>
    public X509RevocationMode RevocationMode { get; set; } = X509RevocationMode.NoCheck;

    /// <summary>Takes any certificate of any server, so that anybody on the way can read and change everything. For tests only. Default: false.</summary>
    public bool AcceptAnyCertificate { get; set; }

    /// <summary>Changes what a client handshake is made with. Who replaces the validation callback there verifies alone. Versions below TLS 1.2 stay off.</summary>
    public Action<SslClientAuthenticationOptions>? ConfigureClient { get; set; }

    /// <summary>Changes what a server handshake is made with, see <see cref="ConfigureClient"/>.</summary>
    public Action<SslServerAuthenticationOptions>? ConfigureServer { get; set; }

    /// <summary>Takes this side's certificate from code instead of <see cref="CertificateFile"/>. It is shown to clients, and to servers that ask for one.</summary>
    /// <param name="certificate">The certificate with its private key.</param>
    /// <param name="issuers">Those that it was issued under, up to the authority that peers trust, which need not be among them.</param>
    /// <exception cref="ArgumentException">It has no private key.</exception>
    public void UseCertificate(X509Certificate2 certificate, params IEnumerable<X509Certificate2> issuers)
    {
        ArgumentNullException.ThrowIfNull(issuers);
        _certificate = WithKey(certificate);
        _issuers.Clear();
        foreach (var issuer in issuers) _issuers.Add(issuer);
    }

    /// <summary>Shows this certificate to servers that ask for one (mutual TLS), and not the one that clients are shown.</summary>
    /// <param name="certificate">The certificate with its private key.</param>
    /// <exception cref="ArgumentException">It has no private key.</exception>
    public void UseClientCertificate(X509Certificate2 certificate) => _clientCertificate = WithKey(certificate);

    /// <summary>Trusts authorities, or single self-signed certificates. Those given are trusted, and those of <see cref="TrustedCertificatesFile"/>, and no others.</summary>
    /// <param name="certificates">The certificates.</param>
    public void Trust(params IEnumerable<X509Certificate2> certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        foreach (var certificate in certificates) _trusted.Add(certificate);
    }

    internal GivenCertificates GivenInCode() => new(_certificate, _clientCertificate, _issuers, _trusted);

    private static X509Certificate2 WithKey(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate.HasPrivateKey ? certificate : throw new ArgumentException("The certificate has no private key.", nameof(certificate));
    }
}

/// <summary>The certificates that code gave instead of files.</summary>
internal readonly record struct GivenCertificates(X509Certificate2? Own, X509Certificate2? Client, X509Certificate2Collection Issuers, X509Certificate2Collection Trusted);
