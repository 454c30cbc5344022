using System.Net;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Transport.KeepAlive;

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

    /// <summary>What stands for this side's address in Via and Contact where nobody can connect to it (RFC 7118 §5); null for the address.</summary>
    internal virtual string? StandInHost => null;

    /// <summary>Whether requests offer the peer to send its own over the same connection (RFC 5923 §6).</summary>
    internal virtual bool OffersAlias => false;

    /// <summary>A request arrived: what its Via says of how its sender is to be reached.</summary>
    internal virtual void Learn(SipVia via)
    {
        // Nothing to be learned where anybody can be connected to.
    }

    /// <summary>Keeps the flow alive; null where nobody asked for it.</summary>
    internal FlowKeepAlive? KeepAlive { get; set; }

    /// <summary>Whether the peer can be asked for a sign of life.</summary>
    internal virtual bool CanPing => false;

    /// <summary>Asks the peer for a sign of life (RFC 5626 §3.5).</summary>
    /// <param name="id">Names the ping where its answer says which it answers.</param>
    internal virtual void Ping(ReadOnlySpan<byte> id)
    {
        // Nothing where CanPing says no.
    }

    /// <summary>Closes a flow that has failed; the receiver is told why.</summary>
    internal virtual void Fail(SipTransportException error) => Close();

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
