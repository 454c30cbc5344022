using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Simulation;
using ModernSip.Sdp;
using ModernSip.Sdp.Negotiation;
using ModernSip.Sessions;
using ModernSip.Testing;

namespace ModernSip.ScenarioTests.Calls;

/// <summary>Alice at 10.0.0.1 and Bob at 10.0.0.2, each with a stack of its own; Bob's calls go to a handler.</summary>
internal sealed class CallScene
{
    private CallScene(World world, SipConnection alice, SipConnection bob) => (World, Alice, Bob) = (world, alice, bob);

    public World World { get; }

    public SipConnection Alice { get; }

    public SipConnection Bob { get; }

    public static SipContent Offer => SipContent.Sdp(SdpSession.CreateAudioOffer(IPAddress.Parse("10.0.0.1"), 4_000, sessionId: 1).ToString());

    public static World Run(Func<CallScene, Task> test, SipNetworkConditions? conditions = null, ulong seed = 1, Action<SipClientOptions>? configure = null)
    {
        var world = new World(seed, conditions);
        using var gauges = new StackGauges();
        world.Run(async () =>
        {
            await using var alice = await world.CreateClient("10.0.0.1", configure, services => services.AddSingleton<IMeterFactory>(gauges).ConfigureSipStack(static options => options.KeptLadders = 10)).ConnectAsync();
            await using var bob = await world.CreateClient("10.0.0.2", configure, services => services.AddSingleton<IMeterFactory>(gauges)).ConnectAsync();
            await test(new CallScene(world, alice, bob));
            await world.Pass(180); // the last transaction has ended
            gauges.ReadHeld().Should().BeEmpty("no dialog, transaction or timer is left of a call that is over");
        });
        return world;
    }

    /// <summary>The answer of a phone at an address to any offer.</summary>
    public static SipContent AnswerTo(SipRequest invite)
    {
        var here = IPAddress.Parse("10.0.0.2");
        var capabilities = new SdpCapabilities(new SdpOrigin(7, 1, here), new SdpConnection(here), [new SdpMediaCapability("audio", 5_000, [SdpCodec.Pcmu, SdpCodec.Pcma])]);
        return SipContent.Sdp(SdpAnswerer.Answer(SdpSession.Parse(invite.Body.Span), capabilities).ToString());
    }

    public Task<SipCall> CallAsync(SipCallOptions? options = null, CancellationToken cancellationToken = default) => Alice.CallAsync("sip:bob@10.0.0.2", Offer, options, cancellationToken);

    /// <summary>A call of both ends.</summary>
    public async Task<(SipCall Alice, SipCall Bob)> ConnectAsync(SipCallOptions? ofAlice = null, SipCallOptions? ofBob = null)
    {
        var accepted = new TaskCompletionSource<SipCall>();
        Bob.OnInvite(async (invite, ended) =>
        {
            var call = await invite.AcceptCallAsync(AnswerTo(invite.Request), ofBob, ended);
            accepted.SetResult(call);
            await call.Completion;
        });
        return (await CallAsync(ofAlice), await accepted.Task);
    }

    public static SdpDirection DirectionOf(SipContent? description)
    {
        var session = SdpSession.Parse(description!.Octets.Span);
        return session.DirectionOf(session.Media[0]);
    }

    /// <summary>The next event of a call.</summary>
    public static async Task<SipCallEvent> NextAsync(IAsyncEnumerator<SipCallEvent> events) => await events.MoveNextAsync() ? events.Current : throw new InvalidOperationException("The call has ended.");
}
