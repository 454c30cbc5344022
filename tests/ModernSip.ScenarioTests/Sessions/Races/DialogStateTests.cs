using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Sessions.Races;

/// <summary>The states that a session's dialog goes through (RFC 5407 §2): what this side answers in each of them, at either end, and what leads from one to the next.</summary>
[Trait("Req", "D8")]
[Trait("Section", "RFC 5407 2")]
public sealed class DialogStateTests
{
    private static readonly Dictionary<string, (int Early, int Moratorium, int Established, int Mortal, int Morgue)> AtTheCallee = new()
    {
        ["INVITE"] = (500, 491, 200, 481, 481),
        ["UPDATE"] = (200, 200, 200, 481, 481),
        ["OPTIONS"] = (200, 200, 200, 481, 481),
        ["INFO"] = (405, 405, 405, 481, 481), // nobody looks
        ["REFER"] = (405, 405, 405, 481, 481),
        ["BYE"] = (200, 200, 200, 200, 481),
        ["CANCEL"] = (200, 200, 200, 200, 200), // its INVITE is still known
        ["PRACK"] = (481, 481, 481, 481, 481), // of nothing
    };

    private static readonly Dictionary<string, (int Early, int Moratorium, int Established, int Mortal, int Morgue)> AtTheCaller = new()
    {
        ["INVITE"] = (491, 491, 200, 481, 481),
        ["UPDATE"] = (200, 200, 200, 481, 481),
        ["OPTIONS"] = (200, 200, 200, 481, 481),
        ["INFO"] = (405, 405, 405, 481, 481),
        ["REFER"] = (405, 405, 405, 481, 481),
        ["BYE"] = (200, 200, 200, 200, 481),
        ["PRACK"] = (481, 481, 481, 481, 481),
    };

    private enum State { Early, Moratorium, Established, Mortal, Morgue }

    public static TheoryData<string, string, int> CalleeCases() => Cases(AtTheCallee);

    public static TheoryData<string, string, int> CallerCases() => Cases(AtTheCaller);

    [Theory, MemberData(nameof(CalleeCases))]
    public void Rfc5407_2_Callee_AnswersByItsState(string state, string method, int status) => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        await incoming.RespondAsync(SipStatus.Ringing);
        var ok = await scene.Peer.ResponseAsync(180);
        var at = Enum.Parse<State>(state);
        var accepting = at >= State.Moratorium ? incoming.AcceptAsync(SipContent.Sdp(Scene.Answer)) : null;
        if (at >= State.Moratorium) ok = await scene.Peer.ResponseAsync(200);
        if (at >= State.Established) await scene.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1));
        if (at >= State.Mortal) await HangUpAsync(scene, await accepting!, at);
        var request = method == "CANCEL" ? RawPeer.CreateCancel(invite) : Ask(scene, scene.Peer.CreateInDialog(new SipMethod(method), invite, ok, 2), Scene.Offer);
        (await scene.AskAsync(request)).Should().Be(status);
        if (at == State.Early && method is ("BYE" or "CANCEL")) (await scene.Peer.AnswerAsync(invite)).StatusCode.Should().Be(487);
    });

    [Theory, MemberData(nameof(CallerCases))]
    public void Rfc5407_2_Caller_AnswersByItsState(string state, string method, int status) => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var at = Enum.Parse<State>(state);
        await using var responses = dialog.SendInviteAsync(Scene.Sdp).GetAsyncEnumerator();
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, at == State.Early ? 180 : 200, "b", body: at == State.Early ? null : Scene.Answer);
        (await responses.MoveNextAsync()).Should().BeTrue();
        if (at >= State.Established) await dialog.SendAckAsync(responses.Current);
        if (at >= State.Mortal) await HangUpAsync(scene, dialog, at);
        var request = Ask(scene, scene.Peer.CreateFromCallee(new SipMethod(method), invite, "b", 1), Scene.Answer);
        (await scene.AskAsync(request)).Should().Be(status);
        scene.Peer.AnswersByItself = true; // CANCEL and BYE of the end
        if (at == State.Early) scene.Peer.Respond(invite, 486, "b");
    });

    [Theory, InlineData(302), InlineData(404), InlineData(503), InlineData(603)]
    public void Rfc5407_2_Caller_RefusedInPreparative_IsInMorgueAtOnce(int status) => Scene.Run(async scene =>
    {
        var dialog = scene.Call();
        var reading = Scene.ReadAsync(dialog.SendInviteAsync(Scene.Sdp));
        var invite = await scene.Peer.RequestAsync(SipMethod.Invite);
        scene.Peer.Respond(invite, status, "b");
        await scene.Peer.RequestAsync(SipMethod.Ack);
        (await reading).Should().Equal(status);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.Rejected);
        (await scene.AskAsync(scene.Peer.CreateFromCallee(SipMethod.Bye, invite, "b", 1))).Should().Be(481);
        scene.Peer.Respond(invite, status, "b"); // the transaction acknowledges its repeats
        await scene.Peer.RequestAsync(SipMethod.Ack);
    });

    [Fact]
    public void Rfc5407_2_Callee_InMoratorium_RepeatsIts2xxUntilTheAck() => Scene.Run(async scene =>
    {
        var (incoming, invite) = await scene.ReceiveAsync();
        var accepting = incoming.AcceptAsync(SipContent.Sdp(Scene.Answer));
        var ok = await scene.Peer.ResponseAsync(200);
        await scene.World.Pass(20);
        var times = scene.Peer.Arrivals(static message => message is SipResponse { StatusCode: 200 });
        times.Zip(times.Skip(1), static (one, next) => Math.Round((next - one).TotalSeconds, 1)).Should().Equal(0.5, 1, 2, 4, 4, 4, 4);
        await scene.SendAsync(scene.Peer.CreateInDialog(SipMethod.Ack, invite, ok, 1));
        await accepting;
        await scene.World.Pass(60);
        scene.Peer.Responses(200).Should().HaveCount(times.Count);
    });

    [Fact]
    public void Rfc5407_2_Caller_InEstablished_AcknowledgesEach2xx() => Scene.Run(async scene =>
    {
        var (_, invite) = await scene.EstablishAsync();
        for (var i = 0; i < 3; i++)
        {
            scene.Peer.Respond(invite, 200, "b", body: Scene.Answer);
            await scene.Peer.RequestAsync(SipMethod.Ack);
        }
    });

    [Fact]
    public void Rfc5407_2_InMortal_NothingNewIsSent() => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var hangingUp = dialog.SendByeAsync();
        var bye = await scene.Peer.RequestAsync(SipMethod.Bye);
        dialog.Invoking(static it => it.SendAsync(SipMethod.Info)).Should().Throw<InvalidOperationException>();
        dialog.Invoking(static it => it.SendInviteAsync(Scene.Sdp)).Should().Throw<InvalidOperationException>();
        await FluentActions.Awaiting(() => dialog.TransferAsync("sip:carol@10.0.0.3")).Should().ThrowAsync<InvalidOperationException>();
        var again = dialog.SendByeAsync();
        scene.Peer.Respond(bye, 200);
        await hangingUp;
        await again;
        scene.Peer.Received.Select(static entry => entry.Message).OfType<SipRequest>().Select(static request => request.Method.Name).Should().Equal("INVITE", "ACK", "BYE");
    });

    [Theory, InlineData("INVITE"), InlineData("UPDATE")]
    public void Rfc5407_2_InMortal_AChangeThatWaitsAfterGlareIsNotSentAgain(string method) => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var isInvite = method == "INVITE";
        var final = isInvite ? dialog.SendInviteAsync(Scene.Sdp).FinalAsync() : dialog.SendAsync(SipMethod.Update, Scene.Sdp).FinalAsync();
        scene.Peer.Respond(await scene.Peer.RequestAsync(new SipMethod(method)), 491);
        await scene.World.Pass(0.1);
        var hangingUp = dialog.SendByeAsync();
        await scene.Peer.RequestAsync(SipMethod.Bye);
        await scene.World.Pass(10); // longer than the wait, and the BYE is not answered yet
        scene.Peer.Requests(new SipMethod(method)).Should().HaveCount(isInvite ? 2 : 1);
        scene.Peer.Respond(scene.Peer.Requests(SipMethod.Bye)[0], 200);
        await hangingUp;
        if (isInvite) (await final).StatusCode.Should().Be(491);
        else await FluentActions.Awaiting(() => final).Should().ThrowAsync<Errors.SipConnectionClosedException>();
    });

    [Fact]
    public void Rfc5407_2_InMortal_ByeIsNeverAnswered_MorgueComesWithItsTimeOut() => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var hangingUp = dialog.SendByeAsync();
        await scene.Peer.RequestAsync(SipMethod.Bye);
        await scene.World.Pass(31);
        (await scene.AskAsync(scene.Peer.CreateFromCallee(SipMethod.Options, invite, "b", 1))).Should().Be(481);
        hangingUp.IsCompleted.Should().BeFalse();
        await hangingUp;
        scene.World.Now.TotalSeconds.Should().BeApproximately(32, 0.1);
        (await scene.AskAsync(scene.Peer.CreateFromCallee(SipMethod.Bye, invite, "b", 2))).Should().Be(481);
    });

    private static TheoryData<string, string, int> Cases(Dictionary<string, (int, int, int, int, int)> table)
    {
        var cases = new TheoryData<string, string, int>();
        foreach (var (method, (early, moratorium, established, mortal, morgue)) in table)
        {
            cases.Add(nameof(State.Early), method, early);
            cases.Add(nameof(State.Moratorium), method, moratorium);
            cases.Add(nameof(State.Established), method, established);
            cases.Add(nameof(State.Mortal), method, mortal);
            cases.Add(nameof(State.Morgue), method, morgue);
        }

        return cases;
    }

    private static SipRequest Ask(Scene scene, SipRequest request, string offer)
    {
        request.Headers["Contact"] = $"<sip:raw@{scene.Peer.HostPort}>";
        if (request.Method.Name == "REFER") request.Headers["Refer-To"] = "<sip:carol@10.0.0.3>";
        if (request.Method == SipMethod.Prack) request.Headers.Set(SipHeaderNames.RAck, new SipRAck(1, new SipCSeq(1, SipMethod.Invite)));
        if (request.Method == SipMethod.Invite) request.Content = SipContent.Sdp(offer);
        return request;
    }

    private static async Task HangUpAsync(Scene scene, SipInviteDialog dialog, State state)
    {
        var hangingUp = dialog.SendByeAsync();
        var bye = await scene.Peer.RequestAsync(SipMethod.Bye);
        if (state == State.Mortal) return;
        scene.Peer.Respond(bye, 200);
        await hangingUp;
    }
}
