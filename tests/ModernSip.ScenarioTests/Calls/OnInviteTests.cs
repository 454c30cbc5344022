using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sessions;
using static FluentAssertions.FluentActions;

namespace ModernSip.ScenarioTests.Calls;

/// <summary>Incoming calls by a handler: its return hangs up, and what it forgets or throws is tidied up.</summary>
[Trait("Req", "D5")]
public sealed class OnInviteTests
{
    [Fact]
    public void Handler_ReturnsInTheCall_HangsUp() => CallScene.Run(async scene =>
    {
        await using var answering = scene.Bob.OnInvite(async (invite, ended) =>
        {
            await invite.AcceptCallAsync(CallScene.AnswerTo(invite.Request), null, ended);
            await scene.World.Pass(5);
        });
        var alice = await scene.CallAsync();
        (await alice.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        scene.World.Now.TotalSeconds.Should().BeApproximately(5, 0.1);
    });

    [Fact]
    public void Handler_ReturnsWithoutAnAnswer_RefusesWith480() => CallScene.Run(async scene =>
    {
        await using var answering = scene.Bob.OnInvite(static (_, _) => Task.CompletedTask);
        (await Awaiting(() => scene.CallAsync()).Should().ThrowAsync<SipResponseException>()).Which.Response!.StatusCode.Should().Be(480);
    });

    [Fact]
    public void Handler_ThrowsBeforeTheAnswer_RefusesWith500AndLogs()
    {
        var act = () => CallScene.Run(async scene =>
        {
            await using var answering = scene.Bob.OnInvite(static (_, _) => throw new NotSupportedException("no"));
            (await Awaiting(() => scene.CallAsync()).Should().ThrowAsync<SipResponseException>()).Which.Response!.StatusCode.Should().Be(500);
        });
        act.Should().Throw<InvalidOperationException>().WithMessage("*handler of an incoming call threw*");
    }

    [Fact]
    public void Handler_ThrowsInTheCall_HangsUpAndLogs()
    {
        var act = () => CallScene.Run(async scene =>
        {
            await using var answering = scene.Bob.OnInvite(static async (invite, ended) =>
            {
                await invite.AcceptCallAsync(CallScene.AnswerTo(invite.Request), null, ended);
                throw new NotSupportedException("no");
            });
            var alice = await scene.CallAsync();
            (await alice.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        });
        act.Should().Throw<InvalidOperationException>().WithMessage("*handler of an incoming call threw*");
    }

    [Fact]
    public void CallerHangsUp_TokenOfTheHandlerFires() => CallScene.Run(async scene =>
    {
        var fired = new TaskCompletionSource();
        await using var answering = scene.Bob.OnInvite(async (invite, ended) =>
        {
            await invite.AcceptCallAsync(CallScene.AnswerTo(invite.Request), null, ended);
            await Awaiting(() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended)).Should().ThrowAsync<OperationCanceledException>();
            fired.SetResult();
        });
        await (await scene.CallAsync()).DisposeAsync();
        await fired.Task;
    });

    [Fact]
    public void ConnectionCloses_TokenOfTheHandlerFires() => CallScene.Run(async scene =>
    {
        var fired = new TaskCompletionSource();
        scene.Bob.OnInvite(async (invite, ended) =>
        {
            await invite.RespondAsync(SipStatus.Ringing, null, ended);
            await Awaiting(() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended)).Should().ThrowAsync<OperationCanceledException>();
            fired.SetResult();
        });
        var calling = scene.CallAsync();
        await scene.World.Pass(1);
        await scene.Bob.DisposeAsync();
        await fired.Task;
        (await Awaiting(() => calling).Should().ThrowAsync<SipResponseException>()).Which.Response!.StatusCode.Should().Be(487);
    });

    [Fact]
    public void Disposed_EndsItsCallsWaitsForTheHandlersAndTakesNoMore() => CallScene.Run(async scene =>
    {
        var isOver = false;
        var answering = scene.Bob.OnInvite(async (invite, ended) =>
        {
            await invite.AcceptCallAsync(CallScene.AnswerTo(invite.Request), null, ended);
            await Awaiting(() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended)).Should().ThrowAsync<OperationCanceledException>();
            await scene.World.Pass(1);
            isOver = true;
        });
        var alice = await scene.CallAsync();
        await scene.World.Pass(1);
        await answering.DisposeAsync();
        isOver.Should().BeTrue();
        (await alice.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        (await Awaiting(() => scene.CallAsync()).Should().ThrowAsync<SipResponseException>()).Which.Response!.StatusCode.Should().Be(480);
        await using var again = scene.Bob.OnInvite(static (invite, ended) => invite.RejectAsync(SipStatus.BusyHere, ended));
        (await Awaiting(() => scene.CallAsync()).Should().ThrowAsync<SipResponseException>()).Which.Response!.StatusCode.Should().Be(486);
    });

    [Fact]
    public void SeveralCalls_AreHandledAtTheSameTime_AndOtherRequestsGoToTheStream() => CallScene.Run(async scene =>
    {
        await using var answering = scene.Bob.OnInvite(static async (invite, ended) => await (await invite.AcceptCallAsync(CallScene.AnswerTo(invite.Request), null, ended)).Completion.WaitAsync(ended));
        (await scene.Alice.SendAsync(SipRequest.Message("sip:bob@10.0.0.2", "nobody reads")).FinalAsync()).StatusCode.Should().Be(480);
        var incoming = scene.Bob.IncomingAsync().GetAsyncEnumerator();
        await using var first = await scene.CallAsync();
        await using var second = await scene.CallAsync();
        var sending = scene.Alice.SendAsync(SipRequest.Message("sip:bob@10.0.0.2", "hello")).FinalAsync();
        (await incoming.MoveNextAsync()).Should().BeTrue();
        await incoming.Current.RespondAsync(SipStatus.Ok);
        (await sending).StatusCode.Should().Be(200);
    });

    [Fact]
    public void OnInvite_Twice_IsRefused() => CallScene.Run(async scene =>
    {
        await using var answering = scene.Bob.OnInvite(static (_, _) => Task.CompletedTask);
        Invoking(() => scene.Bob.OnInvite(static (_, _) => Task.CompletedTask)).Should().Throw<InvalidOperationException>();
    });
}
