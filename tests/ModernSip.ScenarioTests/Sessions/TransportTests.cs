using ModernSip.Messages;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>Whole calls over every transport and address family.</summary>
[Trait("Req", "D1")]
public sealed class TransportTests
{
    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2", "sip:bob@10.0.0.2")]
    [InlineData("10.0.0.1", "10.0.0.2", "sip:bob@10.0.0.2;transport=tcp")]
    [InlineData("2001:db8::1", "2001:db8::2", "sip:bob@[2001:db8::2]")]
    [InlineData("2001:db8::1", "2001:db8::2", "sip:bob@[2001:db8::2];transport=tcp")]
    public void Call_ChangedAndHungUpByEitherSide_Works(string caller, string callee, string uri)
    {
        foreach (var callerHangsUp in new[] { true, false })
        {
            var world = new World();
            world.Run(async () =>
            {
                await using var alice = await world.CreateClient(caller).ConnectAsync();
                await using var bob = await world.CreateClient(callee).ConnectAsync();
                var answering = AnswerAsync(bob);
                await using var dialog = alice.CreateInviteDialog(uri!);
                (await dialog.SendInviteAsync(Scene.Sdp).FinalAsync()).StatusCode.Should().Be(200);
                await using var other = await answering;

                var reinvited = RespondAsync(other);
                (await dialog.SendInviteAsync(Scene.Sdp).FinalAsync()).StatusCode.Should().Be(200);
                await reinvited;

                await (callerHangsUp ? dialog : other).SendByeAsync();
                (await dialog.Completion).Cause.Should().Be(callerHangsUp ? SipDialogEnd.LocalBye : SipDialogEnd.RemoteBye);
                (await other.Completion).Cause.Should().Be(callerHangsUp ? SipDialogEnd.RemoteBye : SipDialogEnd.LocalBye);
            });
            world.Network.Captured.Should().NotContain(packet => packet.IsDropped);
            world.Network.Captured.Select(packet => packet.Protocol).Distinct().Should().HaveCount(1);
        }
    }

    [Fact]
    public void Call_OverTcpThatBreaksBeforeTheAnswer_Fails()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var alice = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var bob = await world.CreateClient("10.0.0.2").ConnectAsync();
            GC.KeepAlive(bob.IncomingAsync());
            await using var dialog = alice.CreateInviteDialog("sip:bob@10.0.0.2;transport=tcp");
            var reading = Scene.ReadAsync(dialog.SendInviteAsync(Scene.Sdp));
            await world.Pass(1);
            world.Hosts["10.0.0.2"].ResetConnections();
            await FluentActions.Awaiting(() => reading).Should().ThrowAsync<Errors.SipTransportException>();
            (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Error);
        });
    }

    private static async Task<SipInviteDialog> AnswerAsync(SipConnection connection)
    {
        var invite = (SipIncomingInvite)await Scene.FirstAsync(connection.IncomingAsync());
        await invite.RespondAsync(SipStatus.Ringing);
        return await invite.AcceptAsync(SipContent.Sdp(Scene.Answer));
    }

    private static async Task RespondAsync(SipInviteDialog dialog)
    {
        var request = await Scene.FirstAsync(dialog.IncomingAsync());
        await request.RespondAsync(SipStatus.Ok, SipContent.Sdp(Scene.Answer));
    }
}
