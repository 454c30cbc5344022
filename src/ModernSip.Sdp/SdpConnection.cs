using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ModernSip.Sdp.Parsing;

namespace ModernSip.Sdp;

/// <summary>Where media is to be sent (<c>c=</c>): an IPv4 or IPv6 address, unicast or multicast, or a host name.</summary>
/// <remarks>RFC 8866 §5.7.</remarks>
public sealed record SdpConnection
{
    /// <summary>Makes a connection from its fields.</summary>
    /// <param name="networkType">The network, <c>IN</c> for the Internet.</param>
    /// <param name="addressType"><c>IP4</c> or <c>IP6</c>.</param>
    /// <param name="address">The address or host name, without time to live and count.</param>
    /// <exception cref="ArgumentException">A field holds characters that its place in SDP does not allow.</exception>
    public SdpConnection(string networkType, string addressType, string address)
    {
        NetworkType = networkType;
        AddressType = addressType;
        Address = address;
    }

    /// <summary>Makes a connection to an IP address.</summary>
    /// <param name="address">The address.</param>
    public SdpConnection(IPAddress address)
        : this("IN", SdpOrigin.TypeOf(address), Format(address))
    {
    }

    /// <summary>The network, <c>IN</c> for the Internet.</summary>
    public string NetworkType { get; init => field = Grammar.Token(value); }

    /// <summary><c>IP4</c> or <c>IP6</c>.</summary>
    public string AddressType { get; init => field = Grammar.Token(value); }

    /// <summary>The address or host name, without time to live and count.</summary>
    public string Address { get; init => field = Grammar.Address(value); }

    /// <summary>The time to live of an IPv4 multicast, 0 to 255 hops; null where it is not given. IPv6 has none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 0 and 255.</exception>
    public int? TimeToLive { get; init => field = value is { } hops ? Grammar.InRange(hops, 0, 255, nameof(value)) : null; }

    /// <summary>The number of contiguous multicast addresses, 1 to 65,535. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 1 and 65,535.</exception>
    public int AddressCount { get; init => field = Grammar.InRange(value, 1, 65_535); } = 1;

    /// <summary>Whether the address is an IPv4 or IPv6 multicast group. Host names are not looked up.</summary>
    public bool IsMulticast =>
        TryGetIPAddress(out var address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6 ? address.IsIPv6Multicast : (address.GetAddressBytes()[0] & 0xF0) == 0xE0);

    /// <summary>Whether the address is 0.0.0.0 or ::, which tells the peer to send nothing.</summary>
    /// <remarks>RFC 3264 §8.4: the old way to put a call on hold, still to be understood.</remarks>
    public bool IsUnspecified => TryGetIPAddress(out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    /// <summary>Reads the address, where it is one and not a host name.</summary>
    /// <param name="address">The address.</param>
    public bool TryGetIPAddress([NotNullWhen(true)] out IPAddress? address)
    {
        // IPAddress reads "1" as 0.0.0.1 and "fe80::1%3" with a scope; SDP means neither.
        var legal = AddressType switch
        {
            "IP4" => Address.AsSpan().Count('.') == 3,
            "IP6" => Address.Contains(':', StringComparison.Ordinal) && !Address.AsSpan().ContainsAny("%[]"),
            _ => false,
        };
        address = null;
        return legal && IPAddress.TryParse(Address, out address);
    }

    /// <summary>The value of the line.</summary>
    public override string ToString()
    {
        var text = $"{NetworkType} {AddressType} {Address}";
        if (AddressType == "IP6") return AddressCount == 1 ? text : string.Create(CultureInfo.InvariantCulture, $"{text}/{AddressCount}");
        return (TimeToLive, AddressCount) switch
        {
            (null, 1) => text,
            (_, 1) => string.Create(CultureInfo.InvariantCulture, $"{text}/{TimeToLive}"),

            // IPv4 has no way to give a count without a time to live; 255 is no limit at all.
            _ => string.Create(CultureInfo.InvariantCulture, $"{text}/{TimeToLive ?? 255}/{AddressCount}"),
        };
    }

    internal static string Format(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4().ToString();

        // A scope means nothing to the peer, and "%" is not in the grammar.
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new IPAddress(address.GetAddressBytes()).ToString()
            : address.ToString();
    }
}
