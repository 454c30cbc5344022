using System.Collections.Concurrent;
using System.Net;

namespace ModernSip.Transport.Streams;

/// <summary>The open connections of a binding: found by the peer's end, counted by the peer's address.</summary>
internal sealed class ConnectionTable(SipStreamOptions options)
{
    // An accepted connection this long silent may be closed for another; shorter, and a transaction on it could be cut (64*T1).
    private static readonly TimeSpan Disposable = TimeSpan.FromSeconds(32);

    private readonly ConcurrentDictionary<ConnectionFlow, bool> _flows = new();
    private readonly ConcurrentDictionary<IPEndPoint, ConnectionFlow> _byRemote = new();
    private readonly ConcurrentDictionary<ConnectionFlow, bool> _accepted = new();
    private readonly ConcurrentDictionary<IPAddress, int> _acceptedByAddress = new();
    private readonly ConcurrentDictionary<(string HostName, int Port), ConnectionFlow> _aliases = new();
    private int _acceptedCount;

    /// <summary>All flows that still own something, those that are ending among them.</summary>
    public ICollection<ConnectionFlow> Flows => _flows.Keys;

    /// <summary>The newest open flow to a peer on which it has proved the name.</summary>
    public ConnectionFlow? Find(IPEndPoint remote, string? hostName)
    {
        if (!_byRemote.TryGetValue(remote, out var newest)) return null;
        if (IsUsable(newest)) return newest;
        foreach (var (flow, _) in _flows)
        {
            if (flow.RemoteEndPoint.Equals(remote) && IsUsable(flow)) return flow;
        }

        return null;

        bool IsUsable(ConnectionFlow flow) => !flow.IsClosed && flow.Proof.Covers(hostName);
    }

    public void Add(ConnectionFlow flow)
    {
        _flows.TryAdd(flow, true);
        _byRemote[flow.RemoteEndPoint] = flow;
        if (!flow.IsAccepted) return;
        _accepted.TryAdd(flow, true);
        Interlocked.Increment(ref _acceptedCount);
        _acceptedByAddress.AddOrUpdate(flow.RemoteEndPoint.Address, 1, static (_, count) => count + 1);
    }

    /// <summary>The open flow that a peer asked to be reached by under a name of its own.</summary>
    public ConnectionFlow? FindAlias(string hostName, int port) => _aliases.TryGetValue(AliasOf(hostName, port), out var flow) && !flow.IsClosed ? flow : null;

    /// <summary>A peer asks to be reached by its flow under a name. While that flow is open no other takes the name from it.</summary>
    public bool TryAddAlias(string hostName, int port, ConnectionFlow flow) =>
        _aliases.AddOrUpdate(AliasOf(hostName, port), flow, (_, known) => known.IsClosed ? flow : known) == flow;

    /// <summary>Neither finds nor counts a flow any more; a second call does nothing.</summary>
    public void Retire(ConnectionFlow flow)
    {
        _byRemote.TryRemove(new KeyValuePair<IPEndPoint, ConnectionFlow>(flow.RemoteEndPoint, flow));
        if (!_accepted.TryRemove(flow, out _)) return;
        foreach (var alias in _aliases)
        {
            if (alias.Value == flow) _aliases.TryRemove(alias);
        }

        Interlocked.Decrement(ref _acceptedCount);
        var address = flow.RemoteEndPoint.Address;
        if (_acceptedByAddress.AddOrUpdate(address, 0, static (_, count) => count - 1) == 0) _acceptedByAddress.TryRemove(new KeyValuePair<IPAddress, int>(address, 0));
    }

    /// <summary>Forgets a retired flow that owns nothing any more.</summary>
    public void Remove(ConnectionFlow flow) => _flows.TryRemove(flow, out _);

    /// <summary>Makes room for one more connection from an address.</summary>
    /// <param name="address">The peer's address.</param>
    /// <param name="victim">The connection to close for it, where one must go.</param>
    /// <returns>False when all are in use, so that the new one must go.</returns>
    public bool TryMakeRoom(IPAddress address, out ConnectionFlow? victim)
    {
        victim = null;
        if (_acceptedByAddress.GetValueOrDefault(address) >= options.MaxConnectionsPerAddress) victim = LeastUsed(address);
        else if (Volatile.Read(ref _acceptedCount) >= options.MaxConnections) victim = LeastUsed(address: null);
        else return true;
        return victim is not null;
    }

    private static (string HostName, int Port) AliasOf(string hostName, int port) => (DomainNames.Plain(hostName).ToLowerInvariant(), port);

    // Those that never said anything go first, or a flood of silent ones would drive the others out.
    private ConnectionFlow? LeastUsed(IPAddress? address)
    {
        ConnectionFlow? least = null;
        var leastRank = (Silent: false, Silence: Disposable);
        foreach (var (flow, _) in _accepted)
        {
            if (address is not null && !flow.RemoteEndPoint.Address.Equals(address)) continue;
            var rank = (Silent: !flow.HasSpoken, flow.Silence);
            if (rank.CompareTo(leastRank) < 0) continue;
            (least, leastRank) = (flow, rank);
        }

        return least;
    }
}
