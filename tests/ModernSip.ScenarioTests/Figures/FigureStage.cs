using Microsoft.Extensions.DependencyInjection;
using ModernSip.Authentication;
using ModernSip.Messages;
using ModernSip.Resolution;
using ModernSip.ScenarioTests.Failover;
using ModernSip.ScenarioTests.Sessions;

namespace ModernSip.ScenarioTests.Figures;

/// <summary>Alice at 10.0.0.1 and Bob at 10.0.0.2, each with a stack of its own; the proxies of the figures at 10.0.0.11 and 10.0.0.12, of which the second is Bob's.</summary>
internal sealed class FigureStage
{
    public const string First = "10.0.0.11";
    public const string Second = "10.0.0.12";

    private FigureStage(World world, SipConnection alice, SipConnection bob) => (World, Alice, Bob) = (world, alice, bob);

    public World World { get; }

    public SipConnection Alice { get; }

    public SipConnection Bob { get; }

    public static void Run(Func<FigureStage, Task> test, string? proxy = $"sip:{First};lr", TimeSpan? limit = null)
    {
        var world = new World();
        world.Run(
            async () =>
            {
                await using var alice = await world.CreateClient(
                    "10.0.0.1",
                    options =>
                    {
                        options.From = "Alice <sip:alice@10.0.0.11>";
                        options.OutboundProxy = proxy;
                        options.Credentials.Add(new SipCredentials("alice", "secret"));
                    },
                    static services => services.AddSingleton<ISipDnsResolver>(new FailoverWorld.ZoneOfTest(
                    [
                        "_sip._udp.proxies.test SRV 1 0 5060 first.test", "_sip._udp.proxies.test SRV 2 0 5060 second.test",
                        $"first.test A {First}", $"second.test A {Second}",
                    ]))).ConnectAsync();
                await using var bob = await world.CreateClient("10.0.0.2", static options => options.From = "Bob <sip:bob@10.0.0.12>").ConnectAsync();
                await test(new FigureStage(world, alice, bob));
            },
            limit);
    }

    /// <summary>Both proxies: Alice's leads to Bob's, and Bob's to Bob.</summary>
    public async Task StartProxiesAsync(string? realmOfFirst = null, string? realmOfSecond = null)
    {
        await FigureProxy.StartAsync(World, First, static request => request.RequestUri, realmOfFirst);
        await StartSecondAsync(realmOfSecond);
    }

    /// <summary>Bob's proxy alone.</summary>
    public Task<FigureProxy> StartSecondAsync(string? realm = null, bool recordsRoute = true) =>
        FigureProxy.StartAsync(World, Second, static _ => SipUri.Parse("sip:bob@10.0.0.2"), realm, recordsRoute);

    public SipInviteDialog Call(string uri = $"sip:bob@{Second}") => Alice.CreateInviteDialog(uri);

    /// <summary>Bob rings and answers.</summary>
    public async Task<SipInviteDialog> AnswerAsync(SipContent? answer = null)
    {
        var invite = await RingAsync();
        await World.Pass(2);
        return await invite.AcceptAsync(answer ?? SipContent.Sdp(Scene.Answer));
    }

    /// <summary>Bob rings.</summary>
    public async Task<SipIncomingInvite> RingAsync()
    {
        var invite = (SipIncomingInvite)await Scene.FirstAsync(Bob.IncomingAsync());
        await invite.RespondAsync(SipStatus.Ringing);
        return invite;
    }

    /// <summary>Runs a call to its end: Alice calls, Bob rings, answers and hangs up.</summary>
    public async Task RunCallAsync(SipInviteDialog dialog)
    {
        var answering = AnswerAsync();
        (await dialog.SendInviteAsync(Scene.Sdp).FinalAsync()).StatusCode.Should().Be(200);
        await HangUpAsync(await answering, dialog);
    }

    public async Task HangUpAsync(SipInviteDialog hangingUp, SipInviteDialog other)
    {
        await World.Pass(1);
        await hangingUp.SendByeAsync();
        (await other.Completion).Cause.Should().Be(ModernSip.Sessions.SipDialogEnd.RemoteBye);
        await World.Pass(1);
    }

    /// <summary>What a host sent (">") and was sent ("&lt;"), in order: "INVITE>", "&lt;180", with the other's address where there is more than one.</summary>
    public IReadOnlyList<string> SeenAt(string host, bool withPeer = false)
    {
        var seen = new List<string>();
        foreach (var packet in World.Network.Captured)
        {
            var (isSent, isReceived) = (packet.From.Address.ToString() == host, packet.To.Address.ToString() == host);
            if (!isSent && !isReceived) continue;
            if (!SipMessage.TryParse(packet.Content.Span, out var message, out var error)) throw new InvalidOperationException(error.ToString());
            var what = message is SipRequest request ? request.Method.Name : $"{((SipResponse)message).StatusCode}";
            var peer = withPeer ? $" {(isSent ? packet.To : packet.From).Address}" : "";
            seen.Add(isSent ? $"{what}>{peer}" : $"<{what}{peer}");
        }

        return seen;
    }

    public void Shows(string host, string expected) => string.Join(' ', SeenAt(host)).Should().Be(expected, $"so the figure says of {host}");
}
