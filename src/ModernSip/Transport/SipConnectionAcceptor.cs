using System.Collections.Immutable;
using System.Net;
using System.Net.WebSockets;
using ModernSip.Transport.Streams;
using ModernSip.Transport.Tls;
using ModernSip.Transport.WebSockets;

namespace ModernSip.Transport;

/// <summary>Takes connections into the stack that another server accepted, as ASP.NET Core's Kestrel does. A service of the stack.</summary>
/// <remarks>They live among those that the stack accepts and opens itself, under the same limits. Safe to use from any thread.</remarks>
public sealed class SipConnectionAcceptor
{
    private ImmutableList<ConnectionBinding> _bindings = [];

    /// <summary>Whether anybody would hear what comes over such a connection: a SIP connection is open.</summary>
    /// <param name="protocol">What it carries.</param>
    public bool IsOpen(SipTransportProtocol protocol) => Volatile.Read(ref _bindings).Exists(binding => binding.Protocol == protocol);

    /// <summary>Serves a stream until its connection ends, by either side; framed by Content-Length (RFC 3261 §18.3).</summary>
    /// <param name="connection">What is known of it: TCP or TLS.</param>
    /// <param name="stream">Its octets, decrypted; disposed when it has ended.</param>
    /// <param name="cancellationToken">Closes the connection in order, for example when the server stops.</param>
    /// <returns>False where it was not served: nobody would hear it, or there are too many. The stream is the caller's then.</returns>
    /// <exception cref="ArgumentException">The protocol is none that streams carry.</exception>
    public Task<bool> ServeAsync(SipAcceptedConnection connection, Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(stream);
        if (connection.Protocol is not (SipTransportProtocol.Tcp or SipTransportProtocol.Tls)) throw new ArgumentException($"{connection.Protocol} is not carried by a stream.", nameof(connection));
        return ServeAsync(connection, context => new StreamFlow(stream, socket: null, connection.Protocol, Plain(connection.LocalEndPoint), Plain(connection.RemoteEndPoint), accepted: true, ProofOf(connection), context), cancellationToken);
    }

    /// <summary>Serves a WebSocket until it ends, by either side (RFC 7118).</summary>
    /// <param name="connection">What is known of it: WS or WSS.</param>
    /// <param name="socket">The open WebSocket with the sub-protocol "sip"; disposed when it has ended.</param>
    /// <param name="cancellationToken">Closes the WebSocket in order, for example when the server stops.</param>
    /// <returns>False where it was not served: nobody would hear it, or there are too many. The WebSocket is the caller's then.</returns>
    /// <exception cref="ArgumentException">The protocol is none of WebSockets.</exception>
    public Task<bool> ServeAsync(SipAcceptedConnection connection, WebSocket socket, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(socket);
        if (connection.Protocol is not (SipTransportProtocol.Ws or SipTransportProtocol.Wss)) throw new ArgumentException($"{connection.Protocol} is not carried by a WebSocket.", nameof(connection));
        return ServeAsync(connection, context => new WebSocketFlow(socket, carrier: null, connection.Protocol, Plain(connection.LocalEndPoint), Plain(connection.RemoteEndPoint), accepted: true, ProofOf(connection), context), cancellationToken);
    }

    internal void Add(ConnectionBinding binding) => ImmutableInterlocked.Update(ref _bindings, static (list, item) => list.Add(item), binding);

    internal void Remove(ConnectionBinding binding) => ImmutableInterlocked.Update(ref _bindings, static (list, item) => list.Remove(item), binding);

    private async Task<bool> ServeAsync(SipAcceptedConnection connection, Func<StreamContext, ConnectionFlow> make, CancellationToken cancellationToken)
    {
        if (Find(connection.Protocol, Plain(connection.LocalEndPoint).Address)?.TryAdopt(Plain(connection.RemoteEndPoint), make) is not { } flow) return false;
        var closing = cancellationToken.UnsafeRegister(static state => ((ConnectionFlow)state!).Close(), flow);
        await using (closing.ConfigureAwait(false)) await flow.Completion.ConfigureAwait(false);
        return true;
    }

    /// <summary>The connection of the stack that is bound to the address, else to all of its family, else the first there is.</summary>
    private ConnectionBinding? Find(SipTransportProtocol protocol, IPAddress local)
    {
        var open = Volatile.Read(ref _bindings).FindAll(binding => binding.Protocol == protocol);
        return open.Find(binding => binding.LocalEndPoint.Address.Equals(local))
            ?? open.Find(binding => binding.LocalEndPoint.Address.Equals(IPAddress.Any) || binding.LocalEndPoint.Address.Equals(IPAddress.IPv6Any))
            ?? open.FirstOrDefault();
    }

    private static PeerProof ProofOf(SipAcceptedConnection connection)
    {
        if (connection.Protocol is SipTransportProtocol.Tcp or SipTransportProtocol.Ws) return PeerProof.NotAsked;
        IEnumerable<string> names = connection.PeerCertificate is { } certificate ? CertificateNames.Of(certificate).Domains : [];
        return PeerProof.Of([.. names, Plain(connection.RemoteEndPoint).Address.ToString()]);
    }

    private static IPEndPoint Plain(IPEndPoint endPoint) => endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;
}
