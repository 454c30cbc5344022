using System.Net;

namespace ModernSip.Diagnostics;

/// <summary>A message that a tap was shown, kept.</summary>
/// <param name="At">When.</param>
/// <param name="Direction">Which way it went.</param>
/// <param name="Protocol">The transport as Via names it.</param>
/// <param name="Local">This side's address and port.</param>
/// <param name="Remote">The peer's.</param>
/// <param name="Octets">The message.</param>
internal sealed record TappedMessage(DateTimeOffset At, SipTapDirection Direction, string Protocol, IPEndPoint Local, IPEndPoint Remote, byte[] Octets)
{
    public bool IsDatagram => Protocol.Equals("UDP", StringComparison.OrdinalIgnoreCase);

    /// <summary>Who sent it, both ends in one address family.</summary>
    public IPEndPoint Source => Unmapped(Direction == SipTapDirection.Sent ? Local : Remote);

    /// <summary>Who got it.</summary>
    public IPEndPoint Destination => Unmapped(Direction == SipTapDirection.Sent ? Remote : Local);

    /// <summary>The address in its own family.</summary>
    public static IPEndPoint Unmapped(IPEndPoint endPoint) => endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;
}
