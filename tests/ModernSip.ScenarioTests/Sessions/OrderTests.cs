using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>Requests of one dialog reach the application in the order of their arrival, however many threads receive at once.</summary>
public sealed class OrderTests
{
    private const int Sources = 8;
    private const uint Requests = 200;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact, Trait("Req", "D8")]
    public async Task InDialogRequests_FromSeveralSourcesAtOnce_AreHandedOverInTheOrderOfEachDialog()
    {
        var transport = new ManySources();
        await using var provider = new ServiceCollection()
            .AddSingleton<ISipTransport>(transport)
            .AddSipClient(static options => options.LocalAddress = "127.0.0.1:5060")
            .BuildServiceProvider();
        await using var connection = await provider.GetRequiredService<ISipClient>().ConnectAsync();
        var served = new ConcurrentBag<Task<List<uint>>>();
        await using var calls = connection.IncomingAsync().GetAsyncEnumerator();
        for (var source = 0; source < Sources; source++)
        {
            var next = calls.MoveNextAsync().AsTask();
            transport.Receive(source, "INVITE", 1);
            (await next.WaitAsync(Limit)).Should().BeTrue();
            var accepting = ((SipIncomingInvite)calls.Current).AcceptAsync(Descriptions.Audio);
            transport.Receive(source, "ACK", 1);
            served.Add(ServeAsync(await accepting.WaitAsync(Limit)));
        }

        var threads = Enumerable.Range(0, Sources).Select(source => new Thread(() =>
        {
            for (uint number = 2; number < 2 + Requests; number++) transport.Receive(source, "INFO", number);
        })).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());

        var orders = await Task.WhenAll(served).WaitAsync(Limit);
        orders.Should().HaveCount(Sources).And.OnlyContain(static order => order.SequenceEqual(Enumerable.Range(2, (int)Requests).Select(static number => (uint)number)));
    }

    private static async Task<List<uint>> ServeAsync(SipInviteDialog dialog)
    {
        var order = new List<uint>();
        await foreach (var incoming in dialog.IncomingAsync())
        {
            order.Add(incoming.Request.Headers.CSeq!.Value.Number);
            await incoming.RespondAsync(SipStatus.Ok);
            if (order.Count == Requests) break;
        }

        return order;
    }

    /// <summary>A transport on which each source delivers from a thread of its own.</summary>
    private sealed class ManySources : ISipTransport, ISipTransportBinding
    {
        private readonly ConcurrentDictionary<string, string> _tags = new(StringComparer.Ordinal);
        private ISipReceiver? _receiver;
        private Flow? _flow;

        public SipTransportProtocol Protocol => SipTransportProtocol.Udp;

        public IPEndPoint LocalEndPoint { get; } = IPEndPoint.Parse("127.0.0.1:5060");

        public ValueTask<ISipTransportBinding> BindAsync(IPEndPoint local, ISipReceiver receiver, CancellationToken cancellationToken)
        {
            _receiver = receiver;
            _flow = new Flow(this);
            return ValueTask.FromResult<ISipTransportBinding>(this);
        }

        public ValueTask<SipFlow> ConnectAsync(SipTransportTarget target, CancellationToken cancellationToken) => ValueTask.FromResult<SipFlow>(_flow!);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public void Receive(int source, string method, uint sequence)
        {
            var callId = string.Create(CultureInfo.InvariantCulture, $"order-{source}");
            var body = method == "INVITE" ? Descriptions.Audio.GetText() : "";
            var to = _tags.TryGetValue(callId, out var tag) ? $";tag={tag}" : "";
            var type = body.Length > 0 ? "Content-Type: application/sdp\r\n" : "";
            _receiver!.OnMessage(_flow!, Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"{method} sip:alice@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bK-{source}-{method}-{sequence}\r\nMax-Forwards: 70\r\nFrom: <sip:b@127.0.0.2>;tag={source}\r\nTo: <sip:a@127.0.0.1>{to}\r\nCall-ID: {callId}\r\nCSeq: {sequence} {method}\r\nContact: <sip:b@127.0.0.2>\r\n{type}Content-Length: {body.Length}\r\n\r\n{body}")));
        }

        private sealed class Flow(ManySources owner) : SipFlow
        {
            public override SipTransportProtocol Protocol => SipTransportProtocol.Udp;

            public override IPEndPoint LocalEndPoint => owner.LocalEndPoint;

            public override IPEndPoint RemoteEndPoint { get; } = IPEndPoint.Parse("127.0.0.2:5060");

            public override bool IsClosed => false;

            public override void Send(ReadOnlySpan<byte> message)
            {
                if (SipMessage.TryParse(message, out var parsed, out _) && parsed is SipResponse { IsSuccess: true } response) owner._tags.TryAdd(response.Headers.CallId!, response.Headers.To!.Tag!);
            }

            public override void Close()
            {
                // It lives as long as the test.
            }
        }
    }
}
