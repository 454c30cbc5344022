namespace ModernSip.Transport;

/// <summary>The transport protocols a SIP message can travel on.</summary>
public enum SipTransportProtocol
{
    /// <summary>Datagrams (RFC 3261 §18).</summary>
    Udp,

    /// <summary>A TCP connection (RFC 3261 §18).</summary>
    Tcp,

    /// <summary>TLS over TCP (RFC 3261 §26.2, RFC 5922).</summary>
    Tls,

    /// <summary>A WebSocket (RFC 7118).</summary>
    Ws,

    /// <summary>A WebSocket over TLS (RFC 7118).</summary>
    Wss,
}
