using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using ModernSip.Platform;

namespace ModernSip.Stack.Connections;

/// <summary>The network access that a connection asks for: an address, an interface by its name, or whatever the default route takes (A2).</summary>
/// <param name="Address">The address; a wildcard stands for the default route of its family. Null where an interface is named.</param>
/// <param name="Interface">The name of the interface; null where an address is given.</param>
/// <param name="Port">The port; 0 takes a free one.</param>
internal sealed record LocalPoint(IPAddress? Address, string? Interface, int Port)
{
    /// <summary>Every IPv4 address, at a free port.</summary>
    public static LocalPoint Default { get; } = new(IPAddress.Any, null, 0);

    /// <summary>Whether it stands for every address of a family.</summary>
    public bool IsWildcard => Address is not null && (Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any));

    /// <summary>Whether its network can come and go; the loopback interface does not.</summary>
    public bool CanBeLost => Address is null || !IPAddress.IsLoopback(Address);

    /// <summary>Reads "192.0.2.1", "192.0.2.1:5060", "[::1]:5060", "eth0", "eth0:5060"; nothing means the default route.</summary>
    /// <param name="text">The text.</param>
    /// <param name="interfaces">The interfaces that can be named.</param>
    /// <param name="point">What was read.</param>
    public static bool TryParse(string? text, IReadOnlyList<SipNetworkInterface> interfaces, [NotNullWhen(true)] out LocalPoint? point)
    {
        if (string.IsNullOrWhiteSpace(text)) point = Default;
        else if (IPEndPoint.TryParse(text, out var endPoint)) point = new LocalPoint(endPoint.Address, null, endPoint.Port);
        else if (Names(text)) point = new LocalPoint(null, text, 0);
        else if (text.LastIndexOf(':') is var colon and > 0 && ushort.TryParse(text.AsSpan(colon + 1), out var port) && Names(text[..colon])) point = new LocalPoint(null, text[..colon], port);
        else point = null;
        return point is not null;

        bool Names(string name) => interfaces.Any(one => one.Name == name);
    }

    /// <summary>What is to be bound now, and which addresses the access depends on. Pure.</summary>
    /// <param name="interfaces">The interfaces as they stand; null where nothing is known of them.</param>
    public LocalAccess Resolve(IReadOnlyList<SipNetworkInterface>? interfaces)
    {
        if (interfaces is null || !CanBeLost) return new LocalAccess([new IPEndPoint(Address ?? IPAddress.Any, Port)], [], null);
        if (Interface is not null) return ResolveInterface(interfaces.FirstOrDefault(one => one.Name == Interface));
        if (IsWildcard) return ResolveWildcard(interfaces);
        return interfaces.FirstOrDefault(one => one.Addresses.Any(Address!.Equals)) switch // null only where an interface is named
        {
            null => new LocalAccess([new IPEndPoint(Address!, Port)], [], $"{Address} is no address of this machine") { IsUnknown = true },
            { IsUp: false } down => new LocalAccess([new IPEndPoint(Address!, Port)], [], $"{down.Name} is down"),
            _ => new LocalAccess([new IPEndPoint(Address!, Port)], [Address!], null),
        };
    }

    /// <summary>Why the network that was there before no longer is; null while it is. Pure.</summary>
    /// <param name="interfaces">The interfaces as they stand.</param>
    /// <param name="basis">The addresses that the access depended on when it was bound.</param>
    public string? WhyLost(IReadOnlyList<SipNetworkInterface> interfaces, IReadOnlyList<IPAddress> basis)
    {
        var missing = basis.Where(address => !interfaces.Any(one => one.IsUp && one.Addresses.Any(address.Equals))).ToList();
        if (missing.Count == 0 || (IsWildcard && missing.Count < basis.Count)) return null;
        var home = interfaces.FirstOrDefault(one => one.Addresses.Any(missing[0].Equals));
        return home is null ? $"the address {missing[0]} is gone" : $"{home.Name} is down";
    }

    /// <inheritdoc/>
    public override string ToString() => Address is null ? $"{Interface}:{Port}" : new IPEndPoint(Address, Port).ToString();

    private LocalAccess ResolveInterface(SipNetworkInterface? one)
    {
        if (one is null) return new LocalAccess([], [], $"there is no interface {Interface}");
        var addresses = ((IPAddress?[])[First(one, AddressFamily.InterNetwork), First(one, AddressFamily.InterNetworkV6)]).OfType<IPAddress>().ToList();
        var problem = !one.IsUp ? $"{one.Name} is down" : addresses.Count == 0 ? $"{one.Name} has no address" : null;
        return new LocalAccess([.. addresses.Select(address => new IPEndPoint(address, Port))], problem is null ? addresses : [], problem);
    }

    /// <summary>The default route may move as long as there is one; where there is none, any address will do, and the loopback ones while there are no others.</summary>
    private LocalAccess ResolveWildcard(IReadOnlyList<SipNetworkInterface> interfaces)
    {
        var usable = interfaces.Where(one => one.IsUp && First(one, Address!.AddressFamily) is { } address && !IPAddress.IsLoopback(address)).ToList();
        var routed = usable.Where(static one => one.HasDefaultRoute).ToList();
        var basis = (routed.Count > 0 ? routed : usable).Select(one => First(one, Address!.AddressFamily)!).ToList();
        return new LocalAccess([new IPEndPoint(Address!, Port)], basis, null);
    }

    private static IPAddress? First(SipNetworkInterface one, AddressFamily family) =>
        one.Addresses.FirstOrDefault(address => address.AddressFamily == family && !address.IsIPv6LinkLocal);
}

/// <summary>What a local point comes to at one moment.</summary>
/// <param name="EndPoints">What is to be bound.</param>
/// <param name="Basis">The addresses that it depends on; none where it cannot be lost.</param>
/// <param name="Problem">Why it cannot be used now; null where it can.</param>
internal sealed record LocalAccess(IReadOnlyList<IPEndPoint> EndPoints, IReadOnlyList<IPAddress> Basis, string? Problem)
{
    /// <summary>Whether no interface has the address: a transport may still know it, as that of a simulated network does.</summary>
    public bool IsUnknown { get; init; }
}
