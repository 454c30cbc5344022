using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;
using ModernSip.Sessions;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests;

/// <summary>A peer on the same machine may answer before the call that sends has returned.</summary>
public sealed class ImmediateAnswerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Class38_InviteAnsweredWhileItIsBeingSent_MakesTheCall()
    {
        await using var provider = new ServiceCollection()
            .AddSingleton<ISipTransport>(new AnsweringTransport())
            .AddSipClient(static options => options.LocalAddress = "127.0.0.1:5060")
            .BuildServiceProvider();
        await using var connection = await provider.GetRequiredService<ISipClient>().ConnectAsync();
        await using var dialog = connection.CreateInviteDialog("sip:bob@127.0.0.2");

        var answer = await dialog.SendInviteAsync(Descriptions.Audio).FinalAsync().WaitAsync(Limit);
        await dialog.SendAckAsync(answer).WaitAsync(Limit);
        await dialog.SendByeAsync().WaitAsync(Limit);

        answer.StatusCode.Should().Be(200);
        (await dialog.Completion.WaitAsync(Limit)).Cause.Should().Be(SipDialogEnd.LocalBye);
    }

    [Fact]
    public async Task Class38_SuccessAcknowledgedWhileItIsBeingSent_MakesTheCall()
    {
        var transport = new AnsweringTransport();
        await using var provider = new ServiceCollection()
            .AddSingleton<ISipTransport>(transport)
            .AddSipClient(static options => options.LocalAddress = "127.0.0.1:5060")
            .BuildServiceProvider();
        await using var connection = await provider.GetRequiredService<ISipClient>().ConnectAsync();
        await using var calls = connection.IncomingAsync().GetAsyncEnumerator();
        var next = calls.MoveNextAsync().AsTask();
        transport.Invite();
        (await next.WaitAsync(Limit)).Should().BeTrue();

        var dialog = await ((SipIncomingInvite)calls.Current).AcceptAsync(Descriptions.Audio).WaitAsync(Limit);
        dialog.IsConfirmed.Should().BeTrue();
        await dialog.SendByeAsync().WaitAsync(Limit);
    }

    /// <summary>Whatever is sent on its flows is answered 180 and 200 before Send returns, and a 2xx to its INVITE is acknowledged.</summary>
    private sealed class AnsweringTransport : ISipTransport
    {
        private Binding? _binding;

        public SipTransportProtocol Protocol => SipTransportProtocol.Udp;

        public ValueTask<ISipTransportBinding> BindAsync(IPEndPoint local, ISipReceiver receiver, CancellationToken cancellationToken) =>
            ValueTask.FromResult<ISipTransportBinding>(_binding = new Binding(local, receiver));

        /// <summary>Calls the stack.</summary>
        public void Invite() => _binding!.Invite();
    }

    private sealed class Binding(IPEndPoint local, ISipReceiver receiver) : ISipTransportBinding
    {
        public SipTransportProtocol Protocol => SipTransportProtocol.Udp;

        public IPEndPoint LocalEndPoint => local;

        public ValueTask<SipFlow> ConnectAsync(SipTransportTarget target, CancellationToken cancellationToken) =>
            ValueTask.FromResult<SipFlow>(new Flow(local, target.EndPoint, receiver));

        public void Invite()
        {
            var flow = new Flow(local, new IPEndPoint(IPAddress.Parse("127.0.0.2"), 5060), receiver);
            var invite = new SipRequest(SipMethod.Invite, "sip:alice@127.0.0.1");
            invite.Headers["Via"] = "SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bK-once";
            invite.Headers["Max-Forwards"] = "70";
            invite.Headers["From"] = "<sip:bob@127.0.0.2>;tag=bob";
            invite.Headers["To"] = "<sip:alice@127.0.0.1>";
            invite.Headers["Call-ID"] = "once";
            invite.Headers["CSeq"] = "1 INVITE";
            invite.Headers["Contact"] = "<sip:bob@127.0.0.2>";
            invite.Content = Descriptions.Audio;
            receiver.OnMessage(flow, invite.ToOctets());
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Flow(IPEndPoint local, IPEndPoint remote, ISipReceiver receiver) : SipFlow
    {
        public override SipTransportProtocol Protocol => SipTransportProtocol.Udp;

        public override IPEndPoint LocalEndPoint => local;

        public override IPEndPoint RemoteEndPoint => remote;

        public override bool IsClosed => false;

        public override void Send(ReadOnlySpan<byte> message)
        {
            SipMessage.TryParse(message, out var parsed, out _).Should().BeTrue();
            if (parsed is SipResponse { IsSuccess: true } success && success.Headers.CSeq!.Value.Method == SipMethod.Invite) Acknowledge(success);
            if (parsed is not SipRequest request || request.Method == SipMethod.Ack) return;
            if (request.Method == SipMethod.Invite) Answer(request, SipStatus.Ringing);
            Answer(request, SipStatus.Ok);
        }

        public override void Close()
        {
            // It owns nothing.
        }

        private void Acknowledge(SipResponse success)
        {
            var ack = new SipRequest(SipMethod.Ack, success.Headers.Contact!.Uri);
            ack.Headers["Via"] = "SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bK-ack";
            ack.Headers["Max-Forwards"] = "70";
            foreach (var name in new[] { "From", "To", "Call-ID" }) ack.Headers[name] = success.Headers[name];
            ack.Headers["CSeq"] = "1 ACK";
            receiver.OnMessage(this, ack.ToOctets());
        }

        private void Answer(SipRequest request, SipStatus status)
        {
            var response = request.CreateResponse(status);
            response.Headers.To = response.Headers.To!.WithTag("peer");
            response.Headers.Contact = "<sip:bob@127.0.0.2>";
            receiver.OnMessage(this, response.ToOctets());
        }
    }
}
