using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ModernSip.Transactions.Engine;

namespace ModernSip.Stack.Overload;

/// <summary>Lets each source begin so many things a second, with a bucket that holds twice as many; nobody can take the room of the others.</summary>
/// <remarks>
/// A token bucket is one number: the time at which it will be full again. System.Threading.RateLimiting would keep a timer and a clock of its own, which no
/// simulation can repeat. Loopback is not limited: whoever is on this machine has other ways to wear it out.
/// </remarks>
internal sealed class SourceGate(int perSecond, TimeProvider time) : IRequestGate
{
    private const int MostSources = 10_000;
    private const double Burst = 2; // seconds' worth

    private readonly ConcurrentDictionary<IPAddress, Bucket> _sources = new();
    private readonly Bucket _others = new(); // those that came when there was no room for more
    private readonly long _cost = time.TimestampFrequency / perSecond;
    private readonly long _room = (long)(Burst * time.TimestampFrequency);

    public int SourceCount => _sources.Count;

    public bool Lets(IPAddress source)
    {
        if (IPAddress.IsLoopback(source)) return true;
        var now = time.GetTimestamp();
        var key = Network(source);
        if (_sources.TryGetValue(key, out var bucket)) return bucket.TryTake(now, _cost, _room);
        if (_sources.Count >= MostSources) Forget(now);
        return (_sources.Count < MostSources ? _sources.GetOrAdd(key, static _ => new Bucket()) : _others).TryTake(now, _cost, _room);
    }

    /// <summary>In IPv6 who has one address has at least 2^64 of them.</summary>
    private static IPAddress Network(IPAddress source)
    {
        if (source.IsIPv4MappedToIPv6) return source.MapToIPv4();
        if (source.AddressFamily != AddressFamily.InterNetworkV6) return source;
        Span<byte> octets = stackalloc byte[16];
        source.TryWriteBytes(octets, out _);
        octets[8..].Clear();
        return new IPAddress(octets);
    }

    /// <summary>A bucket that is full says nothing.</summary>
    private void Forget(long now)
    {
        foreach (var (key, bucket) in _sources)
        {
            if (bucket.IsFull(now)) _sources.TryRemove(key, out _);
        }
    }

    private sealed class Bucket
    {
        private long _fullAt;

        public bool IsFull(long now) => Interlocked.Read(ref _fullAt) <= now;

        public bool TryTake(long now, long cost, long room)
        {
            while (true)
            {
                var fullAt = Interlocked.Read(ref _fullAt);
                var next = Math.Max(fullAt, now) + cost;
                if (next - now > room) return false;
                if (Interlocked.CompareExchange(ref _fullAt, next, fullAt) == fullAt) return true;
            }
        }
    }
}
