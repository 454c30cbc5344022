using System.Net;

namespace ModernSip.Transport;

/// <summary>A way of carrying SIP messages. UDP and TCP are built in; a simulated network or a web server is one more.</summary>
public interface ISipTransport
{
    /// <summary>The protocol that the transport carries; it stands in the Via header field.</summary>
    SipTransportProtocol Protocol { get; }

    /// <summary>Binds a local address and begins to deliver what arrives there.</summary>
    /// <param name="local">The address and port; port 0 takes a free one.</param>
    /// <param name="receiver">Is given every message and every closed flow.</param>
    /// <param name="cancellationToken">Stops the binding.</param>
    /// <exception cref="Errors.SipTransportException">The address is in use or not of this machine.</exception>
    ValueTask<ISipTransportBinding> BindAsync(IPEndPoint local, ISipReceiver receiver, CancellationToken cancellationToken);
}

/// <summary>A transport bound to a local address. Disposing it closes the socket and all of its flows.</summary>
public interface ISipTransportBinding : IAsyncDisposable
{
    /// <summary>The protocol of the binding.</summary>
    SipTransportProtocol Protocol { get; }

    /// <summary>The bound address and the actual port; port 0 where connections are opened from there and nothing listens.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>Gives a flow to a peer: an open one where there is one, else a new one.</summary>
    /// <remarks>Where the peer proves its name, a flow opened for one name is given for another only if the peer has proved that one too.</remarks>
    /// <param name="target">The peer's address and port, and the name it was found by.</param>
    /// <param name="cancellationToken">Stops the waiting; a connection attempt that others wait for goes on.</param>
    /// <exception cref="Errors.SipTransportException">The peer cannot be reached.</exception>
    ValueTask<SipFlow> ConnectAsync(SipTransportTarget target, CancellationToken cancellationToken);
}

/// <summary>What a transport tells about the messages that arrive. Called on the transport's own thread, in order for one flow; must not block or throw.</summary>
public interface ISipReceiver
{
    /// <summary>One whole message arrived.</summary>
    /// <param name="flow">Where it arrived, and where answers go.</param>
    /// <param name="message">The octets: one datagram, or one message as framed. Valid only during the call.</param>
    void OnMessage(SipFlow flow, ReadOnlySpan<byte> message);

    /// <summary>Something arrived that cannot be framed as a message; a stream is closed after this call.</summary>
    /// <param name="flow">Where it arrived.</param>
    /// <param name="octets">What there is of it: from the start of the message as far as received, at most the header section. Valid only during the call.</param>
    /// <param name="reason">A fixed phrase that says why.</param>
    void OnMalformed(SipFlow flow, ReadOnlySpan<byte> octets, string reason);

    /// <summary>The network says that a datagram was not delivered: nobody listens there, or there is no way (RFC 3261 §18.4). Transports that hear of no such thing never call it.</summary>
    /// <param name="flow">Where it was sent.</param>
    /// <param name="message">The beginning of it, as much as the network gave back. Valid only during the call.</param>
    /// <param name="error">Why.</param>
    void OnUndelivered(SipFlow flow, ReadOnlySpan<byte> message, Exception error)
    {
        // Whoever does not look at it learns by its time limits.
    }

    /// <summary>A flow was closed by the peer, by an error, or by this side. Called once for each stream flow.</summary>
    /// <param name="flow">The closed flow.</param>
    /// <param name="error">Why; null for an orderly close.</param>
    void OnClosed(SipFlow flow, Exception? error);
}
