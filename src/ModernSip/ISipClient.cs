namespace ModernSip;

/// <summary>A SIP user agent: registered by <c>AddSipClient</c>, it opens connections. Several clients share one stack.</summary>
public interface ISipClient
{
    /// <summary>Opens a connection at the local address of the options.</summary>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <returns>The connection, in state <see cref="SipConnectionState.Active"/>.</returns>
    /// <exception cref="Errors.SipTransportException">The address cannot be bound, or its network is down.</exception>
    /// <exception cref="Errors.SipConnectionClosedException">The services that the client belongs to were disposed.</exception>
    Task<SipConnection> ConnectAsync(CancellationToken cancellationToken = default);

    /// <summary>Opens a connection at a network access point of its own.</summary>
    /// <param name="localAddress">An address or the name of an interface, with or without a port: "192.0.2.1", "127.0.0.1:5060", "[::1]:0", "eth0", "wlan0:5060". "0.0.0.0" leaves by the default route.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="ArgumentException">The text is neither an address nor an interface of this machine.</exception>
    /// <exception cref="Errors.SipTransportException">The address cannot be bound, or its network is down.</exception>
    /// <exception cref="Errors.SipConnectionClosedException">The services that the client belongs to were disposed.</exception>
    Task<SipConnection> ConnectAsync(string localAddress, CancellationToken cancellationToken = default);
}
