using System.Net;
using ModernSip.Errors;
using ModernSip.Transport;

namespace ModernSip.Testing;

/// <summary>One end of a simulated connection.</summary>
internal sealed class StreamFlow : SipFlow
{
    private const int QueueLimit = 4 * 1024 * 1024;

    private readonly StreamBinding _binding;
    private readonly StreamLane _out;
    private volatile bool _closed;
    private int _queued;

    public StreamFlow(StreamBinding binding, IPEndPoint local, IPEndPoint remote, StreamLane outgoing)
    {
        _binding = binding;
        _out = outgoing;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
    }

    public override SipTransportProtocol Protocol => SipTransportProtocol.Tcp;

    public override IPEndPoint LocalEndPoint { get; }

    public override IPEndPoint RemoteEndPoint { get; }

    public override bool IsClosed => _closed;

    /// <summary>The other end, once it exists.</summary>
    public StreamFlow? Peer { get; set; }

    private SipSimulatedNetwork Network => _binding.Host.Network;

    /// <summary>The end is connected from now on, and its receiver is told when it closes.</summary>
    public void Open() => _out.GaveUp = () => Shut(new SipTransportException($"The connection {this} timed out."));

    public override void Send(ReadOnlySpan<byte> message)
    {
        lock (Network.Gate)
        {
            if (_closed) throw new SipTransportException($"The flow {this} is closed.");
            if (_queued + message.Length > QueueLimit) throw new SipTransportException($"The queue of the flow {this} is full.");
            var packet = Network.Capture(new SipCapturedPacket(Network.Elapsed(), LocalEndPoint, RemoteEndPoint, Protocol, message.ToArray())
            {
                TranslatedFrom = Peer!.RemoteEndPoint.Equals(LocalEndPoint) ? null : Peer.RemoteEndPoint, // `!`: a flow is given out when both ends exist
            });
            _queued += message.Length;
            _out.Carry(() => Deliver(packet));
        }
    }

    public override void Close()
    {
        lock (Network.Gate)
        {
            if (_closed) return;
            EndHere(null);
            _out.Carry(() => Peer!.Shut(null)); // `!`: as in Send
        }
    }

    /// <summary>Breaks the connection from this end.</summary>
    public void Abort()
    {
        lock (Network.Gate)
        {
            if (_closed) return;
            EndHere(new SipTransportException($"The connection {this} was reset."));
            Refuse();
        }
    }

    /// <summary>Tells the other end that there is no such connection here.</summary>
    public void Refuse()
    {
        _closed = true;
        _out.Carry(() => Peer!.Shut(new SipTransportException($"The connection {Peer} was reset by the peer."))); // `!`: as in Send
    }

    private void Deliver(SipCapturedPacket packet)
    {
        var peer = Peer!; // as in Send
        lock (Network.Gate)
        {
            _queued -= packet.Content.Length;
            packet.Fate = peer._closed ? SipPacketFate.NoListener : SipPacketFate.Delivered;
            if (peer._closed) peer.Refuse();
        }

        if (!packet.IsDropped) peer._binding.Receiver.OnMessage(peer, packet.Content.Span);
    }

    // Runs on the wire, so the receiver can be told at once.
    private void Shut(Exception? error)
    {
        lock (Network.Gate)
        {
            if (_closed) return;
            _closed = true;
            _binding.Forget(this);
        }

        _binding.Receiver.OnClosed(this, error);
    }

    // Runs inside a call of the flow's user, who is told later.
    private void EndHere(Exception? error)
    {
        _closed = true;
        _binding.Forget(this);
        Network.Schedule(Network.Now(), () => _binding.Receiver.OnClosed(this, error));
    }
}
