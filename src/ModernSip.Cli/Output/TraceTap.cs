using System.Globalization;
using System.Net;
using System.Text;
using ModernSip.Diagnostics;
using ModernSip.Messages;

namespace ModernSip.Cli.Output;

/// <summary>Turns every message on the wire into an event. The stack has masked credentials before.</summary>
internal sealed class TraceTap(EventQueue events) : ISipMessageTap
{
    public void OnMessage(SipTapDirection direction, string protocol, IPEndPoint local, IPEndPoint remote, ReadOnlySpan<byte> message)
    {
        var arrow = direction == SipTapDirection.Sent ? "-->" : "<--";
        var text = string.Create(CultureInfo.InvariantCulture, $"{arrow} {protocol} {remote}, {message.Length} octets\n{Encoding.UTF8.GetString(message)}");
        var label = SipLadder.Label(message);
        WireEvent said = direction == SipTapDirection.Sent
            ? new SentEvent { Transport = protocol, Remote = remote.ToString(), Label = label, Text = text }
            : new ReceivedEvent { Transport = protocol, Remote = remote.ToString(), Label = label, Text = text };
        events.Emit(SipMessage.TryParse(message, out var parsed, out _) ? Describe(said, parsed) : said);
    }

    private static WireEvent Describe(WireEvent said, SipMessage message)
    {
        var request = message as SipRequest;
        var response = message as SipResponse;
        return said with
        {
            Kind = request is null ? "response" : "request",
            Method = request?.Method.Name,
            Uri = request?.RequestUri.ToString(),
            Status = response?.StatusCode,
            Reason = response?.ReasonPhrase,
            CallId = message.Headers.CallId,
            Cseq = message.Headers.CSeq?.ToString(),
            FromTag = message.Headers.From?.Tag,
            ToTag = message.Headers.To?.Tag,
            Branch = message.Headers.Via?.Branch,
        };
    }
}
