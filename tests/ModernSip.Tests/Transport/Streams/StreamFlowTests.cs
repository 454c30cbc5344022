using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Transport;
using ModernSip.Transport.Streams;

namespace ModernSip.Tests.Transport.Streams;

/// <summary>A connection over a stream that the test feeds, on a clock that the test moves.</summary>
public sealed class StreamFlowTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan OneTick = TimeSpan.FromMilliseconds(1);

    private readonly RecordingReceiver _receiver = new();
    private readonly ManualTime _time = new();
    private readonly ScriptedStream _stream = new();
    private readonly TransportCounters _counters = new(SipTransportProtocol.Tcp, metrics: null);
    private readonly ConnectionTable _connections = new(SipStreamOptions.Default);

    [Fact]
    public async Task Class04_ConnectsAndSaysNothing_IsClosed()
    {
        Start();
        await _stream.StarvedAsync();

        await IsClosedExactlyAfterAsync(SipStreamOptions.Default.FirstMessageTimeout);
    }

    [Fact]
    public async Task Class04_OneOctetASecond_IsClosedTenSecondsAfterTheFirst()
    {
        Start();
        var message = TestMessages.Options(1);
        _time.Advance(TimeSpan.FromSeconds(20));
        await _stream.FeedAsync([message[0]]);

        for (var second = 1; second <= 9; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await _stream.FeedAsync([message[second]]);
        }

        await IsClosedExactlyAfterAsync(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Class04_BodyTrickles_IsClosedThirtyTwoSecondsAfterTheHeaderSection()
    {
        Start();
        var message = TestMessages.Options(1, new string('b', 40));
        await _stream.FeedAsync(message[..^40]);

        for (var second = 1; second <= 31; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await _stream.FeedAsync([message[second]]);
        }

        await IsClosedExactlyAfterAsync(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Class04_LoneCarriageReturn_HasTheTimeOfAHeaderSection()
    {
        Start();
        await _stream.FeedAsync("\r"u8.ToArray());

        await IsClosedExactlyAfterAsync(SipStreamOptions.Default.HeaderTimeout);
    }

    [Fact]
    public async Task Class04_NextMessageBeginsInTheSameSegment_HasItsOwnTime()
    {
        Start();
        var message = TestMessages.Options(1);
        await _stream.FeedAsync(message[..5]);
        _time.Advance(TimeSpan.FromSeconds(9));
        await _stream.FeedAsync([.. message[5..], .. message[..5]]);
        await _receiver.NextAsync("message");

        await IsClosedExactlyAfterAsync(SipStreamOptions.Default.HeaderTimeout);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Class04_IdleAfterAKeepAlive_IsClosedAfterTheIdleLimit(bool accepted)
    {
        Start(accepted: accepted);
        await _stream.FeedAsync(TestMessages.Options(1));
        await _receiver.NextAsync("message");
        _time.Advance(TimeSpan.FromMinutes(31));
        await _stream.FeedAsync("\r\n\r\n"u8.ToArray());

        _stream.Written.ToArray().Should().Equal("\r\n"u8.ToArray());
        await IsClosedExactlyAfterAsync(SipStreamOptions.Default.IdleTimeout);
    }

    [Fact]
    public async Task Class04_SlowButInTime_IsDelivered()
    {
        Start();
        var message = TestMessages.Options(1, "body");
        await _stream.FeedAsync(message[..10]);
        _time.Advance(TimeSpan.FromSeconds(9.9));
        await _stream.FeedAsync(message[10..^1]);
        _time.Advance(TimeSpan.FromSeconds(31.9));
        await _stream.FeedAsync(message[^1..]);

        (await _receiver.NextAsync("message")).Octets.Should().Equal(message);
    }

    [Fact]
    public async Task Class06_CutAtEveryOctet_IsDeliveredWhole()
    {
        Start();
        var message = TestMessages.Options(1, "\r\n\r\n");

        for (var cut = 1; cut < message.Length; cut++)
        {
            await _stream.FeedAsync(message[..cut]);
            _receiver.HasMore.Should().BeFalse();
            await _stream.FeedAsync(message[cut..]);
            (await _receiver.NextAsync("message")).Octets.Should().Equal(message);
        }
    }

    [Fact]
    public async Task Class06_PiecesAcrossTheReadersBuffers_AreDeliveredWhole()
    {
        Start();
        var messages = Enumerable.Range(1, 30)
            .Select(i => TestMessages.Octets($"OPTIONS sip:a SIP/2.0\r\nSubject: {new string('s', 1_500 * i)}\r\nl: {i * 700}\r\n\r\n{new string('b', i * 700)}")).ToList();
        var octets = messages.SelectMany(message => message).ToArray();

        for (var start = 0; start < octets.Length; start += 3_001) await _stream.FeedAsync(octets[start..Math.Min(start + 3_001, octets.Length)]);

        foreach (var message in messages) (await _receiver.NextAsync("message")).Octets.AsSpan().SequenceEqual(message).Should().BeTrue();
    }

    [Fact]
    public async Task Close_PeerDoesNotClose_LingersForTheLimitOnly()
    {
        var flow = Start();
        await _stream.StarvedAsync();

        flow.Send(TestMessages.Options(1));
        flow.Close();
        (await _receiver.NextAsync("closed")).Error.Should().BeNull();
        _stream.Written.ToArray().Should().Equal(TestMessages.Options(1));
        await _time.ArmedAsync(TimeSpan.FromSeconds(2));
        flow.Completion.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(2));

        await flow.Completion.WaitAsync(Limit);
        _stream.IsDisposed.Should().BeTrue();
        _connections.Flows.Should().BeEmpty();
    }

    [Fact]
    public async Task Close_PeerClosesToo_EndsAtOnce()
    {
        var flow = Start();
        await _stream.StarvedAsync();

        flow.Close();
        _stream.End();

        await flow.Completion.WaitAsync(Limit);
        _stream.IsDisposed.Should().BeTrue();
    }

    [Fact]
    public async Task Send_PeerTakesNothing_ThrowsWhenFullAndClosesAfterTheLimit()
    {
        _stream.Writable = new TaskCompletionSource().Task;
        var flow = Start(new SipStreamOptions { SendQueueSize = 1_000, WriteTimeout = TimeSpan.FromSeconds(5) });
        await _stream.StarvedAsync();
        var message = new byte[400];

        flow.Send(message);
        flow.Send(message);
        flow.Invoking(full => full.Send(message)).Should().Throw<SipTransportException>().WithMessage("*takes no more*");
        flow.IsClosed.Should().BeFalse();
        flow.Queued.Should().Be(2 * 464);
        _time.Advance(TimeSpan.FromSeconds(5));

        (await _receiver.NextAsync("closed")).Error!.Message.Should().Contain("does not read");
        await flow.Completion.WaitAsync(Limit);
        _stream.IsDisposed.Should().BeTrue();
    }

    [Fact]
    public async Task Send_QueueEmpty_TakesAMessageLargerThanTheQueue()
    {
        var flow = Start(new SipStreamOptions { SendQueueSize = 100 });
        await _stream.StarvedAsync();

        flow.Send(TestMessages.Options(1, new string('b', 1_000)));

        _stream.Written.ToArray().Should().Equal(TestMessages.Options(1, new string('b', 1_000)), "the stream took it on the caller's thread");
        flow.Queued.Should().Be(0);
    }

    [Fact]
    public async Task Class40_ReceiverThrowsOnClosed_EverythingIsReleased()
    {
        _receiver.Reaction = _ => throw new InvalidOperationException("the application's fault");
        var flow = Start();
        await _stream.StarvedAsync();

        _stream.End();

        await flow.Completion.WaitAsync(Limit);
        _stream.IsDisposed.Should().BeTrue();
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Class40_BrokenWithMessagesQueuedAndOneHalfRead_NoBufferStaysOut(bool aborts)
    {
        _stream.Writable = new TaskCompletionSource().Task; // it takes nothing
        var flow = Start();
        await _stream.StarvedAsync();
        await _stream.FeedAsync(TestMessages.Options(1, new string('b', 40_000))[..30_000]); // in pieces
        for (var i = 0; i < 5; i++) flow.Send(TestMessages.Options(1));
        _counters.Buffers.Rented.Should().BeGreaterThanOrEqualTo(5);

        if (aborts) flow.End(error: null, EndingManner.Abort);
        else _time.Advance(TimeSpan.FromMinutes(10));
        await flow.Completion.WaitAsync(Limit);

        _counters.Buffers.Rented.Should().Be(0);
    }

    private StreamFlow Start(SipStreamOptions? options = null, bool accepted = true)
    {
        var counters = _counters;
        var receiver = new GuardedReceiver(_receiver, counters, NullLogger.Instance, new LogGate(_time));
        var context = new StreamContext(receiver, options ?? SipStreamOptions.Default, SipMessageLimits.Default, _time, counters, new LogGate(_time), NullLogger.Instance);
        var local = new IPEndPoint(IPAddress.Loopback, 5060);
        var flow = new StreamFlow(_stream, socket: null, SipTransportProtocol.Tcp, local, new IPEndPoint(IPAddress.Loopback, 40_000), accepted, PeerProof.NotAsked, context);
        flow.Start(_connections);
        return flow;
    }

    private async Task IsClosedExactlyAfterAsync(TimeSpan limit)
    {
        var flow = _connections.Flows.Should().ContainSingle().Subject;
        _time.Advance(limit - OneTick);
        flow.IsClosed.Should().BeFalse();
        _time.Advance(OneTick);

        (await _receiver.NextAsync("closed")).Error.Should().BeOfType<SipTransportException>();
        await flow.Completion.WaitAsync(Limit);
        _stream.IsDisposed.Should().BeTrue();
    }
}
