using System.Net;
using System.Net.Sockets;

namespace ModernSip.Tests.Transport.Streams;

/// <summary>A listener whose queue is full, so that the operating system lets a new connection wait.</summary>
internal sealed class FullListener : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _clients = [];

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public static async Task<FullListener> CreateAsync()
    {
        var full = new FullListener();
        full._listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full._listener.Listen(0);

        // A queue of length 0 holds one connection on Linux, and the attempts after it wait.
        for (var i = 0; i < 4; i++)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            full._clients.Add(client);
            var connect = client.ConnectAsync(full.EndPoint);
            if (i == 0) await connect;
            else _ = connect.ContinueWith(task => task.Exception, TaskScheduler.Default);
        }

        return full;
    }

    /// <summary>Accepts whoever waits, from now on.</summary>
    public void MakeRoom() => _ = AcceptAsync();

    public void Dispose()
    {
        _listener.Dispose();
        _clients.ForEach(client => client.Dispose());
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _clients.Add(await _listener.AcceptAsync());
        }
        catch (SocketException)
        {
            // The listener was disposed: the test is over.
        }
    }
}
