using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Transport;

namespace ModernSip.Resolution;

/// <summary>Finds where requests go: what all clients of the process share of RFC 3263.</summary>
internal sealed class HopResolver(ISipDnsResolver resolver, SipPlatform platform, TimeSpan limit)
{
    /// <summary>What earlier requests have learnt.</summary>
    public TargetMemory Memory { get; } = new(platform.Time);

    /// <summary>Begins to look for the targets of a URI; nothing is asked yet.</summary>
    /// <param name="hop">The next hop.</param>
    /// <param name="reach">What this side has.</param>
    /// <param name="usual">The transport where neither the URI nor the domain says one.</param>
    /// <param name="keepsToServer">Whether the server that served last comes first among its equals.</param>
    /// <exception cref="Errors.SipResolutionException">The URI asks for what cannot be.</exception>
    public TargetFinder Find(SipUri hop, Reach reach, SipTransportProtocol usual, bool keepsToServer = false) => Find(HopRules.Of(hop), reach, usual, keepsToServer);

    /// <summary>Begins to look for the targets of a host.</summary>
    public TargetFinder Find(HopRules rules, Reach reach, SipTransportProtocol usual, bool keepsToServer = false)
    {
        var preferred = keepsToServer && rules.Address is null ? Memory.ServerOf(rules.Host) : null;
        return new TargetFinder(rules.Host, new TargetSearch(rules, reach, usual, platform.Random, preferred), Memory, resolver, platform.Time, limit);
    }
}
