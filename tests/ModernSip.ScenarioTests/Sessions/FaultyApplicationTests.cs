using ModernSip.Messages;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>Handlers of the application that throw, or pull away what they stand on: the peer gets an answer, and the next one is served.</summary>
[Trait("Req", "G3")]
public sealed class FaultyApplicationTests
{
    [Fact]
    public void Class40_CallbackOfTheCancelThrows_TheCallEndsAndTheNextIsServed() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        incoming.Canceled.Register(static () => throw new FormatException("the application's"));
        await scene.Peer.SendAsync(RawPeer.CreateCancel(invite), "10.0.0.1");
        await scene.Peer.ResponseAsync(487);
        await scene.World.Pass(1);
        incoming.Canceled.IsCancellationRequested.Should().BeTrue();
        await ServesAsync(scene);
    });

    [Fact]
    public void Class40_CallbackOfTheCancelDisposesTheDialog_NothingIsLeft() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing);
        Task? disposing = null;
        incoming.Canceled.Register(() => disposing = incoming.Dialog!.DisposeAsync().AsTask());
        await scene.Peer.SendAsync(RawPeer.CreateCancel(invite), "10.0.0.1");
        await scene.Peer.ResponseAsync(487);
        await scene.World.Pass(1);
        await disposing!;
        (await incoming.Dialog!.Completion).Cause.Should().Be(SipDialogEnd.Canceled);
        await ServesAsync(scene);
    });

    [Fact]
    public void Class40_LoopThrowsWithARequestInHand_TheRequestGets500AndTheNextLoopServes() => Scene.Run(async scene =>
    {
        await scene.Peer.SendAsync(scene.Peer.Create(SipMethod.Options, "sip:alice@10.0.0.1"), "10.0.0.1");
        await scene.Peer.ResponseAsync(200);
        var message = scene.Peer.Create(SipMethod.Message, "sip:alice@10.0.0.1");
        var reading = ThrowAtFirstAsync(scene.Connection);
        await scene.Peer.SendAsync(message, "10.0.0.1");
        await FluentActions.Awaiting(() => reading).Should().ThrowAsync<FormatException>();
        await ServesAsync(scene);
        (await scene.Peer.FinalAsync(message.Headers.CallId!)).StatusCode.Should().Be(500);
    });

    [Fact]
    public void Class40_HandlerDisposesTheDialogWithARequestInHand_BothEnd() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var next = Scene.FirstAsync(dialog.IncomingAsync());
        var info = scene.Peer.CreateInDialog(SipMethod.Info, invite, ok, 2);
        await scene.Peer.SendAsync(info, "10.0.0.1");
        var incoming = await next;
        var disposing = dialog.DisposeAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await disposing;
        await incoming.RespondAsync(SipStatus.Ok); // it can still be answered
        await scene.Peer.ResponseAsync(200);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.LocalBye);
        await ServesAsync(scene);
    });

    [Fact]
    public void Class40_HandlerBlocksForEver_OtherCallsAreServed() => Scene.Run(async scene =>
    {
        var never = new TaskCompletionSource();
        var (first, _, _) = await scene.AcceptAsync();
        var blocked = BlockAsync(first, never.Task);
        var (second, invite, ok) = await scene.AcceptAsync();
        var served = Scene.FirstAsync(second.IncomingAsync());
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Info, invite, ok, 2), "10.0.0.1");
        await (await served).RespondAsync(SipStatus.Ok);
        await scene.Peer.ResponseAsync(200);
        await ServesAsync(scene);
        blocked.IsCompleted.Should().BeFalse();
    });

    private static async Task BlockAsync(SipInviteDialog dialog, Task never)
    {
        await foreach (var _ in dialog.IncomingAsync()) await never;
    }

    private static async Task ThrowAtFirstAsync(SipConnection connection)
    {
        await foreach (var incoming in connection.IncomingAsync()) throw new FormatException(incoming.Request.Method.Name);
    }

    private static async Task ServesAsync(Scene scene)
    {
        var next = scene.NextAsync();
        var message = scene.Peer.Create(SipMethod.Message, "sip:alice@10.0.0.1");
        await scene.Peer.SendAsync(message, "10.0.0.1");
        await (await next).RespondAsync(SipStatus.Accepted);
        (await scene.Peer.FinalAsync(message.Headers.CallId!)).StatusCode.Should().Be(202);
    }
}
