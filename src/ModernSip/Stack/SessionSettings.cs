namespace ModernSip.Stack;

/// <summary>What a client does in its sessions beyond RFC 3261.</summary>
internal sealed record SessionSettings
{
    /// <summary>Whether provisional responses can be reliable (RFC 3262).</summary>
    public bool OffersReliable { get; init; } = true;

    /// <summary>Whether they must be.</summary>
    public bool DemandsReliable { get; init; }

    /// <summary>Whether sessions may have timers (RFC 4028).</summary>
    public bool UsesTimers { get; init; } = true;

    /// <summary>The interval in seconds that this side asks for, and grants where the caller asks for none; null to leave it to the peer.</summary>
    public uint? Expires { get; init; }

    /// <summary>Whether an INVITE may take the place of a dialog (RFC 3891).</summary>
    public bool TakesReplaces { get; init; } = true;
}
