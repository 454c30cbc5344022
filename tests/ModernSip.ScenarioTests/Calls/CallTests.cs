using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sessions;
using ModernSip.Testing;
using static FluentAssertions.FluentActions;

namespace ModernSip.ScenarioTests.Calls;

/// <summary>A call without protocol: calling, refusals, giving up, hanging up, and what is left of it.</summary>
public sealed class CallTests
{
    [Fact, Trait("Req", "D1")]
    public void Call_Answered_KnowsBothDescriptionsAndEndsWithTheHangUp() => CallScene.Run(async scene =>
    {
        var (alice, bob) = await scene.ConnectAsync();
        CallScene.DirectionOf(alice.RemoteDescription).Should().Be(Sdp.SdpDirection.SendReceive);
        alice.RemoteDescription!.GetText().Should().Be(bob.LocalDescription!.GetText());
        alice.LocalDescription!.GetText().Should().Be(bob.RemoteDescription!.GetText());
        (alice.IsHeld, alice.IsHeldByPeer, bob.IsHeld, bob.IsHeldByPeer).Should().Be((false, false, false, false));

        await alice.HangUpAsync();
        (await alice.Completion).Cause.Should().Be(SipDialogEnd.LocalBye);
        (await bob.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        await alice.HangUpAsync(); // once more does nothing
        await alice.DisposeAsync();
    });

    [Fact, Trait("Req", "D1")]
    public void Call_Ringing_TellsEachProvisionalWithItsEarlyMedia() => CallScene.Run(async scene =>
    {
        await using var answering = scene.Bob.OnInvite(static async (invite, ended) =>
        {
            await invite.RespondAsync(SipStatus.Ringing, null, ended);
            await invite.RespondAsync(SipStatus.SessionProgress, CallScene.AnswerTo(invite.Request), ended);
            await using var call = await invite.AcceptCallAsync(CallScene.AnswerTo(invite.Request), null, ended);
            await call.Completion;
        });
        var progress = new Recorder();
        await using var alice = await scene.CallAsync(new SipCallOptions { Progress = progress, AddHeaders = static headers => headers["Subject"] = "lunch" });
        progress.Responses.Select(static response => response.StatusCode).Should().Equal(180, 183);
        progress.Responses[1].Content!.MediaType.Should().Be(SipMediaType.Sdp);
        alice.Dialog.InitialRequest.Headers["Subject"].Should().Be("lunch");
    });

    [Theory, Trait("Req", "D3")]
    [InlineData(486), InlineData(480), InlineData(600), InlineData(603)]
    public void Call_Refused_ThrowsTheResponseWithTheLadder(int status) => CallScene.Run(async scene =>
    {
        await using var answering = scene.Bob.OnInvite((invite, ended) => invite.RejectAsync(new SipStatus(status), ended));
        var refused = (await Awaiting(() => scene.CallAsync()).Should().ThrowAsync<SipResponseException>()).Which;
        refused.Response!.StatusCode.Should().Be(status);
        refused.Ladder!.Rows.Select(static row => row.Label).Should().HaveElementAt(0, "INVITE").And.HaveElementAt(2, "ACK");
    });

    [Fact, Trait("Req", "D5")]
    public void Call_NobodyTakesCalls_IsRefused() => CallScene.Run(async scene =>
        (await Awaiting(() => scene.CallAsync()).Should().ThrowAsync<SipResponseException>()).Which.Response!.StatusCode.Should().Be(480));

    [Fact, Trait("Req", "D4")]
    public void Call_TokenFiresWhileItRings_CancelsAndThrowsAtOnce() => CallScene.Run(async scene =>
    {
        var wasCancelled = new TaskCompletionSource<TimeSpan>();
        await using var answering = scene.Bob.OnInvite(async (invite, ended) =>
        {
            await invite.RespondAsync(SipStatus.Ringing, null, ended);
            await Awaiting(() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended)).Should().ThrowAsync<OperationCanceledException>();
            invite.Canceled.IsCancellationRequested.Should().BeTrue();
            wasCancelled.SetResult(scene.World.Now);
        });
        using var giveUp = new CancellationTokenSource();
        var calling = scene.CallAsync(null, giveUp.Token);
        await scene.World.Pass(5);
        await giveUp.CancelAsync();
        (await Awaiting(() => calling).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(giveUp.Token);
        scene.World.Now.TotalSeconds.Should().BeApproximately(5, 0.1);
        (await wasCancelled.Task).TotalSeconds.Should().BeApproximately(5, 0.1);
    });

    [Fact, Trait("Req", "D7")]
    public void Call_NobodyThere_TimesOut() => CallScene.Run(async scene =>
    {
        scene.World.Network.Disconnect(scene.World.Hosts["10.0.0.1"], scene.World.Hosts["10.0.0.2"]);
        var late = (await Awaiting(() => scene.CallAsync()).Should().ThrowAsync<SipTimeoutException>()).Which;
        late.Ladder!.Rows.Count(static row => row.Note is not null).Should().Be(6, "the INVITE went out seven times");
    });

    [Fact, Trait("Req", "A8")]
    public void Call_ConnectionClosed_ThrowsAtTheCall() => CallScene.Run(async scene =>
    {
        await scene.Alice.DisposeAsync();
        Invoking(() => { _ = scene.CallAsync(); }).Should().Throw<SipConnectionClosedException>();
    });

    [Fact, Trait("Req", "D8")]
    public void HangUp_BothAtOnce_BothEnd() => CallScene.Run(async scene =>
    {
        var (alice, bob) = await scene.ConnectAsync();
        await Task.WhenAll(alice.HangUpAsync(), bob.HangUpAsync());
        (await alice.Completion).Cause.Should().BeOneOf(SipDialogEnd.LocalBye, SipDialogEnd.RemoteBye);
        (await bob.Completion).Cause.Should().BeOneOf(SipDialogEnd.LocalBye, SipDialogEnd.RemoteBye);
    });

    [Fact, Trait("Req", "A6")]
    public void Connection_ClosedInACall_EndsItAndItsEvents() => CallScene.Run(async scene =>
    {
        var (alice, bob) = await scene.ConnectAsync();
        var events = alice.EventsAsync().GetAsyncEnumerator();
        var next = events.MoveNextAsync();
        await scene.Alice.DisposeAsync();
        (await next).Should().BeFalse();
        (await alice.Completion).Cause.Should().Be(SipDialogEnd.Error);
        await Awaiting(() => alice.HoldAsync()).Should().ThrowAsync<SipConnectionClosedException>();
        await Awaiting(() => alice.SendDtmfAsync("1")).Should().ThrowAsync<SipConnectionClosedException>();
        await alice.DisposeAsync();
        await bob.HangUpAsync(); // nobody is there any more: the BYE times out
    });

    [Theory, Trait("Req", "D8")]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5)]
    public void Call_OverALossyNetwork_IsMadeHeldAndEnded(ulong seed) => CallScene.Run(
        async scene =>
        {
            var (alice, bob) = await scene.ConnectAsync();
            await alice.HoldAsync();
            await alice.SendDtmfAsync("12");
            await alice.ResumeAsync();
            await alice.DisposeAsync();
            await bob.Completion;
        },
        SipNetworkConditions.Default with { Loss = 0.3, Duplication = 0.1 },
        seed);

    [Theory, Trait("Req", "D4")]
    [InlineData(0), InlineData(0.0005), InlineData(0.001), InlineData(0.0015), InlineData(0.002), InlineData(0.0035), InlineData(1)]
    public void Call_GivenUpAnyTime_LeavesNothingUp(double seconds) => CallScene.Run(async scene =>
    {
        scene.Bob.OnInvite(static async (invite, ended) =>
        {
            await using var call = await invite.AcceptCallAsync(CallScene.AnswerTo(invite.Request), null, ended);
            await call.Completion.WaitAsync(ended);
        });
        using var giveUp = new CancellationTokenSource();
        var calling = scene.CallAsync(null, giveUp.Token);
        await scene.World.Pass(seconds);
        await giveUp.CancelAsync();
        try
        {
            await (await calling).DisposeAsync();
        }
        catch (OperationCanceledException)
        {
            scene.World.Now.TotalSeconds.Should().BeLessThan(0.1); // given up in time; the scene looks whether anything is left
        }
    });

    private sealed class Recorder : IProgress<SipResponse>
    {
        public List<SipResponse> Responses { get; } = [];

        public void Report(SipResponse value) => Responses.Add(value);
    }
}
