using ModernSip.Transport;

namespace ModernSip.Resolution;

/// <summary>The services of a domain that can be used, the best first (RFC 3263 §4.1).</summary>
internal static class NaptrOrder
{
    private static readonly Dictionary<string, (SipTransportProtocol Protocol, bool IsSecure)> Services = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SIP+D2U"] = (SipTransportProtocol.Udp, false),
        ["SIP+D2T"] = (SipTransportProtocol.Tcp, false),
        ["SIPS+D2T"] = (SipTransportProtocol.Tls, true),
        ["SIP+D2W"] = (SipTransportProtocol.Ws, false), // RFC 7118 §8.3
        ["SIPS+D2W"] = (SipTransportProtocol.Wss, true),
    };

    /// <summary>Chooses among records.</summary>
    /// <param name="records">The records as they came.</param>
    /// <param name="isSecure">Whether only secure services will do.</param>
    /// <param name="reach">What this side has.</param>
    /// <returns>The rules to follow, all of one order: behind a match no other order is looked at (RFC 3403 §4.1). Null where the domain says nothing about SIP; empty where no transport is in common.</returns>
    public static IReadOnlyList<(SipTransportProtocol Protocol, SipNaptrRecord Rule)>? Choose(IEnumerable<SipNaptrRecord> records, bool isSecure, Reach reach)
    {
        var ofSip = records
            .Where(static record => record.Regexp.Length == 0 && record.Replacement is { Length: > 0 } and not "." && IsTerminal(record))
            .Where(record => IsSip(record.Service) && (!isSecure || record.Service.StartsWith("SIPS", StringComparison.OrdinalIgnoreCase)))
            .ToList();
        if (ofSip.Count == 0) return null;

        return ofSip
            .Where(record => Services.TryGetValue(record.Service, out var service) && reach.Has(service.Protocol))
            .GroupBy(static record => record.Order)
            .OrderBy(static group => group.Key)
            .FirstOrDefault()?
            .OrderBy(static record => record.Preference)
            .Select(static record => (Services[record.Service].Protocol, record))
            .ToList() ?? [];
    }

    private static bool IsTerminal(SipNaptrRecord record) => record.Flags.Equals("s", StringComparison.OrdinalIgnoreCase) || record.Flags.Equals("a", StringComparison.OrdinalIgnoreCase);

    private static bool IsSip(string service) => service.StartsWith("SIP+D2", StringComparison.OrdinalIgnoreCase) || service.StartsWith("SIPS+D2", StringComparison.OrdinalIgnoreCase);
}
