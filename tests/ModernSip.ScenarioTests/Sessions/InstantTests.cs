using Microsoft.Extensions.DependencyInjection;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Simulation;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>What happens at the same instant, or within a millisecond of it: one of two things wins, and never both or none.</summary>
[Trait("Req", "D8")]
public sealed class InstantTests
{
    [Theory]
    [InlineData(-3), InlineData(-2), InlineData(-1), InlineData(0), InlineData(1), InlineData(2)]
    public void Class38_SuccessMeetsTimerB_IsASessionOrATimeOut(int milliseconds) => Run(async (scene, gauges) =>
    {
        var dialog = scene.Call();
        var final = dialog.SendInviteAsync(Scene.Sdp).FinalAsync();
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        await scene.World.Pass(TimeSpan.FromSeconds(32) + TimeSpan.FromMilliseconds(milliseconds) - scene.World.Now);
        scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
        var isSession = await IsAnsweredAsync(final);
        await scene.World.Pass(1);

        dialog.IsConfirmed.Should().Be(isSession);
        scene.Peer.Requests(SipMethod.Ack).Count.Should().Be(isSession ? 1 : 0);
        if (isSession)
        {
            var hangingUp = dialog.SendByeAsync();
            scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
            await hangingUp;
        }

        await scene.World.Pass(40);
        gauges.ReadHeld().Should().BeEmpty();
    });

    [Theory]
    [InlineData(-3), InlineData(-2), InlineData(-1), InlineData(0), InlineData(1), InlineData(2)]
    public void Class38_AnswerMeetsTimerF_IsAnAnswerOrATimeOut(int milliseconds) => Run(async (scene, gauges) =>
    {
        var final = scene.Connection.SendAsync(SipRequest.Options("sip:raw@10.0.0.2")).FinalAsync();
        var request = await scene.Peer.RequestAsync(SipMethod.Options);
        await scene.World.Pass(TimeSpan.FromSeconds(32) + TimeSpan.FromMilliseconds(milliseconds) - scene.World.Now);
        scene.Peer.Respond(request, 200, "b");
        await IsAnsweredAsync(final);
        await scene.World.Pass(40);
        gauges.ReadHeld().Should().BeEmpty();
    });

    [Theory]
    [InlineData(-2), InlineData(-1), InlineData(0), InlineData(1)]
    public void Class38_AckMeetsTimerH_TheSessionIsUpOrEnded(int milliseconds) => Run(async (scene, gauges) =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await scene.Peer.ResponseAsync(200);
        await scene.World.Pass(TimeSpan.FromSeconds(32) + TimeSpan.FromMilliseconds(milliseconds) - scene.World.Now);
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1), "10.0.0.1");
        var isUp = true;
        try
        {
            (await accepting).IsConfirmed.Should().BeTrue();
        }
        catch (SipTimeoutException)
        {
            isUp = false;
        }

        await scene.World.Pass(1);
        scene.Peer.Requests(SipMethod.Bye).Count.Should().Be(isUp ? 0 : 2, "a BYE and its repeat where no ACK came in time");
        if (isUp) await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Bye, invite, ok, 2), "10.0.0.1");
        await scene.World.Pass(80);
        gauges.ReadHeld().Should().BeEmpty();
    });

    [Theory]
    [InlineData(1), InlineData(-1)]
    public void Class52_WallClockJumps_NoTimerMoves(int hours) => Run(async (scene, gauges) =>
    {
        var final = scene.Call().SendInviteAsync(Scene.Sdp).FinalAsync();
        await scene.World.Pass(1);
        scene.World.Simulation.Time.JumpWallClock(TimeSpan.FromHours(hours));
        (await IsAnsweredAsync(final)).Should().BeFalse();
        scene.World.Now.TotalSeconds.Should().BeApproximately(32, 0.1);
        scene.Peer.Arrivals(static message => message is SipRequest { Method: var method } && method == SipMethod.Invite)
            .Select(static at => Math.Round(at.TotalSeconds, 1)).Should().Equal(0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5);
        await scene.World.Pass(40);
        gauges.ReadHeld().Should().BeEmpty();
    });

    private static async Task<bool> IsAnsweredAsync(Task<SipResponse> final)
    {
        try
        {
            return (await final).IsSuccess;
        }
        catch (SipTimeoutException)
        {
            return false;
        }
    }

    private static void Run(Func<Scene, StackGauges, Task> test)
    {
        using var gauges = new StackGauges();
        Scene.Run(scene => test(scene, gauges), services: services => services.AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(gauges));
    }
}
