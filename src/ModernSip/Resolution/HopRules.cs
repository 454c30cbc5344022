using System.Net;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Parsing;
using ModernSip.Transport;

namespace ModernSip.Resolution;

/// <summary>What a URI itself says about the next hop: which host to look up, which port, which transport (RFC 3263 §4.1, §4.2).</summary>
/// <param name="Host">The name or address: the TARGET of the RFC.</param>
/// <param name="Port">The port, where the URI has one.</param>
/// <param name="Protocol">The transport, where the URI decides it.</param>
/// <param name="IsSecure">Whether every hop must be encrypted.</param>
/// <param name="Address">The host, where it is an address.</param>
internal sealed record HopRules(string Host, int? Port, SipTransportProtocol? Protocol, bool IsSecure, IPAddress? Address)
{
    /// <summary>Reads a sip or sips URI. maddr takes the place of the host (RFC 3261 §19.1.1).</summary>
    /// <exception cref="SipResolutionException">The URI asks for a transport that is not known, or that is not secure where it must be.</exception>
    public static HopRules Of(SipUri uri) => Of(uri.Parameters["maddr"] ?? uri.Host, uri.Port, Choose(uri), uri.IsSecure);

    /// <summary>The rules for a host of which the transport is known.</summary>
    public static HopRules Of(string host, int? port, SipTransportProtocol? protocol, bool isSecure = false)
    {
        var address = UriText.TryParseAddress(System.Text.Encoding.ASCII.GetBytes(host), out var literal) ? literal : null;
        return new HopRules(host, port, protocol, isSecure, address);
    }

    /// <summary>The port where neither the URI nor the resolution says one (RFC 3261 §19.1.2, RFC 7118 §5).</summary>
    public static int DefaultPort(SipTransportProtocol protocol) => protocol switch
    {
        SipTransportProtocol.Tls => 5061,
        SipTransportProtocol.Ws => 80,
        SipTransportProtocol.Wss => 443,
        _ => 5060,
    };

    /// <summary>The transport where neither the URI nor the resolution says one: whatever is usual, as long as it is secure where it must be.</summary>
    public SipTransportProtocol ProtocolOr(SipTransportProtocol usual) =>
        Protocol ?? (IsSecure && usual != SipTransportProtocol.Wss ? SipTransportProtocol.Tls : usual);

    /// <summary>The target where there is nothing to look up.</summary>
    public HopTarget TargetAt(IPAddress address, SipTransportProtocol usual)
    {
        var protocol = ProtocolOr(usual);
        return new HopTarget(protocol, new IPEndPoint(address, Port ?? DefaultPort(protocol)));
    }

    private static SipTransportProtocol? Choose(SipUri uri) => (uri.Transport?.ToLowerInvariant(), uri.IsSecure) switch
    {
        (null, _) => null,
        ("tcp", true) => SipTransportProtocol.Tls, // RFC 3261 §26.2.2
        ("ws", true) => SipTransportProtocol.Wss, // RFC 7118 §5
        ("udp", true) => throw new SipResolutionException($"{uri} asks for UDP, which cannot be made secure as sips wants it."),
        var (transport, _) => ViaToken.FromUriParameter(transport) ?? throw new SipResolutionException($"'{transport}' is no transport that is known."),
    };
}
