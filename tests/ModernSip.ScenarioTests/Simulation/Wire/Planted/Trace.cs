using System.Net;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.ScenarioTests.Simulation.Wire.Planted;

/// <summary>What one stack, at 10.0.0.1, sent to a peer at 10.0.0.2 and received from it, written by hand.</summary>
internal sealed class Trace
{
    private const string Stack = "10.0.0.1", Peer = "10.0.0.2";
    private readonly List<WireEvent> _events = [];

    public IReadOnlyList<WireEvent> Events => _events;

    public Trace Sent(double at, SipMessage message, string to = Peer, string protocol = "UDP") => Add(at, true, message.ToOctets().ToArray(), to, protocol);

    public Trace Received(double at, SipMessage message, string from = Peer, string protocol = "UDP") => Add(at, false, message.ToOctets().ToArray(), from, protocol);

    public Trace SentOctets(double at, string octets) => Add(at, true, System.Text.Encoding.UTF8.GetBytes(octets), Peer, "UDP");

    /// <summary>A request of the stack's.</summary>
    public static SipRequest Own(string method, uint sequence = 1, string branch = "own", string? tag = null, string uri = "sip:bob@10.0.0.2", Action<SipHeaders>? edit = null) =>
        Create(method, uri, $"SIP/2.0/UDP {Stack}:5060;branch=z9hG4bK-{branch}", "<sip:alice@10.0.0.1>;tag=a", $"<sip:bob@10.0.0.2>{Tag(tag)}", "own", sequence, "<sip:alice@10.0.0.1:5060>", edit);

    /// <summary>A request of the peer's.</summary>
    public static SipRequest Its(string method, uint sequence = 1, string branch = "its", string? tag = null, Action<SipHeaders>? edit = null) =>
        Create(method, "sip:alice@10.0.0.1", $"SIP/2.0/UDP {Peer}:5060;branch=z9hG4bK-{branch}", "<sip:bob@10.0.0.2>;tag=b", $"<sip:alice@10.0.0.1>{Tag(tag)}", "its", sequence, "<sip:bob@10.0.0.2:5060>", edit);

    /// <summary>A request of the stack's in the dialog that the peer's INVITE made.</summary>
    public static SipRequest OwnInIts(string method, uint sequence, Action<SipHeaders>? edit = null) => Own(method, sequence, "in-its", "b", "sip:bob@10.0.0.2:5060", headers =>
    {
        headers["From"] = "<sip:alice@10.0.0.1>;tag=t";
        headers["Call-ID"] = "its";
        edit?.Invoke(headers);
    });

    /// <summary>A response, with a tag where it needs one.</summary>
    public static SipResponse Answer(SipRequest request, int status, string? tag = "t", Action<SipHeaders>? edit = null)
    {
        var response = request.CreateResponse(status);
        if (status > 100 && tag is not null && response.Headers.To!.Tag is null) response.Headers.To = response.Headers.To.WithTag(tag);
        if (status is > 100 and < 300 && request.Method == SipMethod.Invite) response.Headers["Contact"] = request.Headers.CallId == "own" ? "<sip:bob@10.0.0.2:5060>" : "<sip:alice@10.0.0.1:5060>";
        edit?.Invoke(response.Headers);
        return response;
    }

    /// <summary>A CANCEL, or the ACK to a failure: made from its INVITE.</summary>
    public static SipRequest Derived(string method, SipRequest invite, string? tag = null, Action<SipHeaders>? edit = null, string? uri = null)
    {
        var request = new SipRequest(new SipMethod(method), uri ?? invite.RequestUri.ToString());
        foreach (var name in new[] { "Via", "From", "To", "Call-ID", "Max-Forwards" }) request.Headers[name] = invite.Headers[name];
        request.Headers.CSeq = new SipCSeq(invite.Headers.CSeq!.Value.Number, request.Method);
        if (tag is not null) request.Headers.To = request.Headers.To!.WithTag(tag);
        edit?.Invoke(request.Headers);
        return request;
    }

    private static string Tag(string? tag) => tag is null ? "" : $";tag={tag}";

    private static SipRequest Create(string method, string uri, string via, string from, string to, string callId, uint sequence, string contact, Action<SipHeaders>? edit)
    {
        var request = new SipRequest(new SipMethod(method), uri);
        request.Headers["Via"] = via;
        request.Headers["Max-Forwards"] = "70";
        request.Headers["From"] = from;
        request.Headers["To"] = to;
        request.Headers["Call-ID"] = callId;
        request.Headers["CSeq"] = $"{sequence} {method}";
        if (method == "INVITE") (request.Headers["Contact"], request.Headers["Allow"]) = (contact, "INVITE, ACK, BYE");
        edit?.Invoke(request.Headers);
        return request;
    }

    private Trace Add(double at, bool isSent, byte[] octets, string peer, string protocol)
    {
        _events.Add(new WireEvent(TimeSpan.FromSeconds(at), isSent, protocol, new IPEndPoint(IPAddress.Parse(Stack), 5060), new IPEndPoint(IPAddress.Parse(peer), 5060), octets));
        return this;
    }
}
