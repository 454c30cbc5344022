using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sessions;

namespace ModernSip.ScenarioTests.Sessions;

/// <summary>What a session survives: each response to each kind of request in its dialog (RFC 5057 §5.1, RFC 3261 §12.2.1.2).</summary>
[Trait("Req", "D8"), Trait("Section", "RFC 5057 5.1")]
public sealed class UsageTests
{
    /// <summary>Nobody is there, or no way to it.</summary>
    private static readonly int[] Ending = [404, 408, 410, 416, 481, 482, 483, 484, 485, 502, 604];

    /// <summary>The request alone has failed.</summary>
    private static readonly int[] Harmless =
    [
        300, 301, 302, 305, 380, 400, 401, 402, 403, 405, 406, 407, 412, 413, 414, 415, 417, 420, 421, 422, 423, 428, 429, 433, 436, 437, 438, 439, 440, 469, 470, 480, 486, 487, 488, 489, 491, 493, 494, 499,
        500, 501, 503, 504, 505, 513, 555, 580, 599, 600, 603, 606, 607, 608, 699,
    ];

    public static TheoryData<string, int, bool> Cases()
    {
        var cases = new TheoryData<string, int, bool>();
        foreach (var method in new[] { "INVITE", "UPDATE", "INFO", "OPTIONS", "MESSAGE", "X-OWN" })
        {
            foreach (var status in Ending) cases.Add(method, status, status != 408 || method is "INVITE" or "UPDATE" or "INFO");
            foreach (var status in Harmless) cases.Add(method, status, false);
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Rfc5057_5_1_Response_EndsTheSessionOrTheRequestAlone(string method, int status, bool ends) => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var answering = AnswerAsync(scene, dialog, new SipMethod(method));
        scene.Peer.Respond(await scene.Peer.RequestAsync(new SipMethod(method)), status);
        await scene.World.Pass(0.4);
        scene.Peer.Requests(SipMethod.Bye).Should().HaveCount(ends ? 1 : 0);
        if (ends)
        {
            scene.Peer.Respond(scene.Peer.Requests(SipMethod.Bye)[0], 481);
            (await dialog.Completion).Should().Match<SipDialogOutcome>(outcome => outcome.Cause == SipDialogEnd.Error && outcome.Status == (SipStatus)status);
        }
        else
        {
            dialog.IsConfirmed.Should().BeTrue();
            scene.Peer.AnswersByItself = true;
            await dialog.DisposeAsync();
        }

        await answering;
    });

    [Theory, InlineData("OPTIONS", false), InlineData("MESSAGE", false), InlineData("INFO", true), InlineData("UPDATE", true), InlineData("INVITE", true)]
    [Trait("Section", "RFC 5057 3.2")]
    public void Rfc5057_3_2_Silence_EndsTheSessionWhereTheRequestIsPartOfIt(string method, bool ends) => Scene.Run(async scene =>
    {
        var (dialog, _) = await scene.EstablishAsync();
        var answering = AnswerAsync(scene, dialog, new SipMethod(method));
        await scene.Peer.RequestAsync(new SipMethod(method));
        await scene.World.Pass(33);
        (await answering).Should().BeOfType<SipTimeoutException>();
        scene.Peer.Requests(SipMethod.Bye).Any().Should().Be(ends);
        scene.Peer.AnswersByItself = true;
        await dialog.DisposeAsync();
        (await dialog.Completion).Cause.Should().Be(ends ? SipDialogEnd.Timeout : SipDialogEnd.LocalBye);
    });

    /// <summary>Sends a request and awaits its end, whatever that is.</summary>
    private static async Task<SipException?> AnswerAsync(Scene scene, SipInviteDialog dialog, SipMethod method)
    {
        try
        {
            if (method == SipMethod.Invite) await dialog.SendInviteAsync(Scene.Sdp).FinalAsync();
            else await dialog.SendAsync(method).FinalAsync();
            return null;
        }
        catch (SipException exception)
        {
            return exception; // a challenge that is not met, or the session's end
        }
    }
}
