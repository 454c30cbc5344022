using System.Net;
using System.Net.Sockets;
using ModernSip.Cli.Running;

namespace ModernSip.Cli.Calls;

/// <summary>The audio port that our descriptions name: bound, so that nobody else gets what peers send there, and never read.</summary>
internal sealed class MediaPort : IDisposable
{
    private readonly Socket _socket;

    private MediaPort(Socket socket, IPAddress address)
    {
        _socket = socket;
        Address = address;
    }

    public IPAddress Address { get; }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Binds an even port (RFC 3550 §11) at a local address; a wildcard address becomes the one that packets leave from.</summary>
    /// <exception cref="LocalFailureException">There is no port.</exception>
    public static MediaPort Bind(IPAddress local)
    {
        const int Attempts = 64;
        try
        {
            var address = local.Equals(IPAddress.Any) || local.Equals(IPAddress.IPv6Any) ? OutwardAddress(local.AddressFamily) : local;
            for (var attempt = 1; ; attempt++)
            {
                var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                socket.Bind(new IPEndPoint(address, 0));
                if (((IPEndPoint)socket.LocalEndPoint!).Port % 2 == 0 || attempt == Attempts) return new MediaPort(socket, address);
                socket.Dispose();
            }
        }
        catch (SocketException exception)
        {
            throw new LocalFailureException(exception);
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>The address of the route outwards. Connecting a datagram socket sends nothing.</summary>
    private static IPAddress OutwardAddress(AddressFamily family)
    {
        var isIPv4 = family == AddressFamily.InterNetwork;
        using var probe = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            probe.Connect(isIPv4 ? IPAddress.Parse("192.0.2.1") : IPAddress.Parse("2001:db8::1"), 9);
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return isIPv4 ? IPAddress.Loopback : IPAddress.IPv6Loopback; // no route: a machine by itself
        }
    }
}
