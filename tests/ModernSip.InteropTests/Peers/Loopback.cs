using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace ModernSip.InteropTests.Peers;

/// <summary>Ports on 127.0.0.1 for peers, which must be told a number before they bind it.</summary>
internal static class Loopback
{
    /// <summary>How many neighbouring ports a reservation holds: some peers take their port's neighbours for TLS, control and media.</summary>
    public const int BlockSize = 10;

    // Below the range the kernel hands out itself, so that nobody is given one of these between our look and the peer's bind.
    private const int First = 20_000;
    private const int Blocks = 1_200;

    // Shared by all tests of this process on purpose: no two of them may be given the same block. Two test hosts start apart.
    private static int _next = Environment.ProcessId * 37 % Blocks;

    /// <summary>The first of <see cref="BlockSize"/> ports that are free for UDP and TCP.</summary>
    public static int ReservePorts()
    {
        for (var attempt = 0; attempt < Blocks; attempt++)
        {
            var first = First + (Interlocked.Increment(ref _next) % Blocks * BlockSize);
            if (Enumerable.Range(first, BlockSize).All(IsFree)) return first;
        }

        throw new InvalidOperationException("No block of free ports is left on 127.0.0.1.");
    }

    /// <summary>Waits until somebody has bound the UDP port, or listens on the TCP port.</summary>
    public static async Task WaitUntilBoundAsync(string owner, int port, bool tcp, Task exited, CancellationToken deadline)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        try
        {
            while (!IsBound(port, tcp))
            {
                if (exited.IsCompleted) throw new InvalidOperationException($"{owner} ended before it bound port {port}.");
                await look.WaitForNextTickAsync(deadline);
            }
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException($"{owner} did not bind port {port} in time.", late);
        }
    }

    private static bool IsBound(int port, bool tcp)
    {
        var properties = IPGlobalProperties.GetIPGlobalProperties();
        var listeners = tcp ? properties.GetActiveTcpListeners() : properties.GetActiveUdpListeners();
        return listeners.Any(endPoint => endPoint.Port == port);
    }

    private static bool IsFree(int port) =>
        CanBind(SocketType.Dgram, ProtocolType.Udp, port) && CanBind(SocketType.Stream, ProtocolType.Tcp, port);

    private static bool CanBind(SocketType type, ProtocolType protocol, int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
