using System.Net;

namespace ModernSip.Transport;

/// <summary>Where a flow shall lead: an address, and the name that it was found by.</summary>
/// <remarks>
/// The name is the domain of the URI as it stood before resolution, and stays the same for every address and SRV target that is tried: it is what a
/// certificate must prove (RFC 5922 §7.3) and what the TLS client names to the server (RFC 6066 §3).
/// </remarks>
/// <param name="EndPoint">The peer's address and port.</param>
/// <param name="HostName">The host of the URI, a name or an address as text; null where there was no URI. Without it no certificate can be checked.</param>
public readonly record struct SipTransportTarget(IPEndPoint EndPoint, string? HostName = null)
{
    /// <summary>The peer's address and port.</summary>
    public IPEndPoint EndPoint { get; init; } = EndPoint ?? throw new ArgumentNullException(nameof(EndPoint));

    /// <inheritdoc/>
    public override string ToString() => HostName is null ? $"{EndPoint}" : $"{HostName} ({EndPoint})";
}
