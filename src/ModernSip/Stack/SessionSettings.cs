namespace ModernSip.Stack;

/// <summary>What a client does in its sessions beyond RFC 3261.</summary>
internal sealed record SessionSettings
{
    /// <summary>Whether provisional responses can be reliable (RFC 3262).</summary>
    public bool OffersReliable { get; init; } = true;

    /// <summary>Whether they must be.</summary>
    public bool DemandsReliable { get; init; }
}
