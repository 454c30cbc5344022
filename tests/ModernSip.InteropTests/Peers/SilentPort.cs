using System.Net;
using System.Net.Sockets;

namespace ModernSip.InteropTests.Peers;

/// <summary>A UDP port that somebody has bound and never answers from: a dead server that ICMP says nothing about.</summary>
internal sealed class SilentPort : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public SilentPort()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    public int Port { get; }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
