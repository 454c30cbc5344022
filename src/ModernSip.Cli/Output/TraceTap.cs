using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using ModernSip.Diagnostics;
using ModernSip.Messages;

namespace ModernSip.Cli.Output;

/// <summary>Turns every message on the wire into an event, with the answers to challenges masked.</summary>
internal sealed partial class TraceTap(EventQueue events) : ISipMessageTap
{
    public void OnMessage(SipTapDirection direction, string protocol, IPEndPoint local, IPEndPoint remote, ReadOnlySpan<byte> message)
    {
        var arrow = direction == SipTapDirection.Sent ? "-->" : "<--";
        var text = string.Create(CultureInfo.InvariantCulture, $"{arrow} {protocol} {remote}, {message.Length} octets\n{Mask(Encoding.UTF8.GetString(message))}");
        WireEvent said = direction == SipTapDirection.Sent
            ? new SentEvent { Transport = protocol, Remote = remote.ToString(), Text = text }
            : new ReceivedEvent { Transport = protocol, Remote = remote.ToString(), Text = text };
        events.Emit(SipMessage.TryParse(message, out var parsed, out _) ? Describe(said, parsed) : said);
    }

    internal static string Mask(string message) =>
        CredentialsField().Replace(message, static field => Secret().Replace(field.Value, "${name}\"***\""));

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

    /// <summary>A field with credentials, its folded lines included.</summary>
    [GeneratedRegex(@"^(?:Proxy-)?Authorization[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CredentialsField();

    [GeneratedRegex(@"(?<name>\bresponse\s*=\s*)(?:""[^""]*""?|[^\s,]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret();
}
