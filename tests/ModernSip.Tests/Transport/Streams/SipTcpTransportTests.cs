using System.Net;
using System.Net.Sockets;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Transport;
using ModernSip.Transport.Streams;

namespace ModernSip.Tests.Transport.Streams;

public sealed class SipTcpTransportTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly RecordingReceiver _receiver = new();
    private ConnectionBinding _binding = null!;

    public async Task InitializeAsync() => _binding = await BindAsync(_receiver);

    public Task DisposeAsync() => _binding.DisposeAsync().AsTask().WaitAsync(Limit);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Send_BetweenTwoBindings_UsesOneConnectionBothWays(string address)
    {
        var callee = new RecordingReceiver();
        await using var a = await BindAsync(_receiver, address);
        await using var b = await BindAsync(callee, address);

        var opened = await a.ConnectAsync(new(b.LocalEndPoint), default);
        opened.Send(TestMessages.Options(1));
        var request = await callee.NextAsync("message");
        var accepted = await b.ConnectAsync(new(request.Flow.RemoteEndPoint), default);
        accepted.Send(TestMessages.Options(2));
        var response = await _receiver.NextAsync("message");

        request.Octets.Should().Equal(TestMessages.Options(1));
        response.Octets.Should().Equal(TestMessages.Options(2));
        accepted.Should().BeSameAs(request.Flow);
        response.Flow.Should().BeSameAs(opened);
        (await a.ConnectAsync(new(b.LocalEndPoint), default)).Should().BeSameAs(opened);
        opened.LocalEndPoint.Should().Be(accepted.RemoteEndPoint);
        opened.IsReliable.Should().BeTrue();
    }

    [Fact]
    public async Task Class06_OneOctetAWrite_ArrivesWhole()
    {
        using var peer = await TcpPeer.ConnectAsync(_binding.LocalEndPoint);

        foreach (var octet in TestMessages.Options(1, "\r\n\r\n")) await peer.SendAsync([octet]);

        (await _receiver.NextAsync("message")).Octets.Should().Equal(TestMessages.Options(1, "\r\n\r\n"));
    }

    [Fact]
    public async Task Class06_ManyMessagesAndLargeOnes_ArriveInOrder()
    {
        using var peer = await TcpPeer.ConnectAsync(_binding.LocalEndPoint);
        var messages = Enumerable.Range(1, 200).Select(i => TestMessages.Options(i, new string('b', i % 10 == 0 ? 200_000 : i * 37))).ToList();

        await peer.SendAsync([.. messages.SelectMany(message => message)]);

        foreach (var message in messages) (await _receiver.NextAsync("message")).Octets.AsSpan().SequenceEqual(message).Should().BeTrue();
    }

    [Fact]
    public async Task Class07_PingsBetweenAndBeforeMessages_AreAnsweredEach()
    {
        using var peer = await TcpPeer.ConnectAsync(_binding.LocalEndPoint);

        await peer.SendAsync("\r\n\r"u8.ToArray());
        await peer.SendAsync("\n"u8.ToArray());
        var first = await peer.ReadAsync(2);
        await peer.SendAsync([.. TestMessages.Options(1), .. "\r\n\r\n"u8, .. TestMessages.Options(2)]);
        var second = await peer.ReadAsync(2);

        first.Concat(second).Should().Equal("\r\n\r\n"u8.ToArray());
        await _receiver.NextAsync("message");
        await _receiver.NextAsync("message");
        peer.Socket.Available.Should().Be(0);
    }

    [Theory]
    [InlineData("OPTIONS sip:a SIP/2.0\r\nX: y\n\r\n", "Bare LF*", "OPTIONS sip:a SIP/2.0\r\nX: y\n\r\n")]
    [InlineData("OPTIONS sip:a SIP/2.0\r\n\r\nbody", "Content-Length missing", "OPTIONS sip:a SIP/2.0\r\n\r\n")]
    [InlineData("OPTIONS sip:a SIP/2.0\r\nl: 4294967295\r\n\r\nbody", "Message too large", "OPTIONS sip:a SIP/2.0\r\nl: 4294967295\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "Not a SIP message", "GET / HTTP/1.1\r\n\r\n")]
    public async Task Class01_Malformed_CanBeAnsweredAndThenCloses(string sent, string reason, string told)
    {
        _receiver.Reaction = received =>
        {
            if (received.Kind == "malformed") received.Flow.Send("SIP/2.0 400 Bad Request\r\n\r\n"u8);
        };
        using var peer = await TcpPeer.ConnectAsync(_binding.LocalEndPoint);

        await peer.SendAsync(TestMessages.Octets(sent));
        var malformed = await _receiver.NextAsync("malformed");
        await peer.SendAsync(new byte[100_000]); // more must neither arrive nor destroy the answer
        var closed = await _receiver.NextAsync("closed");

        malformed.Reason.Should().Match(reason);
        malformed.Text.Should().Be(told);
        closed.Error.Should().BeOfType<SipTransportException>();
        (await peer.ReadToEndAsync()).Should().Equal("SIP/2.0 400 Bad Request\r\n\r\n"u8.ToArray());
        _binding.Counters.Malformed.Should().Be(1);
        _receiver.HasMore.Should().BeFalse();
    }

    [Fact]
    public async Task Class03_EndlessHeader_Closes()
    {
        using var peer = await TcpPeer.ConnectAsync(_binding.LocalEndPoint);

        await peer.SendAsync(TestMessages.Octets("OPTIONS sip:a SIP/2.0\r\nX: " + new string('a', 70_000)));

        var malformed = await _receiver.NextAsync("malformed");
        malformed.Reason.Should().Be("Header section too large");
        malformed.Octets.Length.Should().BeLessThanOrEqualTo(SipMessageLimits.Default.MaxHeaderSectionSize);
        await _receiver.NextAsync("closed");
    }

    [Fact]
    public async Task Class50_PeerCloses_TellsOnceWithoutError()
    {
        using var peer = await TcpPeer.ConnectAsync(_binding.LocalEndPoint);
        await peer.SendAsync(TestMessages.Options(1));
        var flow = (await _receiver.NextAsync("message")).Flow;

        peer.Socket.Shutdown(SocketShutdown.Both);
        var closed = await _receiver.NextAsync("closed");

        closed.Flow.Should().BeSameAs(flow);
        closed.Error.Should().BeNull();
        flow.IsClosed.Should().BeTrue();
        flow.Invoking(gone => gone.Send(TestMessages.Options(2))).Should().Throw<SipTransportException>().WithMessage("*closed*");
        await _binding.DisposeAsync();
        _receiver.HasMore.Should().BeFalse("a flow is closed once");
    }

    [Fact]
    public async Task Class50_PeerClosesInsideAMessage_TellsTheError()
    {
        using var peer = await TcpPeer.ConnectAsync(_binding.LocalEndPoint);
        await peer.SendAsync(TestMessages.Options(1, "body")[..^1]);

        peer.Socket.Shutdown(SocketShutdown.Send);

        (await _receiver.NextAsync("closed")).Error.Should().BeOfType<SipTransportException>().Which.Message.Should().Contain("inside a message");
    }

    [Fact]
    public async Task Class50_PeerResets_TellsTheErrorOnce()
    {
        using var peer = await TcpPeer.ConnectAsync(_binding.LocalEndPoint);
        await peer.SendAsync(TestMessages.Options(1));
        await _receiver.NextAsync("message");

        peer.Reset();

        var closed = await _receiver.NextAsync("closed");
        closed.Error.Should().BeOfType<SipTransportException>().Which.Message.Should().Contain("ConnectionReset");
        closed.Flow.Close();
        await _binding.DisposeAsync();
        _receiver.HasMore.Should().BeFalse();
    }

    [Fact]
    public async Task Class50_PeerEndsItsSide_StillGetsTheAnswer()
    {
        _receiver.Reaction = received =>
        {
            if (received.Kind == "message") received.Flow.Send(TestMessages.Options(2));
        };
        using var peer = await TcpPeer.ConnectAsync(_binding.LocalEndPoint);

        await peer.SendAsync(TestMessages.Options(1));
        peer.Socket.Shutdown(SocketShutdown.Send);

        (await peer.ReadToEndAsync()).Should().Equal(TestMessages.Options(2));
    }

    [Fact]
    public async Task Class50_ConnectionLost_ConnectMakesANewOne()
    {
        var callee = new RecordingReceiver();
        await using var b = await BindAsync(callee);
        var first = await _binding.ConnectAsync(new(b.LocalEndPoint), default);
        first.Send(TestMessages.Options(1));
        (await callee.NextAsync("message")).Flow.Close();
        await _receiver.NextAsync("closed");

        var second = await _binding.ConnectAsync(new(b.LocalEndPoint), default);

        second.Should().NotBeSameAs(first);
        second.Send(TestMessages.Options(2));
        await callee.NextAsync("closed");
        (await callee.NextAsync("message")).Octets.Should().Equal(TestMessages.Options(2));
    }

    [Fact]
    public async Task Close_ByThisSide_SendsWhatIsQueuedAndTellsOnce()
    {
        var callee = new RecordingReceiver();
        await using var b = await BindAsync(callee);
        var flow = await _binding.ConnectAsync(new(b.LocalEndPoint), default);

        for (var i = 0; i < 100; i++) flow.Send(TestMessages.Options(i, new string('b', 5_000)));
        flow.Close();
        flow.Close();

        flow.IsClosed.Should().BeTrue();
        for (var i = 0; i < 100; i++) (await callee.NextAsync("message")).Octets.Should().Equal(TestMessages.Options(i, new string('b', 5_000)));
        (await callee.NextAsync("closed")).Error.Should().BeNull();
        (await _receiver.NextAsync("closed")).Error.Should().BeNull();
        await _binding.DisposeAsync();
        _receiver.HasMore.Should().BeFalse();
    }

    [Fact]
    public async Task Close_FromTheReceiver_DeliversNothingMore()
    {
        _receiver.Reaction = received => received.Flow.Close();
        using var peer = await TcpPeer.ConnectAsync(_binding.LocalEndPoint);

        await peer.SendAsync([.. TestMessages.Options(1), .. TestMessages.Options(2)]);

        await _receiver.NextAsync("message");
        await _receiver.NextAsync("closed");
        (await peer.ReadToEndAsync()).Should().BeEmpty();
        _receiver.HasMore.Should().BeFalse();
    }

    [Fact]
    public async Task Connect_ManyAtOnce_ShareOneConnection()
    {
        var callee = new RecordingReceiver();
        await using var b = await BindAsync(callee);

        var flows = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => _binding.ConnectAsync(new(b.LocalEndPoint), default).AsTask()))).WaitAsync(Limit);

        flows.Distinct().Should().ContainSingle();
        _binding.Flows.Should().ContainSingle();
    }

    [Fact]
    public async Task Connect_OneCallerStopsWaiting_TheOthersGetTheFlow()
    {
        using var full = await FullListener.CreateAsync();
        using var stop = new CancellationTokenSource();
        var impatient = _binding.ConnectAsync(new(full.EndPoint), stop.Token).AsTask();
        var patient = _binding.ConnectAsync(new(full.EndPoint), default).AsTask();

        await stop.CancelAsync();
        var error = (await impatient.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>()).Which;
        patient.IsCompleted.Should().BeFalse();
        full.MakeRoom();

        error.CancellationToken.Should().Be(stop.Token);
        (await patient.WaitAsync(Limit)).IsClosed.Should().BeFalse();
    }

    [Fact]
    public async Task Connect_AllStopWaiting_TheAttemptIsGivenUpAndTheNextCallerMakesANewOne()
    {
        using var full = await FullListener.CreateAsync();
        using var stop = new CancellationTokenSource();
        var attempts = Enumerable.Range(0, 2).Select(_ => _binding.ConnectAsync(new(full.EndPoint), stop.Token).AsTask()).ToArray();

        await stop.CancelAsync();
        foreach (var attempt in attempts) await attempt.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        full.MakeRoom();

        (await _binding.ConnectAsync(new(full.EndPoint), default).AsTask().WaitAsync(Limit)).IsClosed.Should().BeFalse();
        _binding.Flows.Should().ContainSingle("what nobody waits for is not opened");
    }

    [Fact]
    public async Task Connect_NoAnswerInTime_ThrowsAndTheNextTriesAgain()
    {
        var time = new ManualTime();
        using var full = await FullListener.CreateAsync();
        await using var binding = await BindAsync(_receiver, time: time);
        var first = binding.ConnectAsync(new(full.EndPoint), default).AsTask();
        await time.ArmedAsync(TimeSpan.FromSeconds(10));

        time.Advance(TimeSpan.FromSeconds(10));

        await first.Awaiting(task => task.WaitAsync(Limit)).Should().ThrowAsync<SipTransportException>().WithMessage("*no answer in time*");
        var second = binding.ConnectAsync(new(full.EndPoint), default).AsTask();
        full.MakeRoom();
        (await second.WaitAsync(Limit)).IsClosed.Should().BeFalse();
    }

    [Fact]
    public async Task Connect_Refused_Throws()
    {
        IPEndPoint closed;
        await using (var gone = await BindAsync(new RecordingReceiver())) closed = gone.LocalEndPoint;

        var connect = () => _binding.ConnectAsync(new(closed), default).AsTask().WaitAsync(Limit);

        await connect.Should().ThrowAsync<SipTransportException>().WithMessage("*ConnectionRefused*");
        await connect.Should().ThrowAsync<SipTransportException>("a failed attempt is not kept");
    }

    [Fact]
    public async Task Connect_AnotherAddressFamily_Throws() =>
        await _binding.Awaiting(binding => binding.ConnectAsync(new(new IPEndPoint(IPAddress.IPv6Loopback, 5060)), default).AsTask()).Should().ThrowAsync<SipTransportException>();

    [Fact]
    public async Task Bind_PortInUse_Throws()
    {
        var again = () => new SipTcpTransport().BindAsync(_binding.LocalEndPoint, _receiver, default).AsTask();

        await again.Should().ThrowAsync<SipTransportException>().WithMessage("*AddressAlreadyInUse*");
    }

    [Fact]
    public async Task Send_FromManyThreads_KeepsMessagesWhole()
    {
        var callee = new RecordingReceiver();
        await using var b = await BindAsync(callee);
        var flow = await _binding.ConnectAsync(new(b.LocalEndPoint), default);
        var expected = Enumerable.Range(0, 200).Select(i => TestMessages.Options(i, new string('b', i))).ToList();

        await Task.WhenAll(expected.Chunk(50).Select(part => Task.Run(() => part.ToList().ForEach(message => flow.Send(message))))).WaitAsync(Limit);

        var arrived = new List<string>();
        for (var i = 0; i < 200; i++) arrived.Add((await callee.NextAsync("message")).Text);
        arrived.Should().BeEquivalentTo(expected.Select(message => System.Text.Encoding.Latin1.GetString(message)));
    }

    [Fact]
    public async Task Send_PeerDoesNotRead_ThrowsWhenTheQueueIsFullAndClosesAfterTheLimit()
    {
        var time = new ManualTime();
        await using var binding = await BindAsync(_receiver, options: new SipStreamOptions { SendQueueSize = 200_000, WriteTimeout = TimeSpan.FromSeconds(5) }, time: time);
        using var peer = await TcpPeer.ConnectAsync(binding.LocalEndPoint);
        await peer.SendAsync(TestMessages.Options(1));
        var flow = (await _receiver.NextAsync("message")).Flow;
        var message = TestMessages.Options(2, new string('b', 50_000));

        var flood = () =>
        {
            for (var i = 0; i < 2_000; i++) flow.Send(message);
        };

        flood.Should().Throw<SipTransportException>().WithMessage("*takes no more*");
        flow.IsClosed.Should().BeFalse();
        ((StreamFlow)flow).Queued.Should().BeLessThanOrEqualTo(200_000);

        time.Advance(TimeSpan.FromSeconds(5));
        (await _receiver.NextAsync("closed")).Error!.Message.Should().Contain("does not read");
    }

    [Fact]
    public async Task Class40_ReceiverThrows_TheNextMessageArrives()
    {
        _receiver.Reaction = _ => throw new InvalidOperationException("the application's fault");
        using var peer = await TcpPeer.ConnectAsync(_binding.LocalEndPoint);

        await peer.SendAsync([.. TestMessages.Options(1), .. TestMessages.Options(2)]);
        peer.Socket.Shutdown(SocketShutdown.Send);

        await _receiver.NextAsync("message");
        await _receiver.NextAsync("message");
        await _receiver.NextAsync("closed");
        await _binding.DisposeAsync();
        _binding.Counters.ReceiverFaults.Should().Be(3);
    }

    [Fact]
    public async Task Class05_ConnectionsThatResetAtOnce_DoNotEndTheAccepting()
    {
        for (var i = 0; i < 50; i++) (await TcpPeer.ConnectAsync(_binding.LocalEndPoint)).Reset();

        using var peer = await TcpPeer.ConnectAsync(_binding.LocalEndPoint);
        await peer.SendAsync(TestMessages.Options(1));

        Received received;
        do received = await _receiver.NextAsync();
        while (received.Kind == "closed");
        received.Octets.Should().Equal(TestMessages.Options(1));
    }

    [Fact]
    public async Task Class05_TooManyFromOneAddress_TheSilentOneGoesFirst()
    {
        await using var binding = await BindAsync(_receiver, options: new SipStreamOptions { MaxConnectionsPerAddress = 2 });
        using var speaking = await TcpPeer.ConnectAsync(binding.LocalEndPoint);
        await speaking.SendAsync(TestMessages.Options(1));
        await _receiver.NextAsync("message");
        await speaking.PingAsync();
        using var silent = await TcpPeer.ConnectAsync(binding.LocalEndPoint);

        using var third = await TcpPeer.ConnectAsync(binding.LocalEndPoint);
        var closed = await _receiver.NextAsync("closed");
        await third.SendAsync(TestMessages.Options(3));
        await _receiver.NextAsync("message");
        await third.PingAsync();
        using var fourth = await TcpPeer.ConnectAsync(binding.LocalEndPoint);

        closed.Flow.RemoteEndPoint.Should().Be(silent.LocalEndPoint);
        (await fourth.ReadToEndAsync()).Should().BeEmpty("those that are in use stay, so the new one goes");
        await speaking.SendAsync(TestMessages.Options(4));
        (await _receiver.NextAsync("message")).Octets.Should().Equal(TestMessages.Options(4));
        binding.Counters.RefusedConnections.Should().Be(2);
    }

    [Fact]
    public async Task Dispose_WithOpenConnections_ClosesAllAndTwiceIsFine()
    {
        using var peer = await TcpPeer.ConnectAsync(_binding.LocalEndPoint);
        await peer.SendAsync(TestMessages.Options(1));
        var flow = (await _receiver.NextAsync("message")).Flow;
        flow.Send(TestMessages.Options(2));

        await Task.WhenAll(_binding.DisposeAsync().AsTask(), _binding.DisposeAsync().AsTask()).WaitAsync(Limit);

        (await _receiver.NextAsync("closed")).Error.Should().BeNull();
        flow.IsClosed.Should().BeTrue();
        _binding.Flows.Should().BeEmpty();
        (await peer.ReadToEndAsync()).Should().Equal(TestMessages.Options(2), "what was queued goes out");
        await _binding.Awaiting(gone => gone.ConnectAsync(new(peer.LocalEndPoint), default).AsTask()).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task Dispose_FromTheReceiver_DoesNotDeadlock()
    {
        _receiver.Reaction = received =>
        {
            if (received.Kind == "message") ((IAsyncResult)_binding.DisposeAsync().AsTask()).AsyncWaitHandle.WaitOne(Limit).Should().BeTrue();
        };
        using var peer = await TcpPeer.ConnectAsync(_binding.LocalEndPoint);

        await peer.SendAsync(TestMessages.Options(1));

        await _receiver.NextAsync("message");
        (await _receiver.NextAsync("closed")).Error.Should().BeNull();
        await _binding.DisposeAsync().AsTask().WaitAsync(Limit);
        _binding.Counters.ReceiverFaults.Should().Be(0);
    }

    [Fact]
    public async Task Dispose_WhileMessagesArriveAndConnectsRun_EndsInTime()
    {
        for (var round = 0; round < 20; round++)
        {
            var receiver = new RecordingReceiver();
            var binding = await BindAsync(receiver);
            using var peer = await TcpPeer.ConnectAsync(binding.LocalEndPoint);
            await peer.SendAsync([.. Enumerable.Range(0, 200).SelectMany(i => TestMessages.Options(i))]);
            var connect = binding.ConnectAsync(new(_binding.LocalEndPoint), default).AsTask();

            await binding.DisposeAsync().AsTask().WaitAsync(Limit);

            var outcome = await connect.ContinueWith(task => task.Exception?.InnerException, TaskScheduler.Default).WaitAsync(Limit);
            if (outcome is not null) outcome.Should().BeOfType<SipTransportException>();
            binding.Flows.Should().BeEmpty();
        }
    }

    private static async Task<ConnectionBinding> BindAsync(ISipReceiver receiver, string address = "127.0.0.1", SipStreamOptions? options = null, TimeProvider? time = null) =>
        (ConnectionBinding)await new SipTcpTransport(options, time: time).BindAsync(new IPEndPoint(IPAddress.Parse(address), 0), receiver, default);
}
