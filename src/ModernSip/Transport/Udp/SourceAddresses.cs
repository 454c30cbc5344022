using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ModernSip.Transport.Udp;

/// <summary>Finds which local address the operating system sends from towards a peer, for a socket that is bound to all of them.</summary>
/// <remarks>Connecting a UDP socket looks the route up and sends nothing. Answers are kept for a while only, since addresses and routes change.</remarks>
internal sealed class SourceAddresses(int port, TimeProvider time)
{
    private const int Capacity = 4096;

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<IPAddress, Entry> _entries = new();
    private int _count;

    /// <summary>The local end towards a peer.</summary>
    /// <exception cref="SocketException">There is no route.</exception>
    public IPEndPoint Towards(IPAddress remote)
    {
        var now = time.GetTimestamp();
        if (_entries.TryGetValue(remote, out var entry) && time.GetElapsedTime(entry.Found, now) < Lifetime) return entry.Local;

        var local = new IPEndPoint(Find(remote), port);
        if (Interlocked.Increment(ref _count) > Capacity)
        {
            _entries.Clear();
            Volatile.Write(ref _count, 1);
        }

        _entries[remote] = new Entry(local, now);
        return local;
    }

    private static IPAddress Find(IPAddress remote)
    {
        using var probe = new Socket(remote.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        probe.Connect(new IPEndPoint(remote, 9)); // any port: nothing is sent
        return ((IPEndPoint)probe.LocalEndPoint!).Address; // set, since the socket is connected
    }

    private sealed record Entry(IPEndPoint Local, long Found);
}
