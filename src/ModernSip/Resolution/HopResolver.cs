using ModernSip.Platform;
using ModernSip.Transport;

namespace ModernSip.Resolution;

/// <summary>Finds where requests go: what all clients of the process share of RFC 3263.</summary>
internal sealed class HopResolver(ISipDnsResolver resolver, SipPlatform platform, TimeSpan limit, TimeSpan pause)
{
    /// <summary>What earlier requests have learnt.</summary>
    public TargetMemory Memory { get; } = new(platform.Time);

    /// <summary>How long a target that failed comes behind the others.</summary>
    public TimeSpan Pause => pause;

    public TimeProvider Time => platform.Time;

    public SipContinuations Continuations => platform.Continuations;

    /// <summary>Begins to look for the targets of a host; nothing is asked yet.</summary>
    /// <param name="rules">What the URI says.</param>
    /// <param name="reach">What this side has.</param>
    /// <param name="usual">The transport where neither the URI nor the domain says one.</param>
    /// <param name="keepsToServer">Whether the server that served last comes first among its equals.</param>
    public TargetFinder Find(HopRules rules, Reach reach, SipTransportProtocol usual, bool keepsToServer = false)
    {
        var preferred = keepsToServer && rules.Address is null ? Memory.ServerOf(rules.Host) : null;
        return new TargetFinder(rules.Host, new TargetSearch(rules, reach, usual, platform.Random, preferred), Memory, resolver, platform.Time, limit);
    }
}
