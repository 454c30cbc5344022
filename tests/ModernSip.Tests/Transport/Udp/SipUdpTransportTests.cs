using System.Net;
using System.Net.Sockets;
using ModernSip.Errors;
using ModernSip.Transport;
using ModernSip.Transport.Udp;

namespace ModernSip.Tests.Transport.Udp;

public sealed class SipUdpTransportTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly RecordingReceiver _receiver = new();
    private readonly SipUdpTransport _transport = new();

    public static TheoryData<string> Loopbacks => new("127.0.0.1", "::1");

    [Theory]
    [MemberData(nameof(Loopbacks))]
    public async Task Send_BetweenTwoBindings_ArrivesAndIsAnswered(string address)
    {
        var other = new RecordingReceiver();
        await using var a = await BindAsync(address, _receiver);
        await using var b = await BindAsync(address, other);

        var out1 = await a.ConnectAsync(new(b.LocalEndPoint), default);
        out1.Send(TestMessages.Options(1));
        var request = await other.NextAsync("message");
        request.Flow.Send(TestMessages.Options(2));
        var response = await _receiver.NextAsync("message");

        request.Octets.Should().Equal(TestMessages.Options(1));
        request.Flow.RemoteEndPoint.Should().Be(a.LocalEndPoint);
        request.Flow.LocalEndPoint.Should().Be(b.LocalEndPoint);
        request.Flow.IsReliable.Should().BeFalse();
        response.Octets.Should().Equal(TestMessages.Options(2));
        response.Flow.Should().BeSameAs(out1, "one pair of addresses is one flow");
    }

    [Theory]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.9")]
    [InlineData("::", "::1")]
    public async Task LocalEndPoint_BoundToAllAddresses_IsTheRealSource(string any, string peerAddress)
    {
        var other = new RecordingReceiver();
        await using var a = await BindAsync(any, _receiver);
        await using var b = await BindAsync(peerAddress, other);

        var flow = await a.ConnectAsync(new(b.LocalEndPoint), default);
        flow.Send(TestMessages.Options(1));
        var seen = await other.NextAsync("message");

        flow.LocalEndPoint.Should().Be(seen.Flow.RemoteEndPoint);
        flow.LocalEndPoint.Port.Should().Be(a.LocalEndPoint.Port);
        other.HasMore.Should().BeFalse("finding the source sends nothing");
    }

    [Fact]
    public async Task Class12_LargestDatagramOfJunk_IsDroppedAndTheNextMessageArrives()
    {
        await using var binding = await BindAsync("127.0.0.1", _receiver);
        using var peer = Peer();
        var junk = new byte[65_507];
        Array.Fill(junk, (byte)0x80);

        await peer.SendToAsync(junk, binding.LocalEndPoint);
        await peer.SendToAsync(TestMessages.Options(1), binding.LocalEndPoint);

        (await _receiver.NextAsync("message")).Octets.Should().Equal(TestMessages.Options(1));
        binding.Counters.NotSip.Should().Be(1);
    }

    [Theory]
    [InlineData("000100002112a442")] // STUN, cut
    [InlineData("80600001")] // RTP
    [InlineData("16030100")] // TLS
    [InlineData("")]
    [InlineData("00")]
    public async Task Class12_NotSip_IsDroppedWithoutAnswer(string hex)
    {
        await using var binding = await BindAsync("127.0.0.1", _receiver);
        using var peer = Peer();

        await peer.SendToAsync(Convert.FromHexString(hex), binding.LocalEndPoint);
        await peer.SendToAsync(TestMessages.Options(1), binding.LocalEndPoint);

        await _receiver.NextAsync("message");
        peer.Available.Should().Be(0);
    }

    [Fact]
    public async Task Class07_Ping_IsAnsweredWithOnePong()
    {
        await using var binding = await BindAsync("127.0.0.1", _receiver);
        using var peer = Peer();
        var buffer = new byte[100];

        await peer.SendToAsync("\r\n"u8.ToArray(), binding.LocalEndPoint);
        await peer.SendToAsync("\r\n\r\n"u8.ToArray(), binding.LocalEndPoint);
        var pong = await peer.ReceiveAsync(buffer).WaitAsync(Limit);
        await peer.SendToAsync(TestMessages.Octets("\r\n\r\n" + "OPTIONS sip:a SIP/2.0\r\n\r\n"), binding.LocalEndPoint);
        var message = await _receiver.NextAsync("message");

        buffer[..pong].Should().Equal("\r\n"u8.ToArray());
        message.Text.Should().StartWith("OPTIONS", "line breaks before a message are not part of it");
        peer.Available.Should().Be(0, "a single line break and one before a message is no ping");
        _receiver.HasMore.Should().BeFalse();
    }

    [Fact]
    public async Task Class51_PeerPortClosed_DoesNotEndTheReceiving()
    {
        await using var binding = await BindAsync("127.0.0.1", _receiver);
        IPEndPoint closed;
        using (var gone = Peer()) closed = (IPEndPoint)gone.LocalEndPoint!;
        var flow = await binding.ConnectAsync(new(closed), default);
        for (var i = 0; i < 10; i++) flow.Send(TestMessages.Options(i));

        using var peer = Peer();
        await peer.SendToAsync(TestMessages.Options(1), binding.LocalEndPoint);

        Received received;
        do received = await _receiver.NextAsync();
        while (received.Kind == "undelivered"); // where the operating system tells of ICMP

        received.Kind.Should().Be("message");
    }

    [Fact]
    public async Task Class40_ReceiverThrows_TheNextMessageArrives()
    {
        _receiver.Reaction = _ => throw new InvalidOperationException("the application's fault");
        await using var binding = await BindAsync("127.0.0.1", _receiver);
        using var peer = Peer();

        await peer.SendToAsync(TestMessages.Options(1), binding.LocalEndPoint);
        await peer.SendToAsync(TestMessages.Options(2), binding.LocalEndPoint);

        await _receiver.NextAsync("message");
        (await _receiver.NextAsync("message")).Octets.Should().Equal(TestMessages.Options(2));
        await binding.DisposeAsync();
        binding.Counters.ReceiverFaults.Should().Be(2);
    }

    [Fact]
    public async Task Dispose_FromTheReceiver_DoesNotDeadlock()
    {
        await using var binding = await BindAsync("127.0.0.1", _receiver);
        var disposed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _receiver.Reaction = _ => disposed.SetResult(binding.DisposeAsync().AsTask().IsCompletedSuccessfully);
        using var peer = Peer();

        await peer.SendToAsync(TestMessages.Options(1), binding.LocalEndPoint);

        (await disposed.Task.WaitAsync(Limit)).Should().BeTrue("the receive thread cannot wait for itself");
        await binding.DisposeAsync().AsTask().WaitAsync(Limit);
    }

    [Fact]
    public async Task Dispose_Twice_EndsTheThreadAndFreesThePort()
    {
        var binding = await BindAsync("127.0.0.1", _receiver);
        var flow = await binding.ConnectAsync(new(new IPEndPoint(IPAddress.Loopback, 9)), default);

        await Task.WhenAll(binding.DisposeAsync().AsTask(), binding.DisposeAsync().AsTask()).WaitAsync(Limit);
        await binding.DisposeAsync().AsTask().WaitAsync(Limit);

        flow.IsClosed.Should().BeTrue();
        flow.Invoking(closed => closed.Send(TestMessages.Options(1))).Should().Throw<SipTransportException>();
        await binding.Awaiting(gone => gone.ConnectAsync(new(new IPEndPoint(IPAddress.Loopback, 9)), default).AsTask()).Should().ThrowAsync<ObjectDisposedException>();
        await using var again = await _transport.BindAsync(binding.LocalEndPoint, _receiver, default);
    }

    [Fact]
    public async Task Dispose_WhileMessagesArrive_EndsInTime()
    {
        using var peer = Peer();
        for (var round = 0; round < 20; round++)
        {
            var binding = await BindAsync("127.0.0.1", _receiver);
            for (var i = 0; i < 50; i++) await peer.SendToAsync(TestMessages.Options(i), binding.LocalEndPoint);
            await binding.DisposeAsync().AsTask().WaitAsync(Limit);
        }
    }

    [Fact]
    public async Task Bind_PortInUse_Throws()
    {
        await using var binding = await BindAsync("127.0.0.1", _receiver);

        var again = () => _transport.BindAsync(binding.LocalEndPoint, _receiver, default).AsTask();

        (await again.Should().ThrowAsync<SipTransportException>()).WithMessage("*AddressAlreadyInUse*");
    }

    [Fact]
    public async Task Send_TooLargeForADatagram_ThrowsAndTheFlowGoesOn()
    {
        var other = new RecordingReceiver();
        await using var a = await BindAsync("127.0.0.1", _receiver);
        await using var b = await BindAsync("127.0.0.1", other);
        var flow = await a.ConnectAsync(new(b.LocalEndPoint), default);

        flow.Invoking(open => open.Send(new byte[70_000])).Should().Throw<SipTransportException>().WithMessage("*MessageSize*");
        flow.Send(TestMessages.Options(1));

        await other.NextAsync("message");
        a.Counters.RefusedSends.Should().Be(1);
    }

    [Theory]
    [InlineData("::1", 5060)]
    [InlineData("127.0.0.1", 0)]
    public async Task Connect_NotReachable_Throws(string address, int port)
    {
        await using var binding = await BindAsync("127.0.0.1", _receiver);

        var connect = () => binding.ConnectAsync(new(new IPEndPoint(IPAddress.Parse(address), port)), default).AsTask();

        await connect.Should().ThrowAsync<SipTransportException>();
    }

    [Fact]
    public async Task Close_OfAFlow_EndsThatFlowOnly()
    {
        await using var binding = await BindAsync("127.0.0.1", _receiver);
        using var peer = Peer();
        var remote = (IPEndPoint)peer.LocalEndPoint!;
        var flow = await binding.ConnectAsync(new(remote), default);

        flow.Close();
        var next = await binding.ConnectAsync(new(remote), default);

        flow.IsClosed.Should().BeTrue();
        flow.Invoking(closed => closed.Send(TestMessages.Options(1))).Should().Throw<SipTransportException>();
        next.IsClosed.Should().BeFalse();
        next.Send(TestMessages.Options(1));
    }

    [Fact]
    public async Task Send_InSteadyState_DoesNotAllocate()
    {
        await using var binding = await BindAsync("127.0.0.1", _receiver);
        using var peer = Peer();
        var flow = await binding.ConnectAsync(new((IPEndPoint)peer.LocalEndPoint!), default);
        var message = TestMessages.Options(1);
        for (var i = 0; i < 50; i++) flow.Send(message);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++) flow.Send(message);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    [Fact]
    public async Task Class50_ForgedSources_NeverGrowTheCacheOfFlows()
    {
        await using var binding = await BindAsync("127.0.0.1", _receiver);
        var cache = new UdpFlowCache();
        var first = default(UdpFlow);

        for (var i = 0; i < (2 * UdpFlowCache.Capacity) + 1; i++)
        {
            var remote = new IPEndPoint(new IPAddress(0x0100007F + ((long)(i / 60_000) << 24)), 1 + (i % 60_000));
            first ??= cache.GetOrAdd(new UdpFlow(binding, remote.Serialize(), remote));
            cache.GetOrAdd(new UdpFlow(binding, remote.Serialize(), remote));
        }

        cache.TryGet(first!.Address, out _).Should().BeFalse();
        cache.Count.Should().BeLessThanOrEqualTo(UdpFlowCache.Capacity);
    }

    private async Task<UdpBinding> BindAsync(string address, ISipReceiver receiver) =>
        (UdpBinding)await _transport.BindAsync(new IPEndPoint(IPAddress.Parse(address), 0), receiver, default);

    private static Socket Peer()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
