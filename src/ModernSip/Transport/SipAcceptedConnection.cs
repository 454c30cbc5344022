using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace ModernSip.Transport;

/// <summary>What is known of a connection that another server accepted.</summary>
/// <param name="Protocol">What it carries: <see cref="SipTransportProtocol.Tls"/> and <see cref="SipTransportProtocol.Wss"/> where TLS is under it, done already.</param>
/// <param name="LocalEndPoint">The local address and port.</param>
/// <param name="RemoteEndPoint">The peer's address and port.</param>
/// <param name="PeerCertificate">The certificate that the peer showed and that was verified; null for none. Its names become those of the connection (RFC 5922 §7.1).</param>
public sealed record SipAcceptedConnection(SipTransportProtocol Protocol, IPEndPoint LocalEndPoint, IPEndPoint RemoteEndPoint, X509Certificate2? PeerCertificate = null);
