using System.Net;
using System.Net.Sockets;

namespace ModernSip.Resolution;

/// <summary>The order in which the addresses of a host are tried: families take turns, so that one that does not work costs one attempt (RFC 8305 §4).</summary>
internal static class AddressOrder
{
    /// <summary>Orders addresses.</summary>
    /// <param name="addresses">The addresses as they came.</param>
    /// <param name="families">The families that can be reached, the preferred one first.</param>
    /// <param name="preferred">An address that comes first where it is among them.</param>
    public static IReadOnlyList<IPAddress> Order(IEnumerable<IPAddress> addresses, IReadOnlyList<AddressFamily> families, IPAddress? preferred = null)
    {
        var usable = addresses.Select(static address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).Where(IsOfOneHost).Distinct().ToList();
        var queues = families.Select(family => new Queue<IPAddress>(usable.Where(address => address.AddressFamily == family))).ToList();
        var ordered = new List<IPAddress>(usable.Count);
        while (queues.Exists(static queue => queue.Count > 0))
        {
            foreach (var queue in queues)
            {
                if (queue.TryDequeue(out var address)) ordered.Add(address);
            }
        }

        if (preferred is not null && ordered.Remove(preferred)) ordered.Insert(0, preferred);
        return ordered;
    }

    /// <summary>A zone may say what it likes: nothing is sent to "any address", to a group or to everybody.</summary>
    private static bool IsOfOneHost(IPAddress address) =>
        !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !address.Equals(IPAddress.Broadcast) && !address.IsIPv6Multicast
        && !(address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] is 0 or >= 224);
}
