using System.Net;
using ModernSip.Messages;
using ModernSip.Messages.Parsing;

namespace ModernSip.Resolution;

/// <summary>What a URI itself says about the next hop: which host to look up, which port, which transport (RFC 3263 §4.1, §4.2).</summary>
internal sealed record HopRules(string Host, int Port, string? Transport, bool IsSecure, IPAddress? Address)
{
    /// <summary>Reads a sip or sips URI. maddr takes the place of the host (RFC 3261 §19.1.1).</summary>
    public static HopRules Of(SipUri uri)
    {
        var host = uri.Parameters["maddr"] ?? uri.Host;
        var address = UriText.TryParseAddress(System.Text.Encoding.ASCII.GetBytes(host), out var literal) ? literal : null;
        var transport = uri.Transport?.ToLowerInvariant();
        var isSecure = uri.IsSecure || transport is "tls" or "wss";
        return new HopRules(host, uri.Port ?? DefaultPort(transport, isSecure), transport, isSecure, address);
    }

    private static int DefaultPort(string? transport, bool isSecure) => transport switch
    {
        "ws" => isSecure ? 443 : 80,
        "wss" => 443,
        _ => isSecure ? 5061 : 5060,
    };
}
