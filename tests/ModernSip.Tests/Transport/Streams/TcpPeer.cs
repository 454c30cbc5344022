using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ModernSip.Tests.Transport.Streams;

/// <summary>A plain TCP socket on the other side of a transport.</summary>
internal sealed class TcpPeer : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public Socket Socket { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public IPEndPoint LocalEndPoint => (IPEndPoint)Socket.LocalEndPoint!;

    public static async Task<TcpPeer> ConnectAsync(IPEndPoint to)
    {
        var peer = new TcpPeer();
        await peer.Socket.ConnectAsync(to).WaitAsync(Limit);
        return peer;
    }

    public async Task SendAsync(byte[] octets)
    {
        for (var sent = 0; sent < octets.Length;) sent += await Socket.SendAsync(octets.AsMemory(sent)).AsTask().WaitAsync(Limit);
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        var buffer = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = await Socket.ReceiveAsync(buffer.AsMemory(read)).AsTask().WaitAsync(Limit);
            more.Should().BePositive("the connection must not end before {0} octets", count);
            read += more;
        }

        return buffer;
    }

    public async Task<byte[]> ReadToEndAsync()
    {
        var all = new List<byte>();
        var buffer = new byte[8192];
        while (await Socket.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(Limit) is > 0 and var more) all.AddRange(buffer[..more]);
        return [.. all];
    }

    /// <summary>What comes until the peer closes, or resets, the connection.</summary>
    public async Task<string> ReadToEndOrResetAsync()
    {
        var all = new StringBuilder();
        var buffer = new byte[8192];
        try
        {
            while (await Socket.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(Limit) is > 0 and var more) all.Append(Encoding.Latin1.GetString(buffer, 0, more));
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The peer did not want what was sent: that, too, is an end.
        }

        return all.ToString();
    }

    /// <summary>Sends a keep-alive and reads its answer: what was sent before has then been dealt with.</summary>
    public async Task PingAsync()
    {
        await SendAsync("\r\n\r\n"u8.ToArray());
        (await ReadAsync(2)).Should().Equal("\r\n"u8.ToArray());
    }

    public void Reset()
    {
        Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        Socket.Dispose();
    }

    public void Dispose() => Socket.Dispose();
}
