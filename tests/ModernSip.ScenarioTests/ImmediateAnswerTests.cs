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
    public async Task Invite_AnsweredWhileItIsBeingSent_MakesTheCall()
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

    /// <summary>Whatever is sent on its flows is answered 180 and 200 before Send returns.</summary>
    private sealed class AnsweringTransport : ISipTransport
    {
        public SipTransportProtocol Protocol => SipTransportProtocol.Udp;

        public ValueTask<ISipTransportBinding> BindAsync(IPEndPoint local, ISipReceiver receiver, CancellationToken cancellationToken) =>
            ValueTask.FromResult<ISipTransportBinding>(new Binding(local, receiver));
    }

    private sealed class Binding(IPEndPoint local, ISipReceiver receiver) : ISipTransportBinding
    {
        public SipTransportProtocol Protocol => SipTransportProtocol.Udp;

        public IPEndPoint LocalEndPoint => local;

        public ValueTask<SipFlow> ConnectAsync(SipTransportTarget target, CancellationToken cancellationToken) =>
            ValueTask.FromResult<SipFlow>(new Flow(local, target.EndPoint, receiver));

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
            if (parsed is not SipRequest request || request.Method == SipMethod.Ack) return;
            if (request.Method == SipMethod.Invite) Answer(request, SipStatus.Ringing);
            Answer(request, SipStatus.Ok);
        }

        public override void Close()
        {
            // It owns nothing.
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
