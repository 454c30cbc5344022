using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Authentication;
using ModernSip.Diagnostics;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Peers;

namespace ModernSip.ScenarioTests;

public sealed class MessageTapTests
{
    [Fact]
    public void Tap_RequestAndResponse_SeesBothWithTheirAddresses()
    {
        var tap = new RecordingTap();

        SendMessage(tap).Should().Be(200);

        tap.Seen.Select(static seen => (seen.Direction, seen.StartLine)).Should().Equal(
            (SipTapDirection.Sent, "MESSAGE sip:bob@10.0.0.2 SIP/2.0"),
            (SipTapDirection.Received, "SIP/2.0 200 OK"));
        tap.Seen.Should().OnlyContain(static seen => seen.Protocol == "UDP" && seen.Local == "10.0.0.1:5060" && seen.Remote == "10.0.0.2:5060");
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Tap_Credentials_AreSeenOnlyWhereTheOptionsSaySo(bool shows, bool seen)
    {
        var tap = new RecordingTap();
        var world = new World();
        world.Run(async () =>
        {
            var verifier = new SipDigestVerifier("example.com", world.Simulation.Time, world.Simulation.Random);
            await AnsweringPeer.StartAsync(world, "10.0.0.2", request => verifier.Verify(request, static _ => "secret").IsAccepted ? AnsweringPeer.Respond(request, SipStatus.Ok) : verifier.Challenge(request));
            await using var alice = await world.CreateClient(
                "10.0.0.1",
                static options => options.Credentials.Add(new SipCredentials("alice", "secret")),
                services => services.AddSingleton<ISipMessageTap>(tap).ConfigureSipStack(options => options.ShowCredentialsToTaps = shows)).ConnectAsync();
            (await alice.SendAsync(SipRequest.Options("sip:10.0.0.2")).FinalAsync()).StatusCode.Should().Be(200);
        });
        tap.Texts.Should().HaveCount(4);
        tap.Texts.Count(static text => text.Contains("response=\"", StringComparison.Ordinal)).Should().Be(1);
        foreach (var text in tap.Texts) (text.Contains("nonce=\"*", StringComparison.Ordinal) || text.Contains("response=\"*", StringComparison.Ordinal)).Should().Be(!seen && text.Contains("nonce=", StringComparison.Ordinal));
    }

    [Fact]
    public void Tap_Throws_MessagesGoThroughAllTheSame() => SendMessage(new ThrowingTap()).Should().Be(200);

    private static int SendMessage(ISipMessageTap tap)
    {
        var world = new World();
        var status = 0;
        world.Run(async () =>
        {
            await using var alice = await world.CreateClient("10.0.0.1", services: services => services.AddSingleton(tap)).ConnectAsync();
            await using var bob = await world.CreateClient("10.0.0.2").ConnectAsync();
            var answering = AnswerOneAsync(bob);
            status = (await alice.SendAsync(SipRequest.Message("sip:bob@10.0.0.2", "hello")).FinalAsync()).StatusCode;
            await answering;
        });
        return status;
    }

    private static async Task AnswerOneAsync(SipConnection connection)
    {
        await foreach (var incoming in connection.IncomingAsync())
        {
            await incoming.RespondAsync(SipStatus.Ok);
            return;
        }
    }

    private sealed class RecordingTap : ISipMessageTap
    {
        public ConcurrentQueue<(SipTapDirection Direction, string Protocol, string Local, string Remote, string StartLine)> Seen { get; } = [];

        public ConcurrentQueue<string> Texts { get; } = [];

        public void OnMessage(SipTapDirection direction, string protocol, IPEndPoint local, IPEndPoint remote, ReadOnlySpan<byte> message)
        {
            Texts.Enqueue(Encoding.UTF8.GetString(message));
            Seen.Enqueue((direction, protocol, local.ToString(), remote.ToString(), Encoding.UTF8.GetString(message).Split("\r\n")[0]));
        }
    }

    private sealed class ThrowingTap : ISipMessageTap
    {
        public void OnMessage(SipTapDirection direction, string protocol, IPEndPoint local, IPEndPoint remote, ReadOnlySpan<byte> message) =>
            throw new InvalidOperationException("a tap of the application's");
    }
}
