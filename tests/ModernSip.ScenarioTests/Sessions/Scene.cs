using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>A stack at 10.0.0.1 and a scripted peer at 10.0.0.2.</summary>
public sealed class Scene
{
    public const string Offer = "v=0\r\no=a 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\n";
    public const string Answer = "v=0\r\no=b 1 1 IN IP4 10.0.0.2\r\ns=-\r\nt=0 0\r\n";

    private Scene(World world, SipConnection connection, RawPeer peer) => (World, Connection, Peer) = (world, connection, peer);

    public World World { get; }

    public SipConnection Connection { get; }

    public RawPeer Peer { get; }

    public static SipContent Sdp => SipContent.Sdp(Offer);

    /// <summary>Runs a test of one stack against a scripted peer.</summary>
    public static World Run(Func<Scene, Task> test, Action<SipClientOptions>? configure = null, TimeSpan? limit = null, Action<IServiceCollection>? services = null)
    {
        var world = new World();
        world.Run(
            async () =>
            {
                await using var connection = await world.CreateClient("10.0.0.1", configure, services).ConnectAsync();
                await test(new Scene(world, connection, await RawPeer.BindAsync(world, "10.0.0.2")));
            },
            limit);
        return world;
    }

    /// <summary>A call to the peer, not yet sent.</summary>
    public SipInviteDialog Call() => Connection.CreateInviteDialog("sip:raw@10.0.0.2");

    /// <summary>A confirmed call to the peer, which answered with the tag "b".</summary>
    public async Task<(SipInviteDialog Dialog, SipRequest Invite)> EstablishAsync()
    {
        var dialog = Call();
        var call = dialog.SendInviteAsync(Sdp);
        var invite = await Peer.RequestAsync(SipMethod.Invite);
        Peer.Respond(invite, 200, "b", body: Answer);
        (await call.FinalAsync()).StatusCode.Should().Be(200);
        await Peer.RequestAsync(SipMethod.Ack);
        return (dialog, invite);
    }

    /// <summary>A call from the peer, up to where the application has it.</summary>
    public async Task<(SipIncomingInvite Incoming, SipRequest Invite)> ReceiveAsync(Action<Messages.Headers.SipHeaders>? headers = null)
    {
        var next = NextAsync();
        var invite = Peer.Create(SipMethod.Invite, "sip:alice@10.0.0.1", headers, body: Offer);
        await Peer.SendAsync(invite, "10.0.0.1");
        return ((SipIncomingInvite)await next, invite);
    }

    /// <summary>A confirmed call from the peer.</summary>
    public async Task<(SipInviteDialog Dialog, SipRequest Invite, SipResponse Ok)> AcceptAsync(Action<Messages.Headers.SipHeaders>? headers = null)
    {
        var (incoming, invite) = await ReceiveAsync(headers);
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Answer));
        var ok = await Peer.ResponseAsync(200);
        await Peer.SendAsync(Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1), "10.0.0.1");
        return (await accepting, invite, ok);
    }

    /// <summary>The peer sends a message to the stack.</summary>
    public Task SendAsync(SipMessage message) => Peer.SendAsync(message, "10.0.0.1");

    /// <summary>The peer sends a request and awaits its final response.</summary>
    public async Task<int> AskAsync(SipRequest request)
    {
        await SendAsync(request);
        return (await Peer.AnswerAsync(request)).StatusCode;
    }

    /// <summary>A re-INVITE with an offer, from the caller that is the peer.</summary>
    public SipRequest Reinvite(SipRequest invite, SipResponse ok, uint sequence)
    {
        var request = Peer.CreateInDialog(SipMethod.Invite, invite, ok, sequence, headers => headers["Contact"] = invite.Headers["Contact"]);
        request.Content = SipContent.Sdp(Offer);
        return request;
    }

    /// <summary>A re-INVITE with an offer, from the callee that is the peer.</summary>
    public SipRequest ReinviteFromCallee(SipRequest invite, uint sequence)
    {
        var request = Peer.CreateFromCallee(SipMethod.Invite, invite, "b", sequence, headers => headers["Contact"] = $"<sip:raw@{Peer.HostPort}>");
        request.Content = SipContent.Sdp(Answer);
        return request;
    }

    /// <summary>The next request outside of dialogs.</summary>
    public async Task<SipIncomingRequest> NextAsync()
    {
        await foreach (var incoming in Connection.IncomingAsync()) return incoming;
        throw new InvalidOperationException("The connection was closed.");
    }

    /// <summary>Reads a stream of responses to its end.</summary>
    public static async Task<List<int>> ReadAsync(IAsyncEnumerable<SipResponse> responses)
    {
        var statuses = new List<int>();
        await foreach (var response in responses) statuses.Add(response.StatusCode);
        return statuses;
    }

    /// <summary>The first of a stream, which is then left.</summary>
    public static async Task<T> FirstAsync<T>(IAsyncEnumerable<T> items)
    {
        await foreach (var item in items) return item;
        throw new InvalidOperationException("The stream has ended.");
    }
}
