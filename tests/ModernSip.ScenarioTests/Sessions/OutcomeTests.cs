using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>How a call ended: who ended it, and what the peer said of why (RFC 3326).</summary>
[Trait("Req", "D8")]
public sealed class OutcomeTests
{
    [Fact, Trait("Req", "D6")]
    public void Outcome_CancelledElsewhere_TellsWhoAndWhy() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing);
        var cancel = RawPeer.CreateCancel(invite);
        cancel.Headers["Reason"] = "SIP;cause=200;text=\"Call completed elsewhere\"";
        await scene.Peer.SendAsync(cancel, "10.0.0.1");
        await scene.Peer.ResponseAsync(487);
        (await incoming.Dialog!.Completion).Should().Match<SipDialogOutcome>(outcome =>
            outcome.Cause == SipDialogEnd.Canceled && outcome.EndedBy == SipDialogSide.Peer && outcome.ReasonStatus == 200 && outcome.ReleaseCause == null);
    });

    [Fact]
    public void Outcome_ByeWithTwoReasons_TellsTheQ850Cause() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        await scene.Peer.SendAsync(
            scene.Peer.CreateInDialog(SipMethod.Bye, invite, ok, 2, headers =>
            {
                headers.Add("Reason", "SIP;cause=480");
                headers.Add("Reason", "Q.850;cause=16;text=\"Normal\"");
            }),
            "10.0.0.1");
        (await dialog.Completion).Should().Match<SipDialogOutcome>(outcome =>
            outcome.Cause == SipDialogEnd.RemoteBye && outcome.EndedBy == SipDialogSide.Peer && outcome.ReleaseCause == 16 && outcome.ReasonStatus == 480);
    });

    [Fact]
    public void Redirect_NamesTheContacts() => Scene.Run(async scene =>
    {
        var (incoming, _) = await scene.ReceiveAsync();
        await FluentActions.Awaiting(() => incoming.RedirectAsync()).Should().ThrowAsync<ArgumentException>();
        await incoming.RedirectAsync("<sip:one@10.9.9.1>", "<sip:two@10.9.9.2>");
        (await scene.Peer.ResponseAsync(302)).Headers.GetAll(SipHeaderNames.Contact).Select(contact => contact.Uri.User).Should().Equal("one", "two");
    });
}
