using System.Net.Sockets;
using ModernSip.Transport;

namespace ModernSip.Resolution;

/// <summary>Which transports a local address has, and which families of addresses they reach.</summary>
internal sealed class Reach(IEnumerable<(SipTransportProtocol Protocol, AddressFamily Family)> bindings)
{
    private readonly HashSet<(SipTransportProtocol, AddressFamily)> _bindings = [.. bindings];

    public bool Has(SipTransportProtocol protocol) => Has(protocol, AddressFamily.InterNetwork) || Has(protocol, AddressFamily.InterNetworkV6);

    public bool Has(SipTransportProtocol protocol, AddressFamily family) => _bindings.Contains((protocol, family));

    /// <summary>The families that a transport reaches; IPv6 first (RFC 6724 §2.1).</summary>
    public IReadOnlyList<AddressFamily> FamiliesOf(SipTransportProtocol protocol) =>
        [.. new[] { AddressFamily.InterNetworkV6, AddressFamily.InterNetwork }.Where(family => Has(protocol, family))];
}
