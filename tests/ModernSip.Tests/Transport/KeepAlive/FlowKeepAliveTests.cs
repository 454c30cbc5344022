using System.Net;
using System.Net.Sockets;
using ModernSip.Errors;
using ModernSip.Platform;
using ModernSip.Transport;
using ModernSip.Transport.KeepAlive;
using ModernSip.Transport.Streams;
using ModernSip.Transport.Udp;

namespace ModernSip.Tests.Transport.KeepAlive;

/// <summary>Real sockets whose flows are kept alive on a clock that the test moves (RFC 5626 §4.4).</summary>
public sealed class FlowKeepAliveTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly ManualTime _time = new();
    private readonly RecordingReceiver _receiver = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private ISipTransportBinding _tcp = null!;
    private ISipTransportBinding _udp = null!;

    public async Task InitializeAsync()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _datagrams.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _tcp = await new SipTcpTransport(time: _time).BindAsync(new IPEndPoint(IPAddress.Loopback, 0), _receiver, default);
        _udp = await new SipUdpTransport(time: _time).BindAsync(new IPEndPoint(IPAddress.Loopback, 0), _receiver, default);
    }

    public async Task DisposeAsync()
    {
        await _tcp.DisposeAsync();
        await _udp.DisposeAsync();
        _listener.Dispose();
        _datagrams.Dispose();
    }

    [Fact]
    public async Task Connection_PingAnswered_IsPingedAgain()
    {
        var (flow, peer) = await ConnectAsync();
        using var keepAlive = FlowKeepAlive.Start(flow, flowTimer: null, _time, new LatestRandom());

        for (var round = 0; round < 3; round++)
        {
            _time.Advance(KeepAliveTimes.OfConnection.Longest);
            (await ReadAsync(peer, 4)).Should().Equal("\r\n\r\n"u8.ToArray());
            await peer.SendAsync("\r\n"u8.ToArray());
            await HeardAsync(keepAlive!);
        }

        flow.IsClosed.Should().BeFalse();
        peer.Dispose();
    }

    [Fact]
    public async Task Connection_NoPongWithinTenSeconds_FailsAndTellsWhy()
    {
        var (flow, peer) = await ConnectAsync();
        using var keepAlive = FlowKeepAlive.Start(flow, flowTimer: null, _time, new LatestRandom());
        _time.Advance(KeepAliveTimes.OfConnection.Longest);
        await ReadAsync(peer, 4);

        _time.Advance(TimeSpan.FromSeconds(9.9));
        flow.IsClosed.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.2));

        (await _receiver.NextAsync("closed")).Error.Should().BeOfType<SipTransportException>().Which.Message.Should().Contain("its keep-alive was not answered");
        flow.IsClosed.Should().BeTrue();
        peer.Dispose();
    }

    [Fact]
    public async Task Connection_FlowTimerOfTheServer_IsTheLongestInterval()
    {
        var (flow, peer) = await ConnectAsync();
        using var keepAlive = FlowKeepAlive.Start(flow, TimeSpan.FromSeconds(30), _time, new LatestRandom());

        _time.Advance(TimeSpan.FromSeconds(23.9));
        peer.Available.Should().Be(0);
        _time.Advance(TimeSpan.FromSeconds(6.1));

        (await ReadAsync(peer, 4)).Should().Equal("\r\n\r\n"u8.ToArray());
        peer.Dispose();
    }

    [Fact]
    public async Task Udp_RequestAnswered_IsAskedAgainAndNamesANewId()
    {
        var flow = await _udp.ConnectAsync(new((IPEndPoint)_datagrams.LocalEndPoint!), default);
        using var keepAlive = FlowKeepAlive.Start(flow, flowTimer: null, _time, new LatestRandom());
        var ids = new HashSet<string>();

        for (var round = 0; round < 3; round++)
        {
            _time.Advance(KeepAliveTimes.OfDatagrams.Longest);
            ids.Add(await AnswerAsync(_udp.LocalEndPoint));
            await HeardAsync(keepAlive!);
        }

        ids.Should().HaveCount(3);
        flow.IsClosed.Should().BeFalse();
    }

    [Fact]
    public async Task Udp_NeverAnswered_FailsAfterSevenRequests()
    {
        var flow = await _udp.ConnectAsync(new((IPEndPoint)_datagrams.LocalEndPoint!), default);
        using var keepAlive = FlowKeepAlive.Start(flow, flowTimer: null, _time, new LatestRandom());

        _time.Advance(KeepAliveTimes.OfDatagrams.Longest + TimeSpan.FromSeconds(39.5));

        (await _receiver.NextAsync("closed")).Flow.Should().BeSameAs(flow);
        flow.IsClosed.Should().BeTrue();
        for (var request = 0; request < 7; request++) await ReceiveAsync();
        _datagrams.Available.Should().Be(0);
    }

    [Fact]
    public async Task Udp_MappedAddressChanges_FailsTheFlow()
    {
        var flow = await _udp.ConnectAsync(new((IPEndPoint)_datagrams.LocalEndPoint!), default);
        using var keepAlive = FlowKeepAlive.Start(flow, flowTimer: null, _time, new LatestRandom());
        _time.Advance(KeepAliveTimes.OfDatagrams.Longest);
        await AnswerAsync(IPEndPoint.Parse("192.0.2.1:1000"));
        await HeardAsync(keepAlive!);

        _time.Advance(KeepAliveTimes.OfDatagrams.Longest);
        await AnswerAsync(IPEndPoint.Parse("192.0.2.1:1001"));

        (await _receiver.NextAsync("closed")).Error.Should().BeOfType<SipTransportException>().Which.Message.Should().Contain("the peer sees another address");
    }

    [Fact]
    public async Task Udp_BindingRequestOfAPeer_IsAnsweredWithWhereItCameFrom()
    {
        var request = new byte[20];
        StunBinding.WriteRequest(request, "abcdefghijkl"u8);
        await _datagrams.SendToAsync(request, _udp.LocalEndPoint);

        var answer = await ReceiveAsync();

        StunBinding.TryReadResponse(answer, out var id, out var seenAs).Should().BeTrue();
        id.ToArray().Should().Equal("abcdefghijkl"u8.ToArray());
        seenAs.Should().Be(_datagrams.LocalEndPoint);
    }

    private async Task<(SipFlow Flow, Socket Peer)> ConnectAsync()
    {
        var flow = await _tcp.ConnectAsync(new((IPEndPoint)_listener.LocalEndPoint!), default);
        return (flow, await _listener.AcceptAsync().WaitAsync(Limit));
    }

    /// <summary>Ends when the answer has arrived and the next ping is due.</summary>
    private static async Task HeardAsync(FlowKeepAlive keepAlive)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        using var limit = new CancellationTokenSource(Limit);
        while (keepAlive.State != KeepAliveState.Resting) await look.WaitForNextTickAsync(limit.Token);
    }

    private async Task<string> AnswerAsync(IPEndPoint seenAs)
    {
        var request = await ReceiveAsync();
        StunBinding.TryReadRequest(request, out var id).Should().BeTrue();
        var response = new byte[StunBinding.MaxResponse];
        var name = Convert.ToHexString(id);
        await _datagrams.SendToAsync(response.AsMemory(0, StunBinding.WriteResponse(response, Convert.FromHexString(name), seenAs)), SocketFlags.None, _udp.LocalEndPoint);
        return name;
    }

    private async Task<byte[]> ReceiveAsync()
    {
        var buffer = new byte[1500];
        return buffer[..(await _datagrams.ReceiveAsync(buffer).WaitAsync(Limit))];
    }

    private static async Task<byte[]> ReadAsync(Socket socket, int count)
    {
        var buffer = new byte[count];
        for (var read = 0; read < count;) read += await socket.ReceiveAsync(buffer.AsMemory(read)).AsTask().WaitAsync(Limit);
        return buffer;
    }

    /// <summary>Draws the longest rest each time, so that a test knows when a ping is due; ids count up.</summary>
    private sealed class LatestRandom : SipRandom
    {
        private byte _count;

        public override void Fill(Span<byte> destination) => destination.Fill(destination.Length == StunBinding.IdLength ? ++_count : byte.MaxValue);
    }
}
