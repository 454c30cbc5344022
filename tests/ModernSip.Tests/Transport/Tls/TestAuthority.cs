using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ModernSip.Tests.Transport.Tls;

/// <summary>A certificate authority of one test, and what it issues.</summary>
internal sealed class TestAuthority
{
    private readonly DateTimeOffset _now;
    private long _serial;

    private TestAuthority(X509Certificate2 certificate, DateTimeOffset now) => (Certificate, _now) = (certificate, now);

    public X509Certificate2 Certificate { get; }

    public static TestAuthority Create(string name = "Test CA", DateTimeOffset? now = null)
    {
        var present = now ?? DateTimeOffset.UtcNow;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        return new(request.CreateSelfSigned(present.AddDays(-2000), present.AddDays(2000)), present);
    }

    /// <summary>Issues a certificate.</summary>
    /// <param name="subject">Its common name.</param>
    /// <param name="names">Its subjectAltName entries: "uri:", "dns:" or "ip:" and the value; none for no extension.</param>
    /// <param name="from">When its validity begins, in days from now.</param>
    /// <param name="to">When it ends.</param>
    public X509Certificate2 Issue(string subject, string[] names, double from = -1, double to = 30)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serial = BitConverter.GetBytes(Interlocked.Increment(ref _serial));
        using var issued = Request(subject, names, key).Create(Certificate, _now.AddDays(from), _now.AddDays(to), serial);
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>A certificate that nobody vouches for but itself.</summary>
    public static X509Certificate2 SelfSigned(string subject, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Request(subject, names, key).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    private static CertificateRequest Request(string subject, string[] names, ECDsa key)
    {
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        if (names.Length == 0) return request;
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            var value = name[(name.IndexOf(':') + 1)..];
            if (name.StartsWith("uri:", StringComparison.Ordinal)) alternative.AddUri(new Uri(value));
            else if (name.StartsWith("ip:", StringComparison.Ordinal)) alternative.AddIpAddress(IPAddress.Parse(value));
            else alternative.AddDnsName(value);
        }

        request.CertificateExtensions.Add(alternative.Build());
        return request;
    }
}
