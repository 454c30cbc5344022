using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ModernSip.Errors;

namespace ModernSip.Transport.Tls;

/// <summary>Why a peer's certificate is not accepted, in words that name it.</summary>
/// <param name="Problem">Why.</param>
/// <param name="Subject">Whose it is; null where there is none.</param>
/// <param name="Text">A sentence without a full stop.</param>
internal sealed record CertificateVerdict(SipCertificateProblem Problem, string? Subject, string Text)
{
    /// <summary>Judges a certificate that a chain was built for.</summary>
    /// <param name="certificate">The peer's certificate; null where it showed none.</param>
    /// <param name="chain">What it was issued under.</param>
    /// <param name="errors">What the platform found. That the name differs is not taken from there: SIP has rules of its own.</param>
    /// <param name="hostName">The name that it must be for; null to ask for none.</param>
    /// <returns>What is wrong with it; null where nothing is.</returns>
    public static CertificateVerdict? Of(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string? hostName)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)) return new(SipCertificateProblem.Missing, null, "the peer has shown no certificate");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)) return OfChain(certificate, chain);
        return hostName is null ? null : OfName(certificate, hostName);
    }

    private static CertificateVerdict OfChain(X509Certificate2 certificate, X509Chain? chain)
    {
        foreach (var element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            var found = element.ChainElementStatus.Aggregate(X509ChainStatusFlags.NoError, static (sum, one) => sum | one.Status);
            var named = element.Certificate.Thumbprint == certificate.Thumbprint ? $"the certificate {NameOf(certificate)}" : $"the certificate {NameOf(element.Certificate)}, under which {NameOf(certificate)} was issued,";
            if (found.HasFlag(X509ChainStatusFlags.NotTimeValid)) return Say(SipCertificateProblem.OutOfDate, $"{named} {Validity(element.Certificate)}");
            if (found.HasFlag(X509ChainStatusFlags.Revoked)) return Say(SipCertificateProblem.Revoked, $"{named} was revoked");
            if ((found & (X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation)) != X509ChainStatusFlags.NoError) return Say(SipCertificateProblem.Revoked, $"whether {named} was revoked could not be found out");
        }

        var all = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, static (sum, one) => sum | one.Status);
        var isTrust = (all & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != X509ChainStatusFlags.NoError;
        if (isTrust && IsSelfIssued(certificate)) return Say(SipCertificateProblem.SelfSigned, $"the certificate {NameOf(certificate)} is self-signed, and not among those that are trusted");
        if (isTrust) return Say(SipCertificateProblem.UntrustedAuthority, $"the certificate {NameOf(certificate)} was issued under {AuthorityOf(certificate, chain)}, which is not trusted");
        return Say(SipCertificateProblem.Other, $"the certificate {NameOf(certificate)} does not hold: {(all == X509ChainStatusFlags.NoError ? "its chain cannot be built" : all.ToString())}");

        CertificateVerdict Say(SipCertificateProblem problem, string text) => new(problem, certificate.Subject, text);
    }

    private static CertificateVerdict? OfName(X509Certificate2 certificate, string hostName)
    {
        var names = CertificateNames.Of(certificate);
        if (names.Cover(hostName)) return null;
        return names.CoverByWildcard(hostName)
            ? new(SipCertificateProblem.Wildcard, certificate.Subject, $"the certificate {NameOf(certificate)} is for {names}, and a wildcard does not count for the SIP domain '{hostName}' (RFC 5922)")
            : new(SipCertificateProblem.WrongName, certificate.Subject, $"the certificate {NameOf(certificate)} is for {names}, not for '{hostName}'");
    }

    private static string NameOf(X509Certificate2 certificate) => $"'{Printable.Of(certificate.Subject)}'";

    // The last of a chain that ends early names an issuer that was not found.
    private static string AuthorityOf(X509Certificate2 certificate, X509Chain? chain)
    {
        var last = chain is { ChainElements.Count: > 0 } ? chain.ChainElements[^1].Certificate : certificate;
        return $"'{Printable.Of(last.Issuer)}'";
    }

    private static bool IsSelfIssued(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static string Validity(X509Certificate2 certificate) => string.Create(
        CultureInfo.InvariantCulture, $"is valid only from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} to {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC");
}
