using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace ModernSip.Transport.Udp;

/// <summary>The flows of a socket by the peer's address. Bounded: flows are values, so all may be forgotten and made again.</summary>
internal sealed class UdpFlowCache
{
    /// <summary>How many flows are kept. Forged sources can fill the cache, never grow it.</summary>
    public const int Capacity = 4096;

    private readonly ConcurrentDictionary<SocketAddress, UdpFlow> _flows = new();
    private int _count;

    /// <summary>How many flows are kept.</summary>
    public int Count => _flows.Count;

    public bool TryGet(SocketAddress address, [NotNullWhen(true)] out UdpFlow? flow) => _flows.TryGetValue(address, out flow);

    /// <summary>Keeps a flow, unless there is one for the address already.</summary>
    /// <returns>The flow that is kept.</returns>
    public UdpFlow GetOrAdd(UdpFlow flow)
    {
        if (Volatile.Read(ref _count) >= Capacity)
        {
            _flows.Clear();
            Volatile.Write(ref _count, 0);
        }

        var kept = _flows.GetOrAdd(flow.Address, flow);
        if (ReferenceEquals(kept, flow)) Interlocked.Increment(ref _count);
        return kept;
    }

    public void Remove(UdpFlow flow)
    {
        // The count may then be too high after a clearing, never too low: the cache is cleared a little early.
        _flows.TryRemove(new KeyValuePair<SocketAddress, UdpFlow>(flow.Address, flow));
    }
}
