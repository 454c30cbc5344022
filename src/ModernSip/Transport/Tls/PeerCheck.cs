using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ModernSip.Transport.Streams;

namespace ModernSip.Transport.Tls;

/// <summary>Verifies the peer's certificate in one handshake, and keeps what it found.</summary>
/// <param name="hostName">The SIP domain that the certificate must be for; null to ask for none.</param>
/// <param name="acceptsAny">Whether to look at nothing.</param>
internal sealed class PeerCheck(string? hostName, bool acceptsAny)
{
    private List<string>? _names;

    /// <summary>What is wrong; null where nothing is, or nothing was seen.</summary>
    public CertificateVerdict? Refusal { get; private set; }

    /// <summary>What the peer has proved in a handshake that went well.</summary>
    /// <param name="ownName">A name that it is taken for without proof.</param>
    public PeerProof Proof(string? ownName)
    {
        if (acceptsAny) return PeerProof.NotAsked;
        var names = _names ?? [];
        return PeerProof.Of(ownName is null ? names : [.. names, ownName]);
    }

    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (acceptsAny) return true;
        var peer = certificate as X509Certificate2 ?? (certificate is null ? null : new X509Certificate2(certificate));
        Refusal = CertificateVerdict.Of(peer, chain, errors, hostName);
        if (Refusal is null && peer is not null) _names = [.. CertificateNames.Of(peer).Domains];
        return Refusal is null;
    }
}
