using System.Net;
using ModernSip.Transport;

namespace ModernSip.Resolution;

/// <summary>Where a request may be sent: one row of what RFC 3263 §4 comes to.</summary>
/// <param name="Protocol">The transport.</param>
/// <param name="EndPoint">The address and port.</param>
/// <param name="Server">The host and port that it was found by, behind the SRV record; null where there was nothing to look up.</param>
internal readonly record struct HopTarget(SipTransportProtocol Protocol, IPEndPoint EndPoint, string? Server = null)
{
    public override string ToString() => $"{Protocol.ToViaToken()} {EndPoint}";
}
