using System.Net;

namespace ModernSip.Platform;

/// <summary>A network interface of this machine as it stands at one moment.</summary>
/// <param name="Name">Its name, for example "eth0".</param>
/// <param name="IsUp">Whether packets can pass: the interface is switched on and its link is there.</param>
/// <param name="Addresses">Its IP addresses.</param>
/// <param name="HasDefaultRoute">Whether packets to anywhere may leave by it.</param>
public sealed record SipNetworkInterface(string Name, bool IsUp, IReadOnlyList<IPAddress> Addresses, bool HasDefaultRoute = false);
