using System.Net;
using System.Net.Sockets;

namespace ModernSip.Transport.Streams;

/// <summary>Flows over TCP alone.</summary>
internal sealed class TcpFlowMaker(StreamContext context) : IFlowMaker
{
    public SipTransportProtocol Protocol => SipTransportProtocol.Tcp;

    public Task<ConnectionFlow> OpenAsync(Socket socket, SipTransportTarget target, CancellationToken cancellationToken) => Task.FromResult<ConnectionFlow>(Make(socket, accepted: false));

    public ConnectionFlow Accept(Socket socket) => Make(socket, accepted: true);

    private StreamFlow Make(Socket socket, bool accepted) =>
        new StreamFlow(
            new NetworkStream(socket, ownsSocket: true), socket, Protocol,
            (IPEndPoint)socket.LocalEndPoint!, (IPEndPoint)socket.RemoteEndPoint!, // set, since the socket is connected
            accepted, PeerProof.NotAsked, context);
}
