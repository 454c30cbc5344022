using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Resolution;
using ModernSip.Stack.Connections;
using ModernSip.Stack.Overload;
using ModernSip.Stack.Routing;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;
using ModernSip.Transport.Streams;

namespace ModernSip.Stack;

/// <summary>A local address in use: the transports bound to it, and the connections that share them.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing that must be released.")]
internal sealed class AccessPoint(string key, LocalPoint local, ISipReceiver engine, HopResolver resolver, SipContinuations continuations) : ISipReceiver
{
    private readonly CancellationTokenSource _closed = new();
    private readonly OwnedTasks _tasks = new();
    private ImmutableList<ISipTransportBinding> _bindings = [];
    private readonly WaitingRoom _waiting = new();
    private ImmutableList<ConnectionContext> _connections = [];
    private IReadOnlyList<IRoutingCandidate> _candidates = [];

    /// <summary>What was asked for: connections that ask for the same share the access point.</summary>
    public string Key { get; } = key;

    /// <summary>What the access is to: an address, an interface, or the default route.</summary>
    public LocalPoint Local { get; } = local;

    /// <summary>The addresses that the bindings depend on; none where they cannot be lost. Changed in a turn of the stack only, as is <see cref="IsLost"/>.</summary>
    public IReadOnlyList<IPAddress> Basis { get; set; } = [];

    /// <summary>Whether the network is gone.</summary>
    public bool IsLost { get; set; }

    public IReadOnlyList<ISipTransportBinding> Bindings => _bindings;

    public IReadOnlyList<ConnectionContext> Connections => _connections;

    /// <summary>What servers say of their load; null where it is not asked for.</summary>
    public OverloadControl? Overload { get; init; }

    /// <summary>Whether peers are on this machine alone.</summary>
    public bool IsLoopback => Local.Address is { } address && IPAddress.IsLoopback(address);

    /// <summary>The clients that will open a connection here and say so before.</summary>
    public IReadOnlyList<DeclaredClient> Declared { get; init; } = [];

    /// <summary>Whom a request may be for: the connections, and the declared clients that have none yet.</summary>
    public IReadOnlyList<IRoutingCandidate> Candidates => Volatile.Read(ref _candidates);

    /// <summary>What the bound transports reach.</summary>
    public Reach Reach { get; private set; } = new([]);

    /// <summary>The port that was bound last.</summary>
    public int Port { get; private set; }

    public void Add(ISipTransportBinding binding)
    {
        _bindings = _bindings.Add(binding);
        Reach = new Reach(_bindings.Select(static bound => (bound.Protocol, bound.LocalEndPoint.AddressFamily)));
        Port = _bindings[0].LocalEndPoint.Port;
    }

    public void Add(ConnectionContext connection)
    {
        ImmutableInterlocked.Update(ref _connections, static (list, item) => list.Add(item), connection);
        CollectCandidates();
    }

    public void Remove(ConnectionContext connection)
    {
        ImmutableInterlocked.Update(ref _connections, static (list, item) => list.Remove(item), connection);
        _waiting.Dismiss(connection.Account);
        CollectCandidates();
    }

    /// <summary>A request waits for a client that has no connection yet, or does not read yet. On its shard.</summary>
    /// <param name="transaction">The request.</param>
    /// <param name="account">The client.</param>
    /// <param name="limit">How long it waits; null for as long as the peer does.</param>
    public void AwaitClient(ServerTransaction transaction, string account, TimeSpan? limit = null)
    {
        _waiting.Enter(transaction, account, limit);
        if (_connections.Find(connection => connection.Account == account && connection.IsListening) is { } connected) _waiting.Release(connected); // it came just now
    }

    /// <summary>A client's application begins to read.</summary>
    public void Release(ConnectionContext connection) => _waiting.Release(connection);

    public void OnMessage(SipFlow flow, ReadOnlySpan<byte> message)
    {
        flow.Owner ??= this;
        engine.OnMessage(flow, message);
    }

    public void OnMalformed(SipFlow flow, ReadOnlySpan<byte> octets, string reason)
    {
        flow.Owner ??= this;
        engine.OnMalformed(flow, octets, reason);
    }

    public void OnUndelivered(SipFlow flow, ReadOnlySpan<byte> message, Exception error) => engine.OnUndelivered(flow, message, error);

    public void OnClosed(SipFlow flow, Exception? error)
    {
        engine.OnClosed(flow, error);
        foreach (var connection in _connections) connection.FlowUsers.OnClosed(flow);
    }

    /// <summary>The port that peers reach this side at over the flow's protocol.</summary>
    public int ListeningPort(SipFlow flow) =>
        Find(flow.Protocol, flow.RemoteEndPoint.AddressFamily) is { LocalEndPoint.Port: > 0 and var port } ? port : flow.LocalEndPoint.Port;

    /// <summary>Whether a URI names the address and port that a flow arrived at.</summary>
    public bool IsHere(SipUri uri, SipFlow flow)
    {
        if (!uri.IsSip) return false;
        var (rules, local) = (HopRules.Of(uri.Parameters["maddr"] ?? uri.Host, uri.Port, flow.Protocol), flow.LocalEndPoint.Address);
        var isAddress = rules.Address?.Equals(local) ?? (IPAddress.IsLoopback(local) && rules.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase));
        return isAddress && (rules.Port ?? HopRules.DefaultPort(flow.Protocol)) == ListeningPort(flow);
    }

    /// <summary>A flow to the next hop: the first of its addresses that can be reached (RFC 3263 §4).</summary>
    /// <exception cref="SipResolutionException">The name has no address.</exception>
    /// <exception cref="SipTransportException">No address can be reached, or not over the transport that is asked for.</exception>
    public async ValueTask<SipFlow> FindFlowAsync(SipUri hop, SipTransportProtocol usual, CancellationToken cancellationToken)
    {
        return await FirstAsync(FindWay(hop, usual, keepsToServer: true), hop.Host, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins the way to the next hop: its targets are found and connected to one after the other (RFC 3263 §4).</summary>
    /// <param name="hop">The URI of the next hop.</param>
    /// <param name="usual">The transport where neither the URI nor the resolution says one.</param>
    /// <param name="keepsToServer">Whether the server that served last comes first among its equals.</param>
    /// <exception cref="SipResolutionException">The URI is none that can be sent to.</exception>
    public HopWay FindWay(SipUri hop, SipTransportProtocol usual, bool keepsToServer = false)
    {
        if (!hop.IsSip) throw new SipResolutionException($"{hop} is no SIP URI, and no Route or outbound proxy says where to send it.");
        var rules = HopRules.Of(hop);
        return rules.Address is { } address
            ? new HopWay(this, hop, null, resolver) { Only = rules.TargetAt(address, usual) }
            : new HopWay(this, hop, resolver.Find(rules, Reach, usual, keepsToServer), resolver);
    }

    /// <summary>A flow to a target.</summary>
    /// <exception cref="SipTransportException">It cannot be reached, or not over the transport that is asked for.</exception>
    public async ValueTask<SipFlow> ConnectAsync(HopTarget target, string host, CancellationToken cancellationToken)
    {
        if (target.Protocol == SipTransportProtocol.Ws && FindSecure(target, host) is { } secure) return secure;
        if (Find(target.Protocol, target.EndPoint.AddressFamily) is not { } binding) throw new SipTransportException($"The connection has no {target.Protocol.ToViaToken()} transport that reaches {host}.");
        var flow = await binding.ConnectAsync(new SipTransportTarget(target.EndPoint, host), cancellationToken).ConfigureAwait(false);
        flow.Owner ??= this;
        return flow;
    }

    /// <summary>Sends a response over a new connection in place of one that is gone. A peer that does not take it up has only itself to blame.</summary>
    public void SendBack(SipResponse response, SipFlow closed, int port, TimeSpan? within, TransactionEngine sender) => _tasks.Own(SendBackAsync(response, closed, port, within, sender));

    public async ValueTask CloseAsync()
    {
        await _closed.CancelAsync(continuations).ConfigureAwait(false);
        await _tasks.WhenAllEndedAsync().ConfigureAwait(false);
        await UnbindAsync().ConfigureAwait(false);
    }

    /// <summary>Closes the sockets; others may take their place.</summary>
    public async ValueTask UnbindAsync()
    {
        var bindings = _bindings;
        (_bindings, Reach) = ([], new Reach([]));
        foreach (var binding in bindings) await binding.DisposeAsync().ConfigureAwait(false);
    }

    private void CollectCandidates()
    {
        while (true)
        {
            var connections = _connections;
            Volatile.Write(ref _candidates, [.. connections, .. Declared.Where(client => !connections.Exists(connection => connection.Account == client.Account))]);
            if (ReferenceEquals(connections, _connections)) return; // else another came or went meanwhile
        }
    }

    /// <summary>A flow to the first target that can be connected to.</summary>
    private static async ValueTask<SipFlow> FirstAsync(HopWay way, string host, CancellationToken cancellationToken)
    {
        SipTransportException? failure = null;
        for (var target = 1; ; target++)
        {
            try
            {
                return await way.NextAsync(cancellationToken).ConfigureAwait(false) ?? throw failure ?? new SipTransportException($"No address of {host} can be reached.");
            }
            catch (SipTransportException exception) when (way.HasNext && target < FailoverPolicy.MostTargets)
            {
                way.Failed();
                failure = exception; // the next address may do better
            }
        }
    }

    private async Task SendBackAsync(SipResponse response, SipFlow closed, int port, TimeSpan? within, TransactionEngine sender)
    {
        var remote = new IPEndPoint(closed.RemoteEndPoint.Address, port);
        try
        {
            var begun = sender.Time.GetTimestamp();
            var flow = await FindWayBackAsync(response.Headers.Via!, closed.Protocol, remote).ConfigureAwait(false); // it is a response to a request that had one
            if (within is null || sender.Time.GetElapsedTime(begun) < within) sender.TrySend(flow, response);
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
            // The access point closes: nothing is sent from it any more.
        }
#pragma warning disable CA1031 // A transport may be the application's: whatever it throws means that the peer cannot be reached.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            sender.ReportUnsent(closed.Protocol, remote, exception);
        }
    }

    /// <summary>
    /// A connection to where the request came from, at the port of its sent-by; failing that, to a server of the name in sent-by (RFC 3263 §5). A sent-by that is
    /// an address is not followed: it would let a peer aim connections at whomever it likes.
    /// </summary>
    private async ValueTask<SipFlow> FindWayBackAsync(SipVia via, SipTransportProtocol protocol, IPEndPoint remote)
    {
        try
        {
            return await ConnectAsync(new HopTarget(protocol, remote), via.Host, _closed.Token).ConfigureAwait(false);
        }
        catch (SipTransportException) when (HopRules.Of(via.Host, via.Port, protocol) is { Address: null } rules)
        {
            var way = new HopWay(this, SipUri.Create(via.Host, user: null, via.Port), resolver.Find(rules, Reach, protocol), resolver);
            return await FirstAsync(way, via.Host, _closed.Token).ConfigureAwait(false);
        }
    }

    /// <summary>The connection that a peer opened and asked to be reached by under this name: there is nothing else to reach it by (RFC 5923 §6, RFC 7118 §5).</summary>
    public SipFlow? FindAlias(SipUri hop)
    {
        var isWebSocket = hop.Transport is { } transport && (transport.Equals("ws", StringComparison.OrdinalIgnoreCase) || transport.Equals("wss", StringComparison.OrdinalIgnoreCase));
        if (!isWebSocket && !hop.IsSecure && !string.Equals(hop.Transport, "tls", StringComparison.OrdinalIgnoreCase)) return null;
        foreach (var binding in _bindings)
        {
            var isOfKind = isWebSocket ? binding.Protocol is SipTransportProtocol.Ws or SipTransportProtocol.Wss : binding.Protocol == SipTransportProtocol.Tls;
            if (isOfKind && binding is ConnectionBinding connections && connections.FindAlias(hop.Host, isWebSocket ? 0 : hop.Port ?? 5061) is { } flow) return flow;
        }

        return null;
    }

    /// <summary>A URI does not tell a WebSocket over TLS from one without (RFC 7118 §5): where one is open over TLS, it is the one that is meant.</summary>
    private ConnectionFlow? FindSecure(HopTarget target, string host) =>
        Find(SipTransportProtocol.Wss, target.EndPoint.AddressFamily) is ConnectionBinding connections ? connections.FindOpen(new SipTransportTarget(target.EndPoint, host)) : null;

    private ISipTransportBinding? Find(SipTransportProtocol protocol, AddressFamily family)
    {
        foreach (var binding in _bindings)
        {
            if (binding.Protocol == protocol && binding.LocalEndPoint.AddressFamily == family) return binding;
        }

        return null;
    }
}
