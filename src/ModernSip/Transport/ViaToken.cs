namespace ModernSip.Transport;

/// <summary>How a transport protocol stands in a Via header field and in a URI's transport parameter.</summary>
internal static class ViaToken
{
    public static string ToViaToken(this SipTransportProtocol protocol) => protocol switch
    {
        SipTransportProtocol.Udp => "UDP",
        SipTransportProtocol.Tcp => "TCP",
        SipTransportProtocol.Tls => "TLS",
        SipTransportProtocol.Ws => "WS",
        SipTransportProtocol.Wss => "WSS",
        _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "Not a transport protocol."),
    };

    public static string ToUriParameter(this SipTransportProtocol protocol) => protocol switch
    {
        SipTransportProtocol.Udp => "udp",
        SipTransportProtocol.Tcp => "tcp",
        SipTransportProtocol.Tls => "tls",
        SipTransportProtocol.Ws or SipTransportProtocol.Wss => "ws", // RFC 7118 §5: wss is ws with a sips URI or a WSS resource
        _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "Not a transport protocol."),
    };

    /// <summary>The protocol's name as metrics and traces carry it.</summary>
    public static string ToMetricTag(this SipTransportProtocol protocol) => protocol switch
    {
        SipTransportProtocol.Udp => "udp",
        SipTransportProtocol.Tcp => "tcp",
        SipTransportProtocol.Tls => "tls",
        SipTransportProtocol.Ws => "ws",
        _ => "wss",
    };

    /// <summary>Reads a URI's transport parameter.</summary>
    public static SipTransportProtocol? FromUriParameter(string? text) => text?.ToLowerInvariant() switch
    {
        "udp" => SipTransportProtocol.Udp,
        "tcp" => SipTransportProtocol.Tcp,
        "tls" => SipTransportProtocol.Tls,
        "ws" => SipTransportProtocol.Ws,
        "wss" => SipTransportProtocol.Wss,
        _ => null,
    };
}
