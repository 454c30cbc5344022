using System.Net;
using ModernSip.Errors;
using ModernSip.Transport;

namespace ModernSip.Testing;

/// <summary>The UDP of a simulated host.</summary>
internal sealed class DatagramTransport(SipSimulatedHost host) : ISipTransport
{
    public SipTransportProtocol Protocol => SipTransportProtocol.Udp;

    public ValueTask<ISipTransportBinding> BindAsync(IPEndPoint local, ISipReceiver receiver, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        host.CheckLocal(local);
        lock (host.Network.Gate)
        {
            var binding = new DatagramBinding(host, host.Datagrams.Reserve(local), receiver);
            host.Datagrams.Add(binding.LocalEndPoint, binding);
            return new(binding);
        }
    }
}

/// <summary>A bound UDP port.</summary>
internal sealed class DatagramBinding(SipSimulatedHost host, IPEndPoint local, ISipReceiver receiver) : ISipTransportBinding
{
    private readonly Dictionary<(IPEndPoint Local, IPEndPoint Remote), DatagramFlow> _flows = [];
    private bool _disposed;

    public SipTransportProtocol Protocol => SipTransportProtocol.Udp;

    public IPEndPoint LocalEndPoint { get; } = local;

    public ISipReceiver Receiver { get; } = receiver;

    public ValueTask<SipFlow> ConnectAsync(SipTransportTarget target, CancellationToken cancellationToken)
    {
        var remote = target.EndPoint;
        cancellationToken.ThrowIfCancellationRequested();
        if (remote.Port == 0 || SipSimulatedHost.IsWildcard(remote.Address)) throw new SipTransportException($"Nothing can be sent to {remote}.");
        var from = host.LocalTowards(LocalEndPoint.Address, remote);
        lock (host.Network.Gate)
        {
            if (_disposed) throw new SipTransportException($"{LocalEndPoint} is closed.");
            return new(FlowTo(new IPEndPoint(from, LocalEndPoint.Port), remote));
        }
    }

    /// <summary>The open flow between two addresses, or a new one.</summary>
    public DatagramFlow FlowTo(IPEndPoint from, IPEndPoint remote)
    {
        if (!_flows.TryGetValue((from, remote), out var flow)) _flows[(from, remote)] = flow = new DatagramFlow(this, from, remote);
        return flow;
    }

    /// <summary>The flow to another port of a flow's peer.</summary>
    public DatagramFlow FlowToPort(DatagramFlow flow, int port)
    {
        lock (host.Network.Gate) return FlowTo(flow.LocalEndPoint, new IPEndPoint(flow.RemoteEndPoint.Address, port));
    }

    public void Send(DatagramFlow flow, ReadOnlySpan<byte> octets) => host.Network.SendDatagram(host, flow.LocalEndPoint, flow.RemoteEndPoint, octets);

    public void Forget(DatagramFlow flow)
    {
        lock (host.Network.Gate) _flows.Remove((flow.LocalEndPoint, flow.RemoteEndPoint));
    }

    public ValueTask DisposeAsync()
    {
        lock (host.Network.Gate)
        {
            if (_disposed) return ValueTask.CompletedTask;
            _disposed = true;
            host.Datagrams.Remove(LocalEndPoint);
            foreach (var flow in _flows.Values.ToArray()) flow.Close();
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>A pair of addresses that datagrams go between.</summary>
internal sealed class DatagramFlow(DatagramBinding binding, IPEndPoint local, IPEndPoint remote) : SipFlow
{
    private volatile bool _closed;

    public override SipTransportProtocol Protocol => SipTransportProtocol.Udp;

    public override IPEndPoint LocalEndPoint { get; } = local;

    public override IPEndPoint RemoteEndPoint { get; } = remote;

    public override bool IsClosed => _closed;

    public override void Send(ReadOnlySpan<byte> message)
    {
        if (_closed) throw new SipTransportException($"The flow {this} is closed.");
        binding.Send(this, message);
    }

    public override SipFlow ToPort(int port) => binding.FlowToPort(this, port);

    public override void Close()
    {
        if (_closed) return;
        _closed = true;
        binding.Forget(this);
    }
}
