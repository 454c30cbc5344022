using System.Net.Sockets;

namespace ModernSip.Transport.Streams;

/// <summary>Makes flows of connected sockets; one for each transport that runs over connections.</summary>
internal interface IFlowMaker
{
    /// <summary>The protocol of its flows.</summary>
    SipTransportProtocol Protocol { get; }

    /// <summary>A flow over a connection that this side made, once the peer has proved the target's name where that is asked.</summary>
    /// <param name="socket">The connected socket; the flow owns it. Where this throws it is the caller's.</param>
    /// <param name="target">Where the connection leads.</param>
    /// <param name="cancellationToken">Stops a handshake.</param>
    Task<ConnectionFlow> OpenAsync(Socket socket, SipTransportTarget target, CancellationToken cancellationToken);

    /// <summary>A flow over a connection that the peer made. Never waits: a handshake is the flow's own first act.</summary>
    /// <param name="socket">The connected socket; the flow owns it.</param>
    ConnectionFlow Accept(Socket socket);
}
