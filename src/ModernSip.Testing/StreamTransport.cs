using System.Net;
using ModernSip.Errors;
using ModernSip.Transport;

namespace ModernSip.Testing;

/// <summary>The TCP of a simulated host.</summary>
internal sealed class StreamTransport(SipSimulatedHost host) : ISipTransport
{
    public SipTransportProtocol Protocol => SipTransportProtocol.Tcp;

    public ValueTask<ISipTransportBinding> BindAsync(IPEndPoint local, ISipReceiver receiver, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        host.CheckLocal(local);
        lock (host.Network.Gate)
        {
            var binding = new StreamBinding(host, host.Streams.Reserve(local), receiver);
            host.Streams.Add(binding.LocalEndPoint, binding);
            return new(binding);
        }
    }
}

/// <summary>A bound TCP port: it listens, and holds the connections that were made from it and to it.</summary>
internal sealed class StreamBinding(SipSimulatedHost host, IPEndPoint local, ISipReceiver receiver) : ISipTransportBinding
{
    private readonly Dictionary<IPEndPoint, StreamFlow> _open = [];
    private readonly Dictionary<IPEndPoint, StreamAttempt> _attempts = [];
    private bool _disposed;

    public SipTransportProtocol Protocol => SipTransportProtocol.Tcp;

    public IPEndPoint LocalEndPoint { get; } = local;

    public ISipReceiver Receiver { get; } = receiver;

    public SipSimulatedHost Host { get; } = host;

    private SipSimulatedNetwork Network => Host.Network;

    public async ValueTask<SipFlow> ConnectAsync(SipTransportTarget target, CancellationToken cancellationToken)
    {
        var remote = target.EndPoint;
        cancellationToken.ThrowIfCancellationRequested();
        if (remote.Port == 0 || SipSimulatedHost.IsWildcard(remote.Address)) throw new SipTransportException($"Nothing listens at {remote}.");
        Task<SipFlow> attempt;
        lock (Network.Gate)
        {
            if (_disposed) throw new SipTransportException($"{LocalEndPoint} is closed.");
            if (_open.TryGetValue(remote, out var flow)) return flow;
            if (!_attempts.TryGetValue(remote, out var shared)) shared = Attempt(remote);
            attempt = shared.WaitAsync();
        }

        return await attempt.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a connection that a peer makes.</summary>
    public StreamFlow Accept(IPEndPoint at, IPEndPoint peer, StreamLane outgoing)
    {
        var flow = new StreamFlow(this, at, peer, outgoing);
        flow.Open();
        _open[peer] = flow;
        return flow;
    }

    public void Forget(StreamFlow flow)
    {
        if (_open.GetValueOrDefault(flow.RemoteEndPoint) == flow) _open.Remove(flow.RemoteEndPoint);
    }

    public void Reset()
    {
        lock (Network.Gate)
        {
            foreach (var flow in _open.Values.ToArray()) flow.Abort();
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (Network.Gate)
        {
            if (_disposed) return ValueTask.CompletedTask;
            _disposed = true;
            Host.Streams.Remove(LocalEndPoint);
            foreach (var flow in _open.Values.ToArray()) flow.Close();
            foreach (var remote in _attempts.Keys.ToArray()) Fail(remote, $"{LocalEndPoint} is closed.");
        }

        return ValueTask.CompletedTask;
    }

    private StreamAttempt Attempt(IPEndPoint remote)
    {
        var attempt = new StreamAttempt(Network.Continuations);
        var own = new IPEndPoint(Host.LocalTowards(LocalEndPoint.Address, remote), Host.Streams.Ephemeral());
        var source = Host.SourceTowards(Protocol, own, remote);
        var peer = Network.Find(Host, source, remote);
        var there = new StreamLane(Network, Host, peer);
        var flow = new StreamFlow(this, own, remote, there);
        _attempts.Add(remote, attempt);
        there.Carry(() => Knock(flow, source, peer!)); // `!`: a lane to nobody never delivers
        Network.Schedule(Network.After(Network.ConditionsBetween(Host, peer).ConnectTimeout), () => End(attempt, remote, $"{remote} did not answer."));
        return attempt;

        void Knock(StreamFlow caller, IPEndPoint seenAs, SipSimulatedHost callee)
        {
            lock (Network.Gate)
            {
                var back = new StreamLane(Network, callee, Host);
                var listener = callee.Streams.Find(remote);
                if (listener is null)
                {
                    back.Carry(() => End(attempt, remote, $"{remote} refused the connection."));
                    return;
                }

                var answerer = listener.Accept(remote, seenAs, back);
                answerer.Peer = caller;
                caller.Peer = answerer;
                back.Carry(() => Establish(attempt, caller));
            }
        }
    }

    private void Establish(StreamAttempt attempt, StreamFlow flow)
    {
        lock (Network.Gate)
        {
            if (_attempts.GetValueOrDefault(flow.RemoteEndPoint) != attempt)
            {
                flow.Refuse(); // given up meanwhile; the peer thinks that it is connected
                return;
            }

            _attempts.Remove(flow.RemoteEndPoint);
            _open[flow.RemoteEndPoint] = flow;
            flow.Open();
        }

        attempt.Succeed(flow);
    }

    private void End(StreamAttempt attempt, IPEndPoint remote, string reason)
    {
        lock (Network.Gate)
        {
            if (_attempts.GetValueOrDefault(remote) == attempt) Fail(remote, reason);
        }
    }

    private void Fail(IPEndPoint remote, string reason)
    {
        _attempts.Remove(remote, out var attempt);
        attempt!.Fail(reason); // `!`: the key was there
    }
}
