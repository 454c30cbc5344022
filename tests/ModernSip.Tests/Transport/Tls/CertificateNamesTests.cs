using ModernSip.Transport.Tls;

namespace ModernSip.Tests.Transport.Tls;

/// <summary>Which SIP domains a certificate is for (RFC 5922 §7.1, §7.2).</summary>
public sealed class CertificateNamesTests
{
    private static readonly TestAuthority Authority = TestAuthority.Create();

    [Theory]
    [InlineData("example.test", "uri:sip:example.test")]
    [InlineData("EXAMPLE.test.", "uri:sip:example.TEST")]
    [InlineData("example.test", "dns:example.test")]
    [InlineData("second.test", "dns:example.test", "dns:second.test")]
    [InlineData("example.test", "dns:other.test", "uri:sip:example.test")]
    [InlineData("example.test", "uri:sips:example.test", "dns:example.test")]
    [InlineData("common.test")]
    [InlineData("127.0.0.1", "ip:127.0.0.1")]
    [InlineData("[::1]", "ip:::1", "uri:sip:example.test")]
    public void Class46_NameOfTheDomain_IsCovered(string host, params string[] names) =>
        Of(names).Cover(host).Should().BeTrue();

    [Theory]
    [InlineData("example.test", "dns:sub.example.test")]
    [InlineData("sub.example.test", "dns:example.test")]
    [InlineData("example.test.evil", "dns:example.test")]
    [InlineData("sub.example.test", "dns:*.example.test")]
    [InlineData("example.test", "dns:example.test", "uri:sip:other.test")] // a sip URI hides the DNS names
    [InlineData("example.test", "uri:sips:example.test")]
    [InlineData("example.test", "uri:sip:alice@example.test")]
    [InlineData("example.test", "uri:https://example.test")]
    [InlineData("common.test", "dns:example.test")] // the common name counts only where there is no subjectAltName
    [InlineData("127.0.0.1", "dns:127.0.0.2")]
    [InlineData("127.0.0.1", "ip:127.0.0.2")]
    public void Class46_AnotherName_IsNotCovered(string host, params string[] names) =>
        Of(names).Cover(host).Should().BeFalse();

    [Fact]
    public void Class46_CommonNameThatIsNoDomain_IsNone()
    {
        using var certificate = Authority.Issue("Example Ltd", []);
        CertificateNames.Of(certificate).Domains.Should().BeEmpty();
    }

    [Fact]
    public void Class46_BrokenSubjectAltName_HasNoNames()
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=common.test", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new System.Security.Cryptography.X509Certificates.X509Extension("2.5.29.17", [0x30, 0x7F, 0x82, 0x01], critical: false));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));

        CertificateNames.Of(certificate).Domains.Should().BeEmpty();
    }

    private static CertificateNames Of(string[] names)
    {
        using var certificate = Authority.Issue("common.test", names);
        return CertificateNames.Of(certificate);
    }
}
