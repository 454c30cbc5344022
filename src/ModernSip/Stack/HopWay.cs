using ModernSip.Resolution;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>The way of one request to its next hop: target after target, until one serves (RFC 3263 §4.3).</summary>
internal sealed class HopWay(AccessPoint accessPoint, string host, TargetFinder finder, TargetMemory memory)
{
    private HopTarget? _current;

    /// <summary>Whether there may be another target.</summary>
    public bool HasNext => finder.HasNext;

    /// <summary>A flow to the next target. The name that a certificate must prove stays that of the URI (RFC 5922 §4).</summary>
    /// <returns>The flow; null where there is no target any more.</returns>
    /// <exception cref="Errors.SipResolutionException">There never was a target.</exception>
    /// <exception cref="Errors.SipTransportException">The target cannot be connected to; another may be.</exception>
    public async ValueTask<SipFlow?> NextAsync(CancellationToken cancellationToken)
    {
        _current = await finder.NextAsync(cancellationToken).ConfigureAwait(false);
        return _current is { } target ? await accessPoint.ConnectAsync(target, host, cancellationToken).ConfigureAwait(false) : null;
    }

    /// <summary>The target has failed: others come first for a while.</summary>
    public void Failed(TimeSpan pause)
    {
        if (_current is { } target) memory.Avoid(target, pause);
    }

    /// <summary>The target has served.</summary>
    public void Served()
    {
        if (_current is { } target) memory.Served(finder.Host, target);
    }
}
