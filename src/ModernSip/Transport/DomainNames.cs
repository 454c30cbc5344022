using System.Net;

namespace ModernSip.Transport;

/// <summary>Compares the hosts of URIs and certificates: whole names without case, addresses by value; no wildcard counts (RFC 5922 §7.2).</summary>
internal static class DomainNames
{
    /// <summary>The host without what spelling adds to it: brackets around an IPv6 address, the dot of the root.</summary>
    public static string Plain(string host)
    {
        if (host is ['[', .. var address, ']']) return address;
        return host.EndsWith('.') ? host[..^1] : host;
    }

    public static bool AreSame(string one, string other)
    {
        (one, other) = (Plain(one), Plain(other));
        if (string.Equals(one, other, StringComparison.OrdinalIgnoreCase)) return true;
        return IPAddress.TryParse(one, out var address) && IPAddress.TryParse(other, out var otherAddress) && address.Equals(otherAddress);
    }

    public static bool IsWildcard(string name) => name.StartsWith('*') || name.StartsWith('.');
}
