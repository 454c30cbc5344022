using System.Globalization;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>What hostile or broken peers send into a session: the right answer, and the session unharmed.</summary>
[Trait("Req", "D8")]
public sealed class HostileDialogTests
{
    [Fact]
    public void Class30_AckForNothing_IsAbsorbed() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var before = scene.Peer.Received.Count;
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1), "10.0.0.1");
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 99), "10.0.0.1");
        await scene.Peer.SendAsync(scene.Peer.Create(SipMethod.Ack, "sip:alice@10.0.0.1"), "10.0.0.1");
        await scene.World.Pass(40);
        scene.Peer.Received.Should().HaveCount(before, "an ACK is never answered");
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Class30_AckOfAnOldInvite_DoesNotAcknowledgeTheReinvite() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var next = Scene.FirstAsync(dialog.IncomingAsync());
        var reinvite = scene.Peer.CreateInDialog(SipMethod.Invite, invite, ok, 2, headers => headers["Contact"] = invite.Headers["Contact"]);
        reinvite.Content = SipContent.Sdp(Scene.Offer);
        await scene.Peer.SendAsync(reinvite, "10.0.0.1");
        await (await next).RespondAsync(SipStatus.Ok, SipContent.Sdp(Scene.Answer));
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1), "10.0.0.1");
        await scene.World.Pass(2);
        scene.Peer.Responses(200).Count(response => response.Headers.CSeq!.Value.Number == 2).Should().Be(3, "at 0, 0.5 and 1.5 s: it is repeated still");
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 2), "10.0.0.1");
        await scene.World.Pass(40);
        scene.Peer.Responses(200).Count(response => response.Headers.CSeq!.Value.Number == 2).Should().Be(3);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Theory]
    [InlineData("BYE"), InlineData("INFO"), InlineData("INVITE"), InlineData("UPDATE"), InlineData("PRACK"), InlineData("NOTIFY")]
    public void Class31_ForgedTag_Gets481AndTheSessionStays(string method) => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(new SipMethod(method), invite, ok, 2, headers => headers.From = headers.From!.WithTag("forged")), "10.0.0.1");
        await scene.Peer.ResponseAsync(481);
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(new SipMethod(method), invite, ok, 2, headers => headers.To = headers.To!.WithTag("forged")), "10.0.0.1");
        await scene.Peer.ResponseAsync(481);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Fact]
    public void Class33_SequenceGoingBack_Gets500AndTheSessionStays() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Options, invite, ok, 10), "10.0.0.1");
        await scene.Peer.ResponseAsync(200);
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Bye, invite, ok, 9), "10.0.0.1");
        await scene.Peer.ResponseAsync(500);
        dialog.IsConfirmed.Should().BeTrue();
    });

    [Theory, InlineData(0), InlineData(5)]
    public void Success_WithoutContactOrWithFive_MakesASession(int contacts) => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var call = dialog.SendInviteAsync(Scene.Sdp);
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(
            invite,
            200,
            "b",
            headers =>
            {
                headers.Remove("Contact");
                for (var i = 0; i < contacts; i++) headers.Add("Contact", string.Create(CultureInfo.InvariantCulture, $"<sip:raw{i}@10.0.0.2:5060>"));
            },
            Scene.Answer);
        (await call.FinalAsync()).StatusCode.Should().Be(200);
        (await scene.Peer.RequestAsync(SipMethod.Ack)).RequestUri.ToString().Should().Be(contacts == 0 ? "sip:raw@10.0.0.2" : "sip:raw0@10.0.0.2:5060");
        var hangingUp = dialog.SendByeAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(SipMethod.Bye), 200);
        await hangingUp;
    });

    [Fact]
    public void Class36_ThousandUpdates_LeaveTheSessionAsItWas() => Scene.Run(
        async scene =>
        {
            var (dialog, invite, ok) = await scene.AcceptAsync();
            for (uint i = 2; i < 1_002; i++)
            {
                await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Update, invite, ok, i, headers => headers["Contact"] = invite.Headers["Contact"]), "10.0.0.1");
                (await scene.Peer.ResponseAsync(200)).Headers.CSeq!.Value.Number.Should().Be(i);
            }

            dialog.IsConfirmed.Should().BeTrue();
        },
        limit: TimeSpan.FromHours(1));

    [Fact]
    public void Class22_OfferOfSixtyKilobytes_IsRefusedAndTheSessionStays() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var reinvite = scene.Peer.CreateInDialog(SipMethod.Invite, invite, ok, 2, headers => headers["Contact"] = invite.Headers["Contact"]);
        reinvite.Content = SipContent.Sdp(Scene.Offer.Replace("a 1 1", "a 1 2", StringComparison.Ordinal) + "a=" + new string('x', 60_000) + "\r\n");
        await scene.Peer.SendAsync(reinvite, "10.0.0.1");
        await scene.Peer.ResponseAsync(488);
        await scene.World.Pass(1);
        dialog.IsConfirmed.Should().BeTrue();
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Options, invite, ok, 3), "10.0.0.1");
        await scene.Peer.ResponseAsync(200);
    });
}
