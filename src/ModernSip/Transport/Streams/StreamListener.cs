using System.Net;
using System.Net.Sockets;
using ModernSip.Errors;

namespace ModernSip.Transport.Streams;

/// <summary>Opens the sockets that listen for connections.</summary>
internal static class StreamListener
{
    private const int Backlog = 512;

    /// <exception cref="SipTransportException">The address is in use or not of this machine.</exception>
    public static Socket Open(SipTransportProtocol protocol, IPEndPoint local)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (local.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            if (OperatingSystem.IsWindows()) socket.ExclusiveAddressUse = true; // else another process may take the port over
            socket.Bind(local);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            throw new SipTransportException($"Cannot bind {protocol.ToViaToken()} {local}: {exception.SocketErrorCode}", exception);
        }
    }
}
