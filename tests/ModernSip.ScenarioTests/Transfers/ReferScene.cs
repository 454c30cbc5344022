using System.Globalization;
using ModernSip.EventPackages;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.ScenarioTests.Sessions;

namespace ModernSip.ScenarioTests.Transfers;

/// <summary>The words of a transfer that a scripted peer says.</summary>
internal static class ReferScene
{
    /// <summary>Accepts the next REFER of this side.</summary>
    public static async Task<SipRequest> TakeReferAsync(this Scene scene, int status = 202, Action<SipHeaders>? headers = null)
    {
        var refer = await scene.Peer.RequestAsync(SipMethod.Refer);
        scene.Peer.Respond(refer, status, refer.Headers.To!.Tag is null ? "b" : null, added =>
        {
            added["Contact"] = $"<sip:raw@{scene.Peer.HostPort}>";
            headers?.Invoke(added);
        });
        return refer;
    }

    /// <summary>Tells this side how its REFER goes, and awaits the answer.</summary>
    public static async Task<int> TellAsync(this Scene scene, SipRequest refer, uint sequence, string line, string state = "active;expires=60", string @event = "refer")
    {
        var notify = scene.Peer.CreateFromCallee(SipMethod.Notify, refer, refer.Headers.To!.Tag ?? "b", sequence, headers =>
        {
            headers["Contact"] = $"<sip:raw@{scene.Peer.HostPort}>";
            headers["Event"] = @event;
            headers["Subscription-State"] = state;
        });
        notify.Content = new SipContent(SipFragment.MediaType, System.Text.Encoding.UTF8.GetBytes(line + "\r\n"));
        await scene.Peer.SendAsync(notify, "10.0.0.1");
        return ((SipResponse)await scene.Peer.NextAsync(
            message => message is SipResponse { IsFinal: true } response && response.Headers.CSeq!.Value == new SipCSeq(sequence, SipMethod.Notify) && response.Headers.CallId == refer.Headers.CallId,
            $"the answer to NOTIFY {sequence}",
            40)).StatusCode;
    }

    /// <summary>A REFER of the caller in its dialog.</summary>
    public static SipRequest CreateRefer(this Scene scene, SipRequest invite, SipResponse ok, uint sequence, string? referTo, Action<SipHeaders>? headers = null) =>
        scene.Peer.CreateInDialog(SipMethod.Refer, invite, ok, sequence, added =>
        {
            added["Contact"] = $"<sip:raw@{scene.Peer.HostPort}>";
            if (referTo is not null) added["Refer-To"] = referTo;
            headers?.Invoke(added);
        });

    /// <summary>The next NOTIFY, answered: its state without the time that is left, and its status line.</summary>
    public static async Task<(string State, string Line, string Event)> NextNewsAsync(this Scene scene)
    {
        var notify = await scene.Peer.RequestAsync(SipMethod.Notify);
        scene.Peer.Respond(notify, 200);
        notify.Headers.ContentType.Should().Be(SipFragment.MediaType);
        var state = notify.Headers["Subscription-State"]!;
        if (state.StartsWith("active;expires=", StringComparison.Ordinal)) int.Parse(state["active;expires=".Length..], CultureInfo.InvariantCulture).Should().BePositive();
        return (state.Split(";expires")[0], notify.Content!.GetText().TrimEnd(), notify.Headers["Event"]!);
    }
}
