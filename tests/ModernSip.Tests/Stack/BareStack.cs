using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using ModernSip.Diagnostics;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Stack;
using ModernSip.Stack.Connections;
using ModernSip.Tests.Resolution;
using ModernSip.Tests.Transport;
using ModernSip.Transactions;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Tests.Stack;

/// <summary>A stack without sockets, of one shard: messages are put in and what it sends is seen, all on the thread of the test.</summary>
internal sealed class BareStack : IAsyncDisposable
{
    private readonly Meter _meter = new("test");

    public BareStack(EngineLimits? limits = null, int waitingRequests = 1_024)
    {
        Engine = new TransactionEngine(new SipPlatform { Time = Time, Continuations = Continuations }, new TransactionTimers(), (limits ?? new EngineLimits()) with { ShardCount = 1 }, SipMessageLimits.Default, static shard => new ShardCore(shard), new SipMetrics(_meter), new MessageTaps([], false, NullLogger.Instance), NullLoggerFactory.Instance);
        var point = new AccessPoint("test", LocalPoint.Default, Engine, TestResolution.None, Continuations);
        Connection = new ConnectionContext(point, Engine, new SipPlatform { Time = Time, Continuations = Continuations }, new ConnectionSettings { Account = "test", MaxWaitingRequests = waitingRequests }, null, NullLogger.Instance);
        point.Add(Connection);
        Flow.Owner = point;
        Connection.Listening.Begin();
    }

    public ManualTime Time { get; } = new();

    public QueuedContinuations Continuations { get; } = new();

    public TransactionEngine Engine { get; }

    public ConnectionContext Connection { get; }

    public RecordingFlow Flow { get; } = new();

    public int Transactions => Engine.Shards[0].Servers.Count;

    public SipIncomingRequest Take()
    {
        Connection.Incoming.TryRead(out var incoming).Should().BeTrue();
        return incoming!.Transaction.IsInvite ? new SipIncomingInvite(incoming) : new SipIncomingRequest(incoming);
    }

    public void Receive(byte[] message) => Engine.OnMessage(Flow, message);

    public static byte[] Message(string method, int number, int sequence = 1, string toTag = "", string body = "", string headers = "") => Encoding.ASCII.GetBytes(
        $"{method} sip:b@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-{method}-{number}-{sequence}\r\nMax-Forwards: 70\r\n" +
        $"From: <sip:alice@192.0.2.1:5060>;tag={number}\r\nTo: <sip:bob@192.0.2.2:5060>{(toTag.Length > 0 ? ";tag=" : "")}{toTag}\r\nCall-ID: {number:D8}@192.0.2.1\r\n" +
        $"CSeq: {sequence} {method}\r\n{(method is "INVITE" or "ACK" or "BYE" ? "Contact: sip:alice@192.0.2.1:5060\r\n" : "")}{headers}{(body.Length > 0 ? "Content-Type: application/sdp\r\n" : "")}Content-Length: {body.Length}\r\n\r\n{body}");

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        _meter.Dispose();
    }

    /// <summary>Continuations that wait until the test runs them, on its own thread.</summary>
    internal sealed class QueuedContinuations : SipContinuations
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<(Action<object?> Work, object? State)> _queue = new();

        public override void Post(Action<object?> work, object? state) => _queue.Enqueue((work, state));

        public void Run()
        {
            while (_queue.TryDequeue(out var next)) next.Work(next.State);
        }

        /// <summary>Runs them until a task has ended, parts of which may go on elsewhere.</summary>
        public async Task RunUntilAsync(Task task)
        {
            var begun = TimeProvider.System.GetTimestamp();
            while (!task.IsCompleted)
            {
                Run();
                await Task.Yield();
                if (TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromSeconds(20)) throw new TimeoutException("The task does not end.");
            }

            await task;
        }
    }

    internal sealed class RecordingFlow : SipFlow
    {
        private readonly byte[] _last = new byte[65_536];
        private int _length;

        public int Sent { get; private set; }

        public int SendingThread { get; private set; }

        public string Last => Encoding.ASCII.GetString(_last, 0, _length);

        public override SipTransportProtocol Protocol => SipTransportProtocol.Udp;

        public override IPEndPoint LocalEndPoint { get; } = IPEndPoint.Parse("192.0.2.2:5060");

        public override IPEndPoint RemoteEndPoint { get; } = IPEndPoint.Parse("192.0.2.1:5060");

        public override bool IsClosed => false;

        public override void Send(ReadOnlySpan<byte> message)
        {
            message.CopyTo(_last);
            (_length, Sent, SendingThread) = (message.Length, Sent + 1, Environment.CurrentManagedThreadId);
        }

        public override void Close()
        {
            // It lives as long as the test.
        }
    }
}
