using ModernSip.Messages;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests;

public sealed class FirstCallTests
{
    [Fact, Trait("Req", "D1"), Trait("Req", "D2")]
    public void Call_AnsweredAndHungUp_EndsOnBothSides()
    {
        var world = new World();
        var statuses = new List<int>();
        world.Run(async () =>
        {
            await using var alice = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var bob = await world.CreateClient("10.0.0.2").ConnectAsync();
            var callee = AnswerAsync(bob);

            await using var dialog = alice.CreateInviteDialog("sip:bob@10.0.0.2");
            await foreach (var response in dialog.SendInviteAsync(Descriptions.Audio))
            {
                statuses.Add(response.StatusCode);
                if (!response.IsSuccess) continue;
                await dialog.SendAckAsync(response);
                break;
            }

            dialog.IsConfirmed.Should().BeTrue();
            await dialog.SendByeAsync();
            (await dialog.Completion).Cause.Should().Be(SipDialogEnd.LocalBye);
            (await callee).Cause.Should().Be(SipDialogEnd.RemoteBye);
        });
        statuses.Should().Equal(180, 200);
    }

    [Fact, Trait("Req", "B1")]
    public void Message_Answered_GivesFinalResponse()
    {
        var world = new World();
        world.Run(async () =>
        {
            await using var alice = await world.CreateClient("10.0.0.1").ConnectAsync();
            await using var bob = await world.CreateClient("10.0.0.2").ConnectAsync();
            var received = ReceiveAsync(bob);
            var response = await alice.SendAsync(SipRequest.Message("sip:bob@10.0.0.2", "hello")).FinalAsync();
            response.StatusCode.Should().Be(200);
            (await received).Should().Be("hello");
        });
    }

    private static async Task<string> ReceiveAsync(SipConnection connection)
    {
        await foreach (var incoming in connection.IncomingAsync())
        {
            await incoming.RespondAsync(SipStatus.Ok);
            return incoming.Request.Content!.GetText();
        }

        throw new InvalidOperationException("nothing arrived");
    }

    private static async Task<SipDialogOutcome> AnswerAsync(SipConnection connection)
    {
        await foreach (var incoming in connection.IncomingAsync())
        {
            var invite = (SipIncomingInvite)incoming;
            await invite.RespondAsync(SipStatus.Ringing);
            var dialog = await invite.AcceptAsync(Descriptions.Audio);
            return await dialog.Completion;
        }

        throw new InvalidOperationException("nothing arrived");
    }
}
