using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>What comes right behind the ACK, before the application had the time to read the dialog, waits for it.</summary>
[Trait("Req", "D8")]
public sealed class FirstReadingTests
{
    [Theory, InlineData("UPDATE"), InlineData("INVITE"), InlineData("INFO"), InlineData("MESSAGE"), InlineData("NOTIFY")]
    public void Request_BehindTheAckOfTheCaller_WaitsForTheFirstReading(string method) => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        await SendAsync(scene, invite, ok, method, 2);
        await scene.World.Pass(3);
        Finals(scene).Should().BeEmpty("nothing was said yet");
        var incoming = await Scene.FirstAsync(dialog.IncomingAsync());
        incoming.Request.Method.Should().Be(new SipMethod(method));
        await incoming.RespondAsync(SipStatus.Ok, incoming.Request.Body.IsEmpty ? null : SipContent.Sdp(Scene.Answer));
        await scene.World.Pass(0.1);
        Finals(scene).Should().ContainSingle().Which.StatusCode.Should().Be(200);
    });

    [Theory, InlineData("UPDATE"), InlineData("INVITE"), InlineData("INFO")]
    public void Request_OfTheCalleeBehindItsAnswer_WaitsForTheFirstReading(string method) => Scene.Run(async scene =>
    {
        var (dialog, invite) = await scene.EstablishAsync();
        var request = scene.Peer.CreateFromCallee(new SipMethod(method), invite, "b", 1, headers => headers["Contact"] = "<sip:raw@10.0.0.2:5060>");
        if (method != "INFO") request.Content = SipContent.Sdp(Scene.Answer.Replace("b 1 1", "b 1 2", StringComparison.Ordinal));
        await scene.Peer.SendAsync(request, "10.0.0.1");
        await scene.World.Pass(1);
        await (await Scene.FirstAsync(dialog.IncomingAsync())).RespondAsync(SipStatus.Ok, request.Body.IsEmpty ? null : Scene.Sdp);
        await scene.Peer.ResponseAsync(200);
    });

    [Fact]
    public void Requests_SeveralBehindTheAck_ComeInTheirOrder() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        foreach (var (method, number) in new[] { ("INFO", 2u), ("UPDATE", 3u), ("MESSAGE", 4u) }) await SendAsync(scene, invite, ok, method, number);
        await scene.World.Pass(1);
        var methods = new List<SipMethod>();
        await foreach (var incoming in dialog.IncomingAsync())
        {
            methods.Add(incoming.Request.Method);
            await incoming.RespondAsync(SipStatus.Ok, incoming.Request.Method == SipMethod.Update ? SipContent.Sdp(Scene.Answer) : null);
            if (methods.Count == 3) break;
        }

        methods.Should().Equal(SipMethod.Info, SipMethod.Update, SipMethod.Message);
    });

    [Theory, InlineData("UPDATE", 488), InlineData("INVITE", 488), InlineData("INFO", 405), InlineData("NOTIFY", 481)]
    public void Request_NobodyEverReads_GetsTheStacksAnswerAfterFiveSecondsAndLaterOnesAtOnce(string method, int status) => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var acknowledgedAt = scene.World.Now;
        await scene.World.Pass(2);
        await SendAsync(scene, invite, ok, method, 2);
        await scene.Peer.ResponseAsync(status);
        (scene.World.Now - acknowledgedAt).TotalSeconds.Should().BeApproximately(5, 0.1);
        await scene.World.Pass(1);
        await SendAsync(scene, invite, ok, method, 3);
        await scene.World.Pass(0.1);
        Finals(scene).Select(static response => (response.StatusCode, response.Headers.CSeq!.Value.Number)).Distinct().Should().Equal((status, 2u), (status, 3u));
        dialog.IsConfirmed.Should().BeTrue();
        GC.KeepAlive(dialog.SendInviteAsync(SipContent.Sdp(Scene.Answer))); // the peer's offer is no longer open
    });

    [Fact]
    public void Requests_NobodyReads_AreBoundedInNumber() => Scene.Run(async scene =>
    {
        var (_, invite, ok) = await scene.AcceptAsync();
        for (var number = 2u; number < 262; number++) await SendAsync(scene, invite, ok, "INFO", number);
        await scene.World.Pass(0.1);
        Finals(scene).Should().HaveCount(4).And.OnlyContain(static response => response.StatusCode == 503);
        await scene.World.Pass(30);
        Finals(scene).Select(static response => response.Headers.CSeq).Distinct().Should().HaveCount(260);
    });

    [Fact]
    public void OptionsAndRefreshes_NobodyReads_AreAnsweredAtOnce() => Scene.Run(async scene =>
    {
        var (_, invite, ok) = await scene.AcceptAsync();
        await SendAsync(scene, invite, ok, "OPTIONS", 2);
        await SendAsync(scene, invite, ok, "UPDATE", 3, Scene.Offer); // what was agreed before
        await scene.Peer.SendAsync(scene.Peer.CreateInDialog(SipMethod.Update, invite, ok, 4, ToRaw), "10.0.0.1"); // no offer at all
        await SendAsync(scene, invite, ok, "INVITE", 5, Scene.Offer);
        await scene.World.Pass(0.1);
        Finals(scene).Where(static response => response.StatusCode == 200).Select(static response => response.Headers.CSeq!.Value.Number).Distinct().Should().Equal(2, 3, 4, 5);
    });

    [Theory, InlineData("UPDATE"), InlineData("INVITE"), InlineData("INFO")]
    public void Bye_BehindARequestThatWaits_IsNotHeldUpAndTheRequestGets487(string method) => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        await SendAsync(scene, invite, ok, method, 2);
        await SendAsync(scene, invite, ok, "BYE", 3);
        await scene.World.Pass(0.1);
        (await dialog.Completion).Cause.Should().Be(SipDialogEnd.RemoteBye);
        Finals(scene).Select(static response => (response.StatusCode, response.Headers.CSeq!.Value.Number)).Should().BeEquivalentTo([(200, 3u), (487, 2u)]);
        var count = 0;
        await foreach (var incoming in dialog.IncomingAsync()) count++;
        count.Should().Be(0);
    });

    [Fact]
    public void Cancel_OfAReinviteThatWaits_Gets487AndTheSessionStays() => Scene.Run(async scene =>
    {
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var reinvite = await SendAsync(scene, invite, ok, "INVITE", 2);
        await scene.World.Pass(1);
        await scene.Peer.SendAsync(RawPeer.CreateCancel(reinvite), "10.0.0.1");
        await scene.Peer.ResponseAsync(487);
        await scene.World.Pass(10);
        dialog.IsConfirmed.Should().BeTrue();
        GC.KeepAlive(dialog.SendInviteAsync(SipContent.Sdp(Scene.Answer))); // nothing is open
    });

    [Fact]
    public void Reading_ThatHasEnded_LeavesNothingToWaitFor() => Scene.Run(async scene =>
    {
        using var over = new CancellationTokenSource();
        var (dialog, invite, ok) = await scene.AcceptAsync();
        var reading = Scene.FirstAsync(dialog.IncomingAsync(over.Token));
        over.Cancel();
        await FluentActions.Awaiting(() => reading).Should().ThrowAsync<OperationCanceledException>();
        await SendAsync(scene, invite, ok, "INFO", 2);
        await scene.World.Pass(0.1);
        Finals(scene).Should().ContainSingle().Which.StatusCode.Should().Be(405);
    });

    private static async Task<SipRequest> SendAsync(Scene scene, SipRequest invite, SipResponse ok, string method, uint number, string? body = null)
    {
        var request = scene.Peer.CreateInDialog(new SipMethod(method), invite, ok, number, ToRaw);
        if (method is "INVITE" or "UPDATE") request.Content = SipContent.Sdp(body ?? Scene.Offer.Replace("a 1 1", $"a 1 {number}", StringComparison.Ordinal));
        await scene.Peer.SendAsync(request, "10.0.0.1");
        return request;
    }

    private static void ToRaw(SipHeaders headers) => headers["Contact"] = "<sip:raw@10.0.0.2:5060>";

    /// <summary>The final responses to what came behind the first INVITE.</summary>
    private static IReadOnlyList<SipResponse> Finals(Scene scene) =>
        [.. scene.Peer.Received.Select(static entry => entry.Message).OfType<SipResponse>().Where(static response => response.IsFinal && response.Headers.CSeq!.Value.Number > 1)];
}
