using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using ModernSip.Diagnostics;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Resolution;
using ModernSip.Stack;
using ModernSip.Stack.Connections;
using ModernSip.Tests.Resolution;
using ModernSip.Tests.Transport;
using ModernSip.Transactions;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Tests.Stack;

/// <summary>What the stack keeps of what is over but for its repeats, and of calls that are up: many thousands of them are the rule, not the exception.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTests
{
    private const int Count = 10_000;

    [Fact, Trait("Req", "F2")]
    public async Task CompletedServerTransactions_KeepLittle()
    {
        var time = new ManualTime();
        using var meter = new Meter("test");
        await using var engine = CreateEngine(time, meter);
        var flow = new SilentFlow();
        Receive(engine, flow, "OPTIONS", -1);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Count; i++) Receive(engine, flow, "OPTIONS", i);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Count;
        engine.Shards.Sum(static shard => shard.Servers.Count).Should().Be(Count + 1);
        flow.Sent.Should().Be(Count + 1);
        each.Should().BeLessThan(1_024, "a completed transaction keeps its key, its response's octets and a timer");
    }

    [Fact, Trait("Req", "F2")]
    public async Task ConfirmedDialogs_KeepLittle()
    {
        var time = new ManualTime();
        using var meter = new Meter("test");
        await using var engine = CreateEngine(time, meter);
        var flow = new SilentFlow();
        var point = new AccessPoint("test", LocalPoint.Default, engine, TestResolution.None, SipContinuations.ThreadPool);
        var connection = new ConnectionContext(point, engine, new SipPlatform { Time = time }, new ConnectionSettings { Account = "test", MaxWaitingRequests = Count }, null, NullLogger.Instance);
        point.Add(connection);
        flow.Owner = point;
        connection.Listening.Begin();
        var dialogs = new List<SipInviteDialog>(Count + 1) { await AcceptAsync(engine, flow, connection, -1) };
        time.Advance(TimeSpan.FromSeconds(40));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Count; i++) dialogs.Add(await AcceptAsync(engine, flow, connection, i));
        time.Advance(TimeSpan.FromSeconds(40));
        engine.Shards.Sum(static shard => shard.Servers.Count).Should().Be(0);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Count;
        dialogs.Should().OnlyContain(static dialog => dialog.IsConfirmed);
        each.Should().BeLessThan(2_048, "a dialog keeps its INVITE as it came, and what is its own");
    }

    private static async Task<SipInviteDialog> AcceptAsync(TransactionEngine engine, SilentFlow flow, ConnectionContext connection, int number)
    {
        Receive(engine, flow, "INVITE", number, "Contact: <sip:a@192.0.2.1>\r\n");
        connection.Incoming.TryRead(out var incoming).Should().BeTrue();
        var accepting = new SipIncomingInvite(incoming!).AcceptAsync();
        Receive(engine, flow, "ACK", number, $"X-Tag: {incoming!.Transaction.LocalTag}\r\n", $";tag={incoming.Transaction.LocalTag}");
        return await accepting.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static void Receive(TransactionEngine engine, SilentFlow flow, string method, int number, string headers = "", string toTag = "") =>
        engine.OnMessage(flow, Encoding.ASCII.GetBytes(
            $"{method} sip:b@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-{method}-{number:D20};rport\r\nMax-Forwards: 70\r\n" +
            $"From: <sip:alice@example.com>;tag=from{number:D10}\r\nTo: <sip:bob@example.com>{toTag}\r\nCall-ID: call-{number:D20}@192.0.2.1\r\n" +
            $"CSeq: 1 {method}\r\nUser-Agent: {new string('x', 200)}\r\n{headers}Content-Length: 0\r\n\r\n"));

    private static TransactionEngine CreateEngine(TimeProvider time, Meter meter) =>
        new(new SipPlatform { Time = time }, new TransactionTimers(), new EngineLimits { ShardCount = 1 }, SipMessageLimits.Default, static shard => new ShardCore(shard), new SipMetrics(meter), new MessageTaps([], false, NullLogger.Instance), NullLoggerFactory.Instance);

    private sealed class SilentFlow : SipFlow
    {
        public int Sent { get; private set; }

        public override SipTransportProtocol Protocol => SipTransportProtocol.Udp;

        public override IPEndPoint LocalEndPoint { get; } = IPEndPoint.Parse("192.0.2.2:5060");

        public override IPEndPoint RemoteEndPoint { get; } = IPEndPoint.Parse("192.0.2.1:5060");

        public override bool IsClosed => false;

        public override void Send(ReadOnlySpan<byte> message) => Sent++;

        public override void Close()
        {
            // It lives as long as the test.
        }
    }
}
