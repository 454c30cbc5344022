using System.Collections.Concurrent;
using System.Net;
using ModernSip.Transport;

namespace ModernSip.Resolution;

/// <summary>What requests have learnt about targets: which failed and are avoided for a while, and which one a host's requests were served by.</summary>
/// <remarks>Bounded: a flood of targets makes it forget, never grow. Safe to use from any thread.</remarks>
internal sealed class TargetMemory(TimeProvider time)
{
    private const int Capacity = 1_024;

    private readonly ConcurrentDictionary<(SipTransportProtocol, IPEndPoint), Pause> _pauses = new();
    private readonly ConcurrentDictionary<string, HopTarget> _served = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Has a target tried behind the others for a while.</summary>
    public void Avoid(HopTarget target, TimeSpan pause)
    {
        if (_pauses.Count >= Capacity) _pauses.Clear();
        _pauses[(target.Protocol, target.EndPoint)] = new Pause(time.GetTimestamp(), pause);
    }

    public bool IsAvoided(HopTarget target)
    {
        if (_pauses.IsEmpty || !_pauses.TryGetValue((target.Protocol, target.EndPoint), out var pause)) return false;
        if (time.GetElapsedTime(pause.Begun) < pause.Length) return true;
        _pauses.TryRemove(new KeyValuePair<(SipTransportProtocol, IPEndPoint), Pause>((target.Protocol, target.EndPoint), pause));
        return false;
    }

    /// <summary>A target has served: there is no reason to avoid it any more, and what belongs together may keep to it.</summary>
    public void Served(string host, HopTarget target)
    {
        if (!_pauses.IsEmpty) _pauses.TryRemove((target.Protocol, target.EndPoint), out _);
        if (target.Server is null) return; // there was nothing to choose
        if (_served.Count >= Capacity) _served.Clear();
        _served[host] = target;
    }

    /// <summary>The target that served a host's requests last; null where none did.</summary>
    public HopTarget? ServerOf(string host) => _served.TryGetValue(host, out var target) ? target : null;

    private sealed record Pause(long Begun, TimeSpan Length);
}
