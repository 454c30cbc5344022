using ModernSip.Errors;
using ModernSip.Messages;
using static FluentAssertions.FluentActions;

namespace ModernSip.ScenarioTests.Calls;

/// <summary>Transfers as a call sees them, at both ends.</summary>
[Trait("Req", "D11")]
public sealed class CallTransferTests
{
    [Fact]
    public void Transfer_PeerFollows_TalksToTheTarget() => CallScene.Run(async scene =>
    {
        await using var carol = await scene.World.CreateClient("10.0.0.3").ConnectAsync();
        await using var answering = carol.OnInvite(static async (invite, ended) =>
        {
            await using var call = await invite.AcceptCallAsync(CallScene.AnswerTo(invite.Request), null, ended);
            await call.Completion.WaitAsync(ended);
        });
        var followed = new TaskCompletionSource<SipInviteDialog>();
        var (alice, bob) = await scene.ConnectAsync(ofBob: new SipCallOptions
        {
            FollowTransfer = async refer =>
            {
                await using var referral = await refer.AcceptAsync();
                followed.SetResult(await referral.FollowAsync(CallScene.Offer));
            },
        });

        await using var transfer = await alice.TransferAsync("sip:carol@10.0.0.3");
        (await transfer.FinalAsync())!.IsSuccess.Should().BeTrue();
        await alice.DisposeAsync();
        await (await followed.Task).DisposeAsync();
        await bob.DisposeAsync();
    });

    [Fact]
    public void Transfer_PeerDoesNotAllowIt_Throws() => CallScene.Run(async scene =>
    {
        var (alice, bob) = await scene.ConnectAsync(ofAlice: new SipCallOptions { FollowTransfer = static _ => Task.CompletedTask });
        (await Awaiting(() => alice.TransferAsync("sip:carol@10.0.0.3")).Should().ThrowAsync<SipResponseException>()).Which.Response!.StatusCode.Should().Be(405);
        (await Awaiting(() => bob.TransferAsync("sip:carol@10.0.0.3")).Should().ThrowAsync<SipResponseException>()).Which.Response!.StatusCode.Should().Be(603);
        await alice.DisposeAsync();
    });
}
