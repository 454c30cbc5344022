using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModernSip.Messages;

namespace ModernSip.Transport.Tls;

/// <summary>The SIP domains that a certificate is for (RFC 5922 §7.1).</summary>
internal sealed class CertificateNames
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string CommonName = "2.5.4.3";

    private readonly List<string> _all;

    private CertificateNames(List<string> all) => _all = all;

    /// <summary>The names that count: no wildcards.</summary>
    public IEnumerable<string> Domains => _all.Where(static name => !DomainNames.IsWildcard(name));

    /// <summary>Whether one of the names is the host.</summary>
    public bool Cover(string host) => Domains.Any(name => DomainNames.AreSame(name, host));

    /// <summary>Whether a wildcard would cover the host, if wildcards counted.</summary>
    public bool CoverByWildcard(string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && _all.Any(name => DomainNames.IsWildcard(name) && DomainNames.AreSame(name.TrimStart('*'), host[dot..]));
    }

    public override string ToString() => _all.Count == 0 ? "no SIP domain" : string.Join(", ", _all.Select(static name => $"'{Printable.Of(name)}'"));

    /// <summary>Reads a certificate; one whose names cannot be read has none.</summary>
    public static CertificateNames Of(X509Certificate2 certificate)
    {
        try
        {
            var alternative = certificate.Extensions.FirstOrDefault(static extension => extension.Oid?.Value == SubjectAlternativeName);
            return new CertificateNames(alternative is null ? ReadCommonName(certificate) : ReadAlternativeNames(alternative.RawData));
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException)
        {
            return new CertificateNames([]);
        }
    }

    // A sip URI hides the DNS names: the certificate was made for SIP, and says for which domain. Addresses stand beside both; a URI with an
    // address for its host is checked against them as anywhere else.
    private static List<string> ReadAlternativeNames(ReadOnlyMemory<byte> extension)
    {
        List<string> domains = [], names = [], addresses = [];
        var entries = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (entries.HasData)
        {
            var tag = entries.PeekTag();
            switch (tag.TagValue)
            {
                case 2 when tag.TagClass == TagClass.ContextSpecific:
                    names.Add(entries.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                    break;
                case 6 when tag.TagClass == TagClass.ContextSpecific:
                    if (DomainOf(entries.ReadCharacterString(UniversalTagNumber.IA5String, tag)) is { } domain) domains.Add(domain);
                    break;
                case 7 when tag.TagClass == TagClass.ContextSpecific:
                    if (entries.ReadOctetString(tag) is { Length: 4 or 16 } octets) addresses.Add(new System.Net.IPAddress(octets).ToString());
                    break;
                default:
                    entries.ReadEncodedValue();
                    break;
            }
        }

        return [.. domains.Count > 0 ? domains : names, .. addresses];
    }

    // A sips URI is no domain's identity, and one with a user is that of a person.
    private static string? DomainOf(string uri) =>
        SipUri.TryParse(uri, out var parsed) && parsed is { IsSip: true, IsSecure: false, User: null } ? parsed.Host : null;

    // Only where there is no subjectAltName at all, and only what looks like a name of the DNS.
    private static List<string> ReadCommonName(X509Certificate2 certificate)
    {
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == CommonName && part.GetSingleElementValue() is { } name && Uri.CheckHostName(name.TrimStart('*', '.')) == UriHostNameType.Dns)
                return [name];
        }

        return [];
    }
}
