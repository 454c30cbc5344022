namespace ModernSip.Load.Callers;

/// <summary>Where a call stands.</summary>
internal struct WireCall
{
    public WireStep Step;
    public int Repeats;
    public long Begun;
    public byte[]? Tag;
}

internal enum WireStep : byte
{
    NotBegun,
    Requested,
    HangingUp,
    Succeeded,
    Failed,
}
