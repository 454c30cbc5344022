using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Resolution;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>The way of one request to its next hop: target after target, until one serves (RFC 3263 §4.3).</summary>
/// <param name="accessPoint">Where it begins.</param>
/// <param name="hop">The URI, whose host a certificate must prove whatever the target is (RFC 5922 §4).</param>
/// <param name="finder">Finds the targets; null where there is only one.</param>
/// <param name="resolver">What is shared between requests.</param>
internal sealed class HopWay(AccessPoint accessPoint, SipUri hop, TargetFinder? finder, HopResolver resolver)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan PauseWithoutStream = TimeSpan.FromMinutes(5);

    private HopTarget? _current;
    private bool _hasBegun;

    /// <summary>The only target, where the URI names it and there is nothing to look up.</summary>
    public HopTarget? Only { get; init; }

    /// <summary>Whether there may be another target.</summary>
    public bool HasNext => finder?.HasNext ?? _current is null;

    /// <summary>A flow to the next target.</summary>
    /// <returns>The flow; null where there is no target any more.</returns>
    /// <exception cref="SipResolutionException">There never was a target.</exception>
    /// <exception cref="SipTransportException">The target cannot be connected to; another may be.</exception>
    public async ValueTask<SipFlow?> NextAsync(CancellationToken cancellationToken)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            if (accessPoint.FindAlias(hop) is { } alias) return alias;
        }

        _current = finder is null ? (_current is null ? Only : null) : await finder.NextAsync(cancellationToken).ConfigureAwait(false);
        if (finder is null || _current is not { } target || target.Protocol == SipTransportProtocol.Udp || !finder.HasSibling(target)) return await AgainAsync(cancellationToken).ConfigureAwait(false);
        (_current, var flow) = await new ConnectRace(accessPoint, hop.Host, finder, resolver).RunAsync(target, cancellationToken).ConfigureAwait(false);
        return flow;
    }

    /// <summary>A flow to the target that was had last.</summary>
    public async ValueTask<SipFlow?> AgainAsync(CancellationToken cancellationToken) =>
        _current is { } target ? await accessPoint.ConnectAsync(target, hop.Host, cancellationToken).ConfigureAwait(false) : null;

    /// <summary>A TCP connection to the peer of a UDP flow, for a request that is too long for a datagram; the UDP flow where the peer takes none (RFC 3261 §18.1.1).</summary>
    /// <param name="flow">The UDP flow.</param>
    /// <param name="limit">How long to wait for the connection.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async ValueTask<SipFlow?> StreamAsync(SipFlow flow, TimeSpan limit, CancellationToken cancellationToken)
    {
        var stream = new HopTarget(SipTransportProtocol.Tcp, flow.RemoteEndPoint);
        if (!accessPoint.Reach.Has(SipTransportProtocol.Tcp, flow.RemoteEndPoint.AddressFamily) || resolver.Memory.IsAvoided(stream)) return flow;
        try
        {
            return await accessPoint.ConnectAsync(stream, hop.Host, cancellationToken).AsTask().WaitAsync(limit, resolver.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SipTransportException or TimeoutException)
        {
            resolver.Memory.Avoid(stream, PauseWithoutStream); // most do not listen at all, so the next long request need not ask again
            return flow;
        }
    }

    /// <summary>The target has failed: others come first for a while.</summary>
    /// <param name="seconds">How long it wants to be left alone; null where it does not say.</param>
    public void Failed(uint? seconds = null)
    {
        if (_current is not { } target) return;
        var wanted = seconds is null ? resolver.Pause : TimeSpan.FromSeconds(seconds.Value);
        resolver.Memory.Avoid(target, wanted < LongestPause ? wanted : LongestPause);
    }

    /// <summary>The target has served.</summary>
    public void Served()
    {
        if (_current is { } target) resolver.Memory.Served(finder?.Host ?? hop.Host, target);
    }
}
