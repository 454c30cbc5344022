using System.Globalization;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.ScenarioTests.Subscriptions;

/// <summary>A notifier without a stack: it says exactly what a test wants said.</summary>
internal sealed class ScriptedNotifier(RawPeer peer)
{
    private uint _sequence;

    public RawPeer Peer => peer;

    public static async Task<ScriptedNotifier> StartAsync(World world, string address = "10.0.0.2") => new(await RawPeer.BindAsync(world, address));

    /// <summary>The next SUBSCRIBE, answered.</summary>
    public async Task<SipRequest> AcceptAsync(uint expires = 600, string tag = "n1")
    {
        var subscribe = await peer.RequestAsync(SipMethod.Subscribe, 100_000);
        Accept(subscribe, expires, tag);
        return subscribe;
    }

    public void Accept(SipRequest subscribe, uint expires = 600, string tag = "n1") =>
        peer.Respond(subscribe, 200, subscribe.Headers.To!.Tag is null ? tag : null, headers =>
        {
            headers["Contact"] = $"<sip:notifier@{peer.HostPort}>";
            headers.Expires = Math.Min(expires, subscribe.Headers.Expires ?? expires);
        });

    /// <summary>Sends a NOTIFY and awaits the answer.</summary>
    public async Task<int> NotifyAsync(SipRequest subscribe, string state, string tag = "n1", Action<SipHeaders>? headers = null, string? body = null)
    {
        var before = peer.Received.Count;
        var notify = Create(subscribe, state, tag, headers, body);
        await peer.SendAsync(notify, "10.0.0.1");
        while (true)
        {
            var answer = await peer.NextAsync(message => message is SipResponse response && response.Headers.CSeq!.Value == notify.Headers.CSeq!.Value && response.Headers.From!.Tag == tag, "answer to NOTIFY", 40);
            if (answer is SipResponse { IsFinal: true } final && peer.Received.Count > before) return final.StatusCode;
        }
    }

    public SipRequest Create(SipRequest subscribe, string state, string tag = "n1", Action<SipHeaders>? headers = null, string? body = null)
    {
        var notify = peer.CreateFromCallee(SipMethod.Notify, subscribe, tag, ++_sequence, added =>
        {
            added["Contact"] = $"<sip:notifier@{peer.HostPort}>";
            added["Event"] = subscribe.Headers["Event"];
            added["Subscription-State"] = state;
            headers?.Invoke(added);
        });
        if (body is not null) notify.Content = new SipContent("application/pidf+xml", System.Text.Encoding.UTF8.GetBytes(body));
        return notify;
    }

    public IReadOnlyList<string> SubscribeTimes => [.. peer.Arrivals(static message => message is SipRequest { Method: var method } && method == SipMethod.Subscribe).Select(static at => at.TotalSeconds.ToString("0", CultureInfo.InvariantCulture))];
}
