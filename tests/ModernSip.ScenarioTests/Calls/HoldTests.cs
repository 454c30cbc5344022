using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sdp;
using ModernSip.Sessions;
using static FluentAssertions.FluentActions;

namespace ModernSip.ScenarioTests.Calls;

/// <summary>RFC 3264 §8.4 between two ends, and what else is said in a call.</summary>
[Trait("Req", "D8")]
public sealed class HoldTests
{
    [Fact, Trait("Req", "D12")]
    public void Hold_AndResume_ThePeerIsTold() => CallScene.Run(async scene =>
    {
        var (alice, bob) = await scene.ConnectAsync();
        var events = bob.EventsAsync().GetAsyncEnumerator();
        await alice.HoldAsync();
        (await CallScene.NextAsync(events)).Should().BeOfType<SipCallHeld>();
        (alice.IsHeld, bob.IsHeldByPeer).Should().Be((true, true));
        CallScene.DirectionOf(alice.LocalDescription).Should().Be(SdpDirection.SendOnly);
        CallScene.DirectionOf(bob.LocalDescription).Should().Be(SdpDirection.ReceiveOnly);
        await alice.HoldAsync(); // is held already
        await alice.ResumeAsync();
        (await CallScene.NextAsync(events)).Should().BeOfType<SipCallResumed>();
        CallScene.DirectionOf(alice.LocalDescription).Should().Be(SdpDirection.SendReceive);
        CallScene.DirectionOf(bob.LocalDescription).Should().Be(SdpDirection.SendReceive);
        await alice.DisposeAsync();
        (await events.MoveNextAsync()).Should().BeFalse();
    });

    [Fact, Trait("Req", "D12")]
    public void Hold_ByBoth_EachResumesForItself() => CallScene.Run(async scene =>
    {
        var (alice, bob) = await scene.ConnectAsync();
        await alice.HoldAsync();
        await bob.HoldAsync();
        CallScene.DirectionOf(alice.LocalDescription).Should().Be(SdpDirection.Inactive);
        (alice.IsHeld, alice.IsHeldByPeer, bob.IsHeld, bob.IsHeldByPeer).Should().Be((true, true, true, true));
        await alice.ResumeAsync();
        CallScene.DirectionOf(bob.LocalDescription).Should().Be(SdpDirection.SendOnly);
        (alice.IsHeld, alice.IsHeldByPeer, bob.IsHeld, bob.IsHeldByPeer).Should().Be((false, true, true, false));
        await bob.ResumeAsync();
        CallScene.DirectionOf(alice.LocalDescription).Should().Be(SdpDirection.SendReceive);
        CallScene.DirectionOf(bob.LocalDescription).Should().Be(SdpDirection.SendReceive);
        await alice.DisposeAsync();
    });

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Hold_BothAtOnce_GlareIsWaitedOutAndBothHold(ulong seed) => CallScene.Run(
        async scene =>
        {
            var (alice, bob) = await scene.ConnectAsync();
            await Task.WhenAll(alice.HoldAsync(), bob.HoldAsync());
            (alice.IsHeld, alice.IsHeldByPeer, bob.IsHeld, bob.IsHeldByPeer).Should().Be((true, true, true, true));
            new[] { alice, bob }.Should().ContainSingle(static call => CallScene.DirectionOf(call.LocalDescription) == SdpDirection.Inactive, "who answered last leaves nothing");
            await Task.WhenAll(alice.ResumeAsync(), bob.ResumeAsync());
            CallScene.DirectionOf(alice.LocalDescription).Should().Be(SdpDirection.SendReceive);
            await alice.DisposeAsync();
        },
        seed: seed);

    [Fact]
    public void Hold_PeerHangsUpMeanwhile_ThrowsAndTheCallEnds() => CallScene.Run(async scene =>
    {
        SipCall? bob = null;
        (var alice, bob) = await scene.ConnectAsync(ofBob: new SipCallOptions
        {
            AnswerOffer = async (offer, _) =>
            {
                await bob!.HangUpAsync(CancellationToken.None);
                return offer;
            },
        });
        var holding = alice.HoldAsync();
        (await alice.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        await Awaiting(() => holding).Should().ThrowAsync<SipException>();
        alice.IsHeld.Should().BeFalse();
    });

    [Fact]
    public void Reoffer_AppAnswers_ItsAnswerIsGivenAndRefusalKeepsTheCall() => CallScene.Run(async scene =>
    {
        SipCall? bob = null;
        var isAnswered = false;
        (var alice, bob) = await scene.ConnectAsync(ofBob: new SipCallOptions
        {
            AnswerOffer = (offer, _) =>
            {
                var answer = SdpSession.Parse(bob!.LocalDescription!.Octets.Span).NextVersion();
                var moving = isAnswered ? null : SipContent.Sdp((answer with { Media = [answer.Media[0] with { Port = 6_000 }] }).ToString());
                isAnswered = true;
                return ValueTask.FromResult(moving);
            },
        });
        var events = bob.EventsAsync().GetAsyncEnumerator();
        var moved = SdpSession.Parse(CallScene.Offer.Octets.Span).NextVersion();
        moved = moved with { Media = [moved.Media[0] with { Port = 4_002 }] };
        (await alice.Dialog.SendInviteAsync(SipContent.Sdp(moved.ToString())).FinalAsync()).StatusCode.Should().Be(200);
        (await CallScene.NextAsync(events)).Should().BeOfType<SipCallReoffered>();
        SdpSession.Parse(alice.RemoteDescription!.Octets.Span).Media[0].Port.Should().Be(6_000);
        (await alice.Dialog.SendInviteAsync(SipContent.Sdp(moved.NextVersion().ToString())).FinalAsync()).StatusCode.Should().Be(488);
        SdpSession.Parse(alice.RemoteDescription!.Octets.Span).Media[0].Port.Should().Be(6_000);
        await alice.DisposeAsync();
    });

    [Fact]
    public void Reoffer_AppThrows_IsRefusedAndLogged()
    {
        var act = () => CallScene.Run(async scene =>
        {
            var (alice, _) = await scene.ConnectAsync(ofBob: new SipCallOptions { AnswerOffer = static (_, _) => throw new NotSupportedException("no") });
            (await alice.Dialog.SendInviteAsync(SipContent.Sdp(SdpSession.Parse(CallScene.Offer.Octets.Span).Hold().ToString())).FinalAsync()).StatusCode.Should().Be(500);
            (await alice.Dialog.SendAsync(SipMethod.Options).FinalAsync()).StatusCode.Should().Be(200); // the call goes on
            await alice.DisposeAsync();
        });
        act.Should().Throw<InvalidOperationException>().WithMessage("*the offer is refused*"); // the world fails on what is logged as an error
    }

    [Fact, Trait("Req", "G3")]
    public void Class40_AnswerOffer_DisposesTheCall_BothEnd() => CallScene.Run(async scene =>
    {
        SipCall? bob = null;
        (var alice, bob) = await scene.ConnectAsync(ofBob: new SipCallOptions
        {
            AnswerOffer = async (_, _) =>
            {
                await bob!.DisposeAsync();
                return null;
            },
        });
        await Awaiting(() => alice.HoldAsync()).Should().ThrowAsync<SipException>();
        (await alice.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        await bob.DisposeAsync();
    });

    [Fact, Trait("Req", "D2")]
    public void LateOffer_AnsweredInTheAckWithAHold_IsShown() => CallScene.Run(async scene =>
    {
        var accepted = new TaskCompletionSource<SipCall>();
        scene.Bob.OnInvite(async (invite, ended) =>
        {
            var call = await invite.AcceptCallAsync(CallScene.Offer, null, ended);
            accepted.SetResult(call);
            await call.Completion;
        });
        await using var dialog = scene.Alice.CreateInviteDialog("sip:bob@10.0.0.2");
        var success = await dialog.SendInviteAsync().FinalAsync();
        var answer = SdpSession.Parse(success.Body.Span);
        await dialog.SendAckAsync(success, SipContent.Sdp((answer with { Media = [answer.Media[0].WithDirection(SdpDirection.SendOnly)] }).ToString()));
        var bob = await accepted.Task;
        await scene.World.Pass(0.1);
        bob.IsHeldByPeer.Should().BeTrue();
    });

    [Fact]
    public void Dtmf_SentAsInfo_ArrivesToneByTone() => CallScene.Run(async scene =>
    {
        var (alice, bob) = await scene.ConnectAsync();
        var events = bob.EventsAsync().GetAsyncEnumerator();
        await alice.SendDtmfAsync("1*d", TimeSpan.FromMilliseconds(200));
        foreach (var tone in "1*D") (await CallScene.NextAsync(events)).Should().Be(new SipDtmfReceived(tone, TimeSpan.FromMilliseconds(200)));
        await Awaiting(() => alice.SendDtmfAsync("1x")).Should().ThrowAsync<ArgumentException>();
        await Awaiting(() => alice.SendDtmfAsync("1", TimeSpan.FromMilliseconds(1))).Should().ThrowAsync<ArgumentException>();
        (await alice.Dialog.SendAsync(SipMethod.Info, SipContent.PlainText("hello")).FinalAsync()).StatusCode.Should().Be(415);
        (await alice.Dialog.SendAsync(SipMethod.Info, new SipContent("application/dtmf-relay", "Signal=Z\r\n"u8.ToArray())).FinalAsync()).StatusCode.Should().Be(400);
        (await alice.Dialog.SendAsync(SipMethod.Message, SipContent.PlainText("hello")).FinalAsync()).StatusCode.Should().Be(405);
        await alice.DisposeAsync();
    });
}
