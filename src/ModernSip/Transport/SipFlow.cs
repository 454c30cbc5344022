using System.Net;

namespace ModernSip.Transport;

/// <summary>The unit that messages arrive on and go out on: a connection, or for UDP a pair of addresses (RFC 5626 §3.1).</summary>
/// <remarks>Safe to use from any thread.</remarks>
public abstract class SipFlow
{
    private byte[]? _remoteAddress;

    /// <summary>The protocol of the flow.</summary>
    public abstract SipTransportProtocol Protocol { get; }

    /// <summary>The local address and port. Never a wildcard address once the flow has a remote end.</summary>
    public abstract IPEndPoint LocalEndPoint { get; }

    /// <summary>The peer's address and port.</summary>
    public abstract IPEndPoint RemoteEndPoint { get; }

    /// <summary>Whether the flow is closed: nothing more arrives on it and <see cref="Send"/> throws.</summary>
    public abstract bool IsClosed { get; }

    /// <summary>Whether delivery is reliable, so that transactions do not retransmit (RFC 3261 §17).</summary>
    public bool IsReliable => Protocol != SipTransportProtocol.Udp;

    /// <summary>Whose flow this is: set by the stack when it first meets the flow, so that a request finds the connections it may be for.</summary>
    internal object? Owner { get; set; }

    /// <summary>The peer's address as it stands in a message, written once: every request is compared with it (RFC 3261 §18.2.1).</summary>
    internal ReadOnlySpan<byte> RemoteAddressOctets => _remoteAddress ??= System.Text.Encoding.ASCII.GetBytes(RemoteEndPoint.Address.ToString());

    /// <summary>Sends one whole message. Never blocks: a datagram goes out at once, a stream queues a copy.</summary>
    /// <param name="message">The octets of the message; they may be reused when the call returns.</param>
    /// <exception cref="Errors.SipTransportException">The flow is closed, its queue is full, or the socket refused the message.</exception>
    public abstract void Send(ReadOnlySpan<byte> message);

    /// <summary>A flow to another port of the same peer: a response to a request without rport goes to the port that its Via names (RFC 3261 §18.2.2).</summary>
    /// <param name="port">The port, 1 to 65535.</param>
    /// <returns>For datagrams a flow to that port; a connection is its own answer.</returns>
    public virtual SipFlow ToPort(int port) => this;

    /// <summary>Closes the flow. A UDP flow owns no socket, so closing it only marks it.</summary>
    public abstract void Close();

    /// <inheritdoc/>
    public override string ToString() => $"{Protocol} {LocalEndPoint} -> {RemoteEndPoint}";
}
