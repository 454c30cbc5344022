using ModernSip.Messages;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>The flow to one next hop that requests keep to, so that its name is not resolved for each (C6) and its connection stays the same (RFC 5626 §4.3).</summary>
internal sealed class KeptFlow
{
    private Entry? _kept;

    /// <summary>The flow that was kept last; null before.</summary>
    public SipFlow? Flow => Volatile.Read(ref _kept)?.Flow;

    /// <summary>From now on requests to this hop take this flow.</summary>
    public void Keep(SipUri hop, SipFlow flow) => Volatile.Write(ref _kept, new Entry(hop, flow));

    /// <summary>The flow to a hop; null where none is kept, or it is closed.</summary>
    public SipFlow? For(SipUri hop) => Volatile.Read(ref _kept) is { Flow.IsClosed: false } kept && kept.Hop == hop ? kept.Flow : null;

    private sealed record Entry(SipUri Hop, SipFlow Flow);
}
