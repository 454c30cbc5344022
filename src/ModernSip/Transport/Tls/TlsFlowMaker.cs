using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using ModernSip.Errors;
using ModernSip.Transport.Streams;

namespace ModernSip.Transport.Tls;

/// <summary>Flows over TLS (RFC 3261 §26.2, RFC 5922).</summary>
internal sealed class TlsFlowMaker(TlsCredentials credentials, StreamContext context) : IFlowMaker
{
    public SipTransportProtocol Protocol => SipTransportProtocol.Tls;

    public async Task<ConnectionFlow> OpenAsync(Socket socket, SipTransportTarget target, CancellationToken cancellationToken)
    {
        var (stream, proof) = await TlsClient.ShakeHandsAsync(new NetworkStream(socket, ownsSocket: true), Protocol, target, credentials, context, cancellationToken).ConfigureAwait(false);
        return new StreamFlow(stream, socket, Protocol, Local(socket), Remote(socket), accepted: false, proof, context);
    }

    public ConnectionFlow Accept(Socket socket)
    {
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false);
        var remote = Remote(socket);
        return new StreamFlow(stream, socket, Protocol, Local(socket), remote, accepted: true, PeerProof.None, context, ShakeHandsAsync);

        // The address that the peer is connected from is its own without a certificate: for a URI with that address and port the connection may be used.
        async Task<PeerProof> ShakeHandsAsync(CancellationToken cancellationToken)
        {
            var check = new PeerCheck(hostName: null, acceptsAny: false);
            try
            {
                await stream.AuthenticateAsServerAsync(credentials.ForServer(check), cancellationToken).ConfigureAwait(false);
                return check.Proof(remote.Address.ToString());
            }
            catch (AuthenticationException exception) when (check.Refusal is { } refusal)
            {
                throw new SipCertificateException($"Refused the TLS connection of {remote}: {refusal.Text}", refusal.Problem, refusal.Subject, exception);
            }
        }
    }

    private static IPEndPoint Local(Socket socket) => (IPEndPoint)socket.LocalEndPoint!; // set, since the socket is connected

    private static IPEndPoint Remote(Socket socket) => (IPEndPoint)socket.RemoteEndPoint!; // as above
}
