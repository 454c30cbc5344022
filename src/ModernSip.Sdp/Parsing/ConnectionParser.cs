using System.Diagnostics.CodeAnalysis;

namespace ModernSip.Sdp.Parsing;

/// <summary>Reads <c>IN IP4 224.2.1.1/127/3</c> and its kin (RFC 8866 §5.7).</summary>
internal static class ConnectionParser
{
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out SdpConnection? connection)
    {
        connection = null;
        var fields = new Fields(text);
        if (!fields.TryNext(out var network) || !Grammar.IsToken(network)) return false;
        if (!fields.TryNext(out var type) || !Grammar.IsToken(type)) return false;
        if (!fields.TryNext(out var address) || !fields.AtEnd) return false;

        Span<Range> parts = stackalloc Range[4];
        var count = address.Split(parts, '/');
        var isIPv6 = type is "IP6";
        if (count > (isIPv6 ? 2 : 3) || !Grammar.IsAddress(address[parts[0]])) return false;

        // IPv4: address/ttl/count. IPv6: address/count.
        int? timeToLive = null;
        if (!isIPv6 && count > 1)
        {
            if (!Fields.TryNumber(address[parts[1]], 0, 255, out var hops)) return false;
            timeToLive = hops;
        }

        var addresses = 1;
        if (count == (isIPv6 ? 2 : 3) && !Fields.TryNumber(address[parts[count - 1]], 1, 65_535, out addresses)) return false;

        connection = new SdpConnection(network.ToString(), type.ToString(), address[parts[0]].ToString())
        {
            TimeToLive = timeToLive,
            AddressCount = addresses,
        };
        return true;
    }
}
