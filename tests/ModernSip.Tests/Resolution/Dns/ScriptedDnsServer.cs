using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace ModernSip.Tests.Resolution.Dns;

/// <summary>A DNS server on loopback that answers as its script says: over UDP with any number of datagrams, over TCP with any octets.</summary>
internal sealed class ScriptedDnsServer : IAsyncDisposable
{
    private readonly Socket _datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<bool> _questions = Channel.CreateUnbounded<bool>();
    private readonly Task _running;
    private int _byDatagram;
    private int _byStream;

    public ScriptedDnsServer()
    {
        while (true)
        {
            _datagrams.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            EndPoint = (IPEndPoint)_datagrams.LocalEndPoint!;
            try
            {
                _listener.Bind(EndPoint);
                break;
            }
            catch (SocketException)
            {
                _datagrams.Dispose();
                _datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            }
        }

        _listener.Listen();
        _running = Task.WhenAll(ServeDatagramsAsync(), ServeStreamsAsync());
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>The datagrams that answer a query, in order.</summary>
    public Func<byte[], IEnumerable<byte[]>> Datagrams { get; set; } = static _ => [];

    /// <summary>What is written to a connection after a query, its length before it where the script wants that.</summary>
    public Func<byte[], IEnumerable<byte[]>> Stream { get; set; } = static _ => [];

    public int ByDatagram => Volatile.Read(ref _byDatagram);

    public int ByStream => Volatile.Read(ref _byStream);

    public List<IPEndPoint> Sources { get; } = [];

    public List<ushort> Ids { get; } = [];

    /// <summary>Awaits a question, by UDP or TCP.</summary>
    public ValueTask<bool> AskedAsync() => _questions.Reader.ReadAsync(_stopping.Token);

    /// <summary>A message with its length before it (RFC 1035 §4.2.2).</summary>
    public static byte[] Framed(byte[] message) => [(byte)(message.Length >> 8), (byte)message.Length, .. message];

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _datagrams.Dispose();
        _listener.Dispose();
        await _running;
    }

    private async Task ServeDatagramsAsync()
    {
        var buffer = new byte[2048];
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var received = await _datagrams.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stopping.Token);
                Interlocked.Increment(ref _byDatagram);
                Sources.Add((IPEndPoint)received.RemoteEndPoint);
                Ids.Add(BinaryPrimitives.ReadUInt16BigEndian(buffer));
                foreach (var answer in Datagrams(buffer[..received.ReceivedBytes])) await _datagrams.SendToAsync(answer, received.RemoteEndPoint);
                _questions.Writer.TryWrite(true);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                // The test is over, or the asker is gone.
            }
        }
    }

    private async Task ServeStreamsAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                using var socket = await _listener.AcceptAsync(_stopping.Token);
                using var stream = new NetworkStream(socket);
                var length = new byte[2];
                await stream.ReadExactlyAsync(length, _stopping.Token);
                var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(query, _stopping.Token);
                Interlocked.Increment(ref _byStream);
                foreach (var part in Stream(query)) await stream.WriteAsync(part, _stopping.Token);
                _questions.Writer.TryWrite(true);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or IOException or SocketException)
            {
                // The test is over, or the asker has heard enough.
            }
        }
    }
}
