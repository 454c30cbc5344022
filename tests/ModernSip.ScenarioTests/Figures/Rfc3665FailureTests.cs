using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.ScenarioTests.Sessions;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Figures;

/// <summary>The figures of RFC 3665 §3 whose call is not answered: what each end sends and is sent, in the figure's order.</summary>
[Trait("Req", "D1")]
public sealed class Rfc3665FailureTests
{
    [Fact, Trait("Section", "RFC 3665 3.8"), Trait("Req", "D4"), Trait("Req", "D6")]
    public void Rfc3665_3_8_UnsuccessfulNoAnswer_AliceGivesUp() => FigureStage.Run(static async stage =>
    {
        await stage.StartProxiesAsync();
        var ringing = stage.RingAsync();
        var call = stage.Call().SendInviteAsync(Scene.Sdp);
        var reading = Scene.ReadAsync(call);
        var atBob = await ringing;
        await stage.World.Pass(3);
        await call.CancelAsync();
        (await reading).Should().Equal(100, 180, 487);
        atBob.Canceled.IsCancellationRequested.Should().BeTrue();
        await stage.World.Pass(1);
        stage.Shows("10.0.0.1", "INVITE> <100 <180 CANCEL> <200 <487 ACK>");
        stage.Shows("10.0.0.2", "<INVITE 180> <CANCEL 200> 487> <ACK");
    });

    [Fact, Trait("Section", "RFC 3665 3.9")]
    public void Rfc3665_3_9_UnsuccessfulBusy() => FigureStage.Run(static async stage =>
    {
        await stage.StartProxiesAsync();
        var incoming = Scene.FirstAsync(stage.Bob.IncomingAsync());
        var dialog = stage.Call();
        var reading = Scene.ReadAsync(dialog.SendInviteAsync(Scene.Sdp));
        await ((SipIncomingInvite)await incoming).RejectAsync(SipStatus.BusyHere);
        (await reading).Should().Equal(100, 486);
        (await dialog.Completion).Should().Match<SipDialogOutcome>(static outcome => outcome.Cause == SipDialogEnd.Rejected && outcome.Status == SipStatus.BusyHere);
        await stage.World.Pass(1);
        stage.Shows("10.0.0.1", "INVITE> <100 <486 ACK>");
        stage.Shows("10.0.0.2", "<INVITE 486> <ACK");
    });

    [Fact, Trait("Section", "RFC 3665 3.10")]
    public void Rfc3665_3_10_UnsuccessfulNoResponseFromTheUserAgent() => FigureStage.Run(static async stage =>
    {
        var deaf = await RawPeer.BindAsync(stage.World, "10.0.0.21");
        await FigureProxy.StartAsync(stage.World, FigureStage.First, static request => request.RequestUri);
        var second = await FigureProxy.StartAsync(stage.World, FigureStage.Second, static _ => SipUri.Parse("sip:bob@10.0.0.21"));
        var dialog = stage.Call();
        var reading = Scene.ReadAsync(dialog.SendInviteAsync(Scene.Sdp));
        for (var wait = 0.5; wait < 32; wait *= 2)
        {
            await stage.World.Pass(wait);
            second.Repeat();
        }

        await stage.World.Pass(0.5);
        second.GiveUp(SipStatus.TemporarilyUnavailable);
        (await reading).Should().Equal(100, 480);
        (await dialog.Completion).Status.Should().Be(SipStatus.TemporarilyUnavailable);
        await stage.World.Pass(1);
        deaf.Requests(SipMethod.Invite).Should().HaveCount(7);
        stage.Shows("10.0.0.1", "INVITE> <100 <480 ACK>"); // what repeats is the proxies' business once the 100 is there
    });

    [Fact, Trait("Section", "RFC 3665 3.11")]
    public void Rfc3665_3_11_UnsuccessfulTemporarilyUnavailable() => FigureStage.Run(static async stage =>
    {
        await stage.StartProxiesAsync();
        var ringing = stage.RingAsync();
        var dialog = stage.Call();
        var calling = dialog.SendInviteAsync(Scene.Sdp).FinalAsync();
        await (await ringing).RejectAsync(SipStatus.TemporarilyUnavailable);
        (await calling).StatusCode.Should().Be(480);
        await stage.World.Pass(1);
        stage.Shows("10.0.0.1", "INVITE> <100 <180 <480 ACK>");
        stage.Shows("10.0.0.2", "<INVITE 180> 480> <ACK");
        dialog.RemoteTag.Should().BeNull("the early dialog has ended");
    });
}
