using System.Net;
using ModernSip.Errors;

namespace ModernSip.Transport.Udp;

/// <summary>A pair of addresses on a UDP socket. It owns nothing: closing it only ends its use.</summary>
internal sealed class UdpFlow(UdpBinding binding, SocketAddress address, IPEndPoint remote) : SipFlow
{
    private volatile bool _closed;

    public override SipTransportProtocol Protocol => SipTransportProtocol.Udp;

    public override IPEndPoint LocalEndPoint => binding.LocalEndPointTowards(remote.Address);

    public override IPEndPoint RemoteEndPoint => remote;

    public override bool IsClosed => _closed || binding.IsDisposed;

    /// <summary>The peer's address as the operating system writes it. Never changed once the flow is made.</summary>
    public SocketAddress Address => address;

    public override void Send(ReadOnlySpan<byte> message) => binding.Send(this, message);

    public override SipFlow ToPort(int port) => binding.FlowTo(new IPEndPoint(remote.Address, port));

    internal override bool CanPing => true;

    internal override void Ping(ReadOnlySpan<byte> id) => binding.SendBindingRequest(this, id);

    internal override void Fail(SipTransportException error)
    {
        Close();
        binding.ReportFailure(this, error);
    }

    public override void Close()
    {
        _closed = true;
        binding.Forget(this);
    }
}
