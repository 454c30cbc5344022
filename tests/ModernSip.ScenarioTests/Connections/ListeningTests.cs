using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Sessions;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests.Connections;

/// <summary>When an application listens, and what peers hear when it no longer does.</summary>
public sealed class ListeningTests
{
    [Fact, Trait("Req", "B4"), Trait("Req", "G1")]
    public void Request_BetweenConnectingAndTheFirstReading_WaitsForIt() => Routing.RoutingWorld.Run(
        static async world =>
        {
            var connection = await world.ConnectAsync("one");
            var answer = world.SendAsync(SipMethod.Message);
            var call = world.Peer.Create(SipMethod.Invite, "sip:service@10.0.0.1");
            await world.Peer.SendAsync(call, "10.0.0.1");
            await world.World.Pass(3);
            await using var incoming = connection.IncomingAsync().GetAsyncEnumerator();
            for (var i = 0; i < 2; i++)
            {
                (await incoming.MoveNextAsync()).Should().BeTrue();
                await incoming.Current.RespondAsync(incoming.Current is SipIncomingInvite ? SipStatus.BusyHere : SipStatus.Ok);
            }

            (await answer).StatusCode.Should().Be(200);
            (await world.Peer.FinalAsync(call.Headers.CallId!)).StatusCode.Should().Be(486);
        },
        ("one", static _ => { }));

    [Theory, Trait("Req", "G2")]
    [InlineData("nobody ever reads", 0, 5)]
    [InlineData("it has had its time", 6, 6)]
    public void Request_NobodyReads_Is480(string _, double after, double at) => Routing.RoutingWorld.Run(
        async world =>
        {
            await world.ConnectAsync("one");
            await world.World.Pass(after);
            (await world.SendAsync(SipMethod.Message)).StatusCode.Should().Be(480);
            world.World.Now.Should().BeCloseTo(TimeSpan.FromSeconds(at), TimeSpan.FromSeconds(0.2));
        },
        ("one", static _ => { }));

    [Fact, Trait("Req", "A8")]
    public void Request_WaitingForAReadingWhenTheConnectionCloses_Is480AtOnce() => Routing.RoutingWorld.Run(
        static async world =>
        {
            var connection = await world.ConnectAsync("one");
            var answer = world.SendAsync(SipMethod.Message);
            await world.World.Pass(1);
            await connection.DisposeAsync();
            (await answer).StatusCode.Should().Be(480);
            world.World.Now.Should().BeLessThan(TimeSpan.FromSeconds(2));
        },
        ("one", static _ => { }));

    [Fact, Trait("Req", "B5")]
    public void Invite_AfterTheReadingWasCancelled_IsAnsweredAtOnce() => Scene.Run(async scene =>
    {
        using var stop = new CancellationTokenSource();
        var reading = Scene.FirstAsync(scene.Connection.IncomingAsync(stop.Token));
        stop.Cancel(); // here and now: on the pool it would race the virtual clock
        await FluentActions.Awaiting(() => reading).Should().ThrowAsync<OperationCanceledException>();
        await scene.Peer.SendAsync(scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", body: Scene.Offer), "10.0.0.1");
        await scene.Peer.ResponseAsync(480, seconds: 1);
    });

    [Fact, Trait("Req", "B5")]
    public void Invite_AfterACancelledReadingAndANewOne_IsDelivered() => Scene.Run(async scene =>
    {
        using var stop = new CancellationTokenSource();
        var reading = Scene.FirstAsync(scene.Connection.IncomingAsync(stop.Token));
        stop.Cancel(); // here and now: on the pool it would race the virtual clock
        var again = scene.Connection.IncomingAsync(); // before the first reader has noticed
        await FluentActions.Awaiting(() => reading).Should().ThrowAsync<OperationCanceledException>();
        await scene.Peer.SendAsync(scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", body: Scene.Offer), "10.0.0.1");
        var incoming = (SipIncomingInvite)await Scene.FirstAsync(again);
        await incoming.RejectAsync(SipStatus.BusyHere);
        await scene.Peer.ResponseAsync(486, seconds: 1);
    });

    [Fact, Trait("Req", "B5")]
    public void Info_AfterTheReadingInTheDialogWasCancelled_IsAnsweredAtOnce() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        using var stop = new CancellationTokenSource();
        var reading = Scene.FirstAsync(dialog.IncomingAsync(stop.Token));
        stop.Cancel(); // here and now: on the pool it would race the virtual clock
        await FluentActions.Awaiting(() => reading).Should().ThrowAsync<OperationCanceledException>();
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Info, invite, ok, 2), "10.0.0.1");
        await scene.Peer.ResponseAsync(405, seconds: 1);
    });

    [Fact, Trait("Req", "A8")]
    public void Requests_UnansweredWhenTheConnectionCloses_AreAnswered() => Scene.Run(async scene =>
    {
        GC.KeepAlive(scene.Connection.IncomingAsync());
        await scene.Peer.SendAsync(scene.Peer.Create(SipMethod.Options, "sip:alice@10.0.0.1"), "10.0.0.1");
        await scene.Peer.SendAsync(scene.Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", body: Scene.Offer), "10.0.0.1");
        await scene.World.Pass(1);
        await scene.Connection.DisposeAsync();
        var answers = new[] { await scene.Peer.ResponseAsync(480), await scene.Peer.ResponseAsync(480) };
        answers.Select(answer => answer.Headers.CSeq!.Value.Method).Should().BeEquivalentTo([SipMethod.Options, SipMethod.Invite]);
    });

    [Fact, Trait("Req", "A8")]
    public void Reinvite_WaitingAfterGlareWhenTheConnectionCloses_Ends() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var change = dialog.SendInviteAsync(Scene.Sdp).FinalAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Invite), 491);
        await scene.World.Pass(0.5);
        await scene.Connection.DisposeAsync();
        await FluentActions.Awaiting(() => change.WaitAsync(TimeSpan.FromSeconds(60), scene.World.Simulation.Time)).Should().ThrowAsync<SipConnectionClosedException>();
    });

    [Fact, Trait("Req", "A2")]
    public void Request_ThatArrivesWhileTheAddressIsBound_FindsTheConnection()
    {
        var world = new World();
        var flow = new RecordingFlow();
        world.Run(async () =>
        {
            await using var connection = await world.CreateClient("10.0.0.1", services: services => services.AddSingleton<ISipTransport>(new EagerTransport(flow))).ConnectAsync();
            await world.Pass(1);
            flow.Sent.Should().ContainSingle().Which.StatusCode.Should().Be(200);
        });
    }

    /// <summary>A transport whose first request is there before its binding is.</summary>
    private sealed class EagerTransport(RecordingFlow flow) : ISipTransport, ISipTransportBinding
    {
        public SipTransportProtocol Protocol => SipTransportProtocol.Tls;

        public IPEndPoint LocalEndPoint => flow.LocalEndPoint;

        public ValueTask<ISipTransportBinding> BindAsync(IPEndPoint local, ISipReceiver receiver, CancellationToken cancellationToken)
        {
            var options = SipRequest.Options("sip:alice@10.0.0.1");
            options.Headers["Via"] = "SIP/2.0/TLS 10.0.0.2:5061;branch=z9hG4bK-eager";
            options.Headers["From"] = "<sip:raw@10.0.0.2>;tag=a";
            options.Headers["To"] = "<sip:alice@10.0.0.1>";
            options.Headers["Call-ID"] = "eager";
            options.Headers["CSeq"] = "1 OPTIONS";
            options.Headers["Max-Forwards"] = "70";
            receiver.OnMessage(flow, options.ToOctets());
            return new(this);
        }

        public ValueTask<SipFlow> ConnectAsync(SipTransportTarget target, CancellationToken cancellationToken) => throw new SipTransportException("Only incoming.");

        public ValueTask DisposeAsync() => default;
    }

    private sealed class RecordingFlow : SipFlow
    {
        public List<SipResponse> Sent { get; } = [];

        public override SipTransportProtocol Protocol => SipTransportProtocol.Tls;

        public override IPEndPoint LocalEndPoint { get; } = IPEndPoint.Parse("10.0.0.1:5060");

        public override IPEndPoint RemoteEndPoint { get; } = IPEndPoint.Parse("10.0.0.2:5061");

        public override bool IsClosed => false;

        public override void Send(ReadOnlySpan<byte> message)
        {
            SipMessage.TryParse(message, out var parsed, out _).Should().BeTrue();
            Sent.Add((SipResponse)parsed!);
        }

        public override void Close()
        {
            // It lives as long as the test.
        }
    }
}
