using Microsoft.Extensions.DependencyInjection;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Simulation;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>2xx that nobody waits for any more: each is acknowledged, and a session that is not wanted is ended (RFC 3261 §13.2.2.4).</summary>
[Trait("Req", "D3")]
public sealed class LateForkTests
{
    [Theory, InlineData(false), InlineData(true)]
    public void Class34_TwoForksAnswerBehindTheCancel_BothAreAcknowledgedAndEnded(bool bothRang) => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var reading = Scene.ReadAsync(call);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, 180, "one");
        if (bothRang) scene.Peer.Respond(invite, 180, "two");
        await scene.World.Pass(0.1);
        var cancelling = call.CancelAsync();
        var cancel = await scene.Peer.RequestAsync(SipMethod.Cancel);
        scene.Peer.Respond(invite, 200, "one", body: Scene.Answer);
        scene.Peer.Respond(invite, 200, "two", body: Scene.Answer);
        scene.Peer.Respond(cancel, 200);

        await EndsAsync(scene, "one", "two");
        await cancelling;
        (await reading).Should().Equal(bothRang ? [180, 180, 487] : [180, 487]);
        (await dialog.Completion).Cause.Should().Be(ModernSip.Sessions.SipDialogEnd.Canceled);
    });

    [Fact]
    public void Class34_ForkAnswersWhenTheCallIsOver_IsAcknowledgedAndEnded() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var hangingUp = dialog.SendByeAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await hangingUp;
        await dialog.DisposeAsync();
        await scene.World.Pass(5);

        scene.Peer.Respond(invite, 200, "late", body: Scene.Answer);
        await EndsAsync(scene, "late");
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer); // its ACK was lost, and its session is over
        await scene.World.Pass(40);
        scene.Peer.Requests(SipMethod.Bye).Should().HaveCount(2, "each session is ended once");
    });

    [Fact]
    public void Class34_ForkAnswersBehindTheTransaction_IsNobodys() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        await scene.World.Pass(33); // timer M
        scene.Peer.Respond(invite, 200, "late", body: Scene.Answer);
        await scene.World.Pass(1);
        scene.Peer.Requests(SipMethod.Ack).Should().ContainSingle();
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Class34_ManyForksAnswer_AllButTheFirstAreEnded() => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var final = call.FinalAsync();
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        var tags = Enumerable.Range(0, 20).Select(static number => $"f{number}").ToArray();
        foreach (var tag in tags) scene.Peer.Respond(invite, 200, tag, body: Scene.Answer);
        await final;

        await EndsAsync(scene, tags[1..]);
        scene.Peer.Requests(SipMethod.Ack).Select(static ack => ack.Headers.To!.Tag).Should().BeEquivalentTo(tags);
        (dialog.IsConfirmed, dialog.RemoteTag).Should().Be((true, "f0"));
    });

    [Theory, InlineData(180), InlineData(200)]
    public void Class34_ForksWithoutEnd_AreFollowedUpToALimit(int status)
    {
        using var gauges = new StackGauges();
        Scene.Run(
            async scene =>
            {
                scene.Peer.AnswersByItself = true; // BYEs and the CANCEL
                await using var dialog = scene.Call();
                var call = dialog.SendInviteAsync(Scene.Sdp);
                var final = call.FinalAsync();
                var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
                for (var i = 0; i < 500; i++) scene.Peer.Respond(invite, status, $"f{i}", body: status == 200 ? Scene.Answer : null);
                await scene.World.Pass(0.1);
                if (status == 180) gauges.ReadHeld().Should().Contain("modernsip.dialogs.active : 100");
                scene.Peer.Requests(SipMethod.Ack).Select(static ack => ack.Headers.To!.Tag).Distinct().Should().HaveCount(status == 180 ? 0 : 100);
                scene.Peer.Requests(SipMethod.Bye).Should().HaveCount(status == 180 ? 0 : 99);
                if (status == 180) scene.Peer.Respond(invite, 486, "f0");
                (await final).StatusCode.Should().Be(status == 180 ? 486 : 200);
            },
            services: services => services.AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(gauges));
    }

    private static async Task EndsAsync(Scene scene, params string[] tags)
    {
        var ended = new List<string?>();
        foreach (var _ in tags)
        {
            var bye = await scene.Peer.RequestAsync(SipMethod.Bye);
            scene.Peer.Respond(bye, 200);
            ended.Add(bye.Headers.To!.Tag);
        }

        ended.Should().BeEquivalentTo(tags);
        scene.Peer.Requests(SipMethod.Ack).Select(static ack => ack.Headers.To!.Tag).Should().Contain(tags);
    }
}
