using System.Net;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests;

/// <summary>A peer without a stack: it sends what the test says and notes what arrives, so that it can be as odd as a test needs it.</summary>
public sealed class RawPeer : ISipReceiver
{
    private readonly World _world;
    private readonly List<SipMessage> _unread = [];
    private readonly List<(Func<SipMessage, bool> Matches, TaskCompletionSource<SipMessage> Waiter)> _waiters = [];
    private ISipTransportBinding? _binding;
    private int _names;

    private RawPeer(World world, string address, int port) => (_world, Address, Port) = (world, address, port);

    public string Address { get; }

    public int Port { get; }

    /// <summary>Everything that arrived, with the time of its arrival.</summary>
    public List<(TimeSpan At, SipMessage Message, SipFlow Flow)> Received { get; } = [];

    /// <summary>Whether every request but INVITE and ACK gets a 200 at once.</summary>
    public bool AnswersByItself { get; set; }

    /// <summary>The limits of what it reads.</summary>
    public SipMessageLimits Limits { get; set; } = SipMessageLimits.Default;

    /// <summary>Host and port as they stand in a URI.</summary>
    public string HostPort => $"{(Address.Contains(':', StringComparison.Ordinal) ? $"[{Address}]" : Address)}:{Port}";

    public static async Task<RawPeer> BindAsync(World world, string address, int port = 5060, bool tcp = false)
    {
        if (!world.Hosts.TryGetValue(address, out var host)) host = world.Hosts[address] = world.Network.CreateHost(address);
        var peer = new RawPeer(world, address, port);
        peer._binding = await (tcp ? host.Tcp : host.Udp).BindAsync(new IPEndPoint(IPAddress.Parse(address), port), peer, default);
        return peer;
    }

    /// <summary>Awaits a request; repeats of it are requests too.</summary>
    public async Task<SipRequest> RequestAsync(SipMethod method, double seconds = 100) =>
        (SipRequest)await NextAsync(message => message is SipRequest request && request.Method == method, method.Name, seconds);

    /// <summary>Awaits a response with a status.</summary>
    public async Task<SipResponse> ResponseAsync(int status, double seconds = 100) =>
        (SipResponse)await NextAsync(message => message is SipResponse response && response.StatusCode == status, $"{status}", seconds);

    /// <summary>Awaits the final response to the request with a Call-ID.</summary>
    public async Task<SipResponse> FinalAsync(string callId, double seconds = 100) =>
        (SipResponse)await NextAsync(message => message is SipResponse { IsFinal: true } response && response.Headers.CallId == callId, $"the answer to {callId}", seconds);

    /// <summary>Awaits the final response to a request of this peer.</summary>
    public async Task<SipResponse> AnswerAsync(SipRequest request, double seconds = 100) =>
        (SipResponse)await NextAsync(
            message => message is SipResponse { IsFinal: true } response && response.Headers.Via!.Branch == request.Headers.Via!.Branch && response.Headers.CSeq!.Value.Method == request.Method,
            $"the answer to {request.Method}",
            seconds);

    public IReadOnlyList<SipRequest> Requests(SipMethod method) => [.. Received.Select(entry => entry.Message).OfType<SipRequest>().Where(request => request.Method == method)];

    public IReadOnlyList<SipResponse> Responses(int status) => [.. Received.Select(entry => entry.Message).OfType<SipResponse>().Where(response => response.StatusCode == status)];

    /// <summary>When the requests of a method, or the responses of a status, arrived.</summary>
    public IReadOnlyList<TimeSpan> Arrivals(Func<SipMessage, bool> matches) => [.. Received.Where(entry => matches(entry.Message)).Select(entry => entry.At)];

    public Task SendAsync(SipMessage message, string to, int port = 5060) => SendOctetsAsync(message.ToOctets(), to, port);

    /// <summary>A flow to somebody.</summary>
    public async Task<SipFlow> ConnectAsync(string to, int port = 5060) => await _binding!.ConnectAsync(new(new IPEndPoint(IPAddress.Parse(to), port)), default);

    /// <summary>Sends what need not be a message.</summary>
    public async Task SendOctetsAsync(ReadOnlyMemory<byte> octets, string to, int port = 5060)
    {
        var flow = await _binding!.ConnectAsync(new(new IPEndPoint(IPAddress.Parse(to), port)), default);
        flow.Send(octets.Span);
    }

    /// <summary>Answers on the flow that a request came on.</summary>
    public SipResponse Respond(SipRequest request, int status, string? tag = null, Action<SipHeaders>? headers = null, string? body = null)
    {
        var response = request.CreateResponse(status);
        if (tag is not null) response.Headers.To = response.Headers.To!.WithTag(tag);
        if (status is > 100 and < 300 && request.Method == SipMethod.Invite) response.Headers["Contact"] = $"<sip:raw@{HostPort}>";
        if (body is not null) response.Content = SipContent.Sdp(body);
        headers?.Invoke(response.Headers);
        Received.Last(entry => entry.Message is SipRequest arrived && arrived.Method == request.Method && arrived.Headers.CallId == request.Headers.CallId).Flow.Send(response.ToOctets());
        return response;
    }

    /// <summary>A request outside of dialogs.</summary>
    public SipRequest Create(SipMethod method, string uri, Action<SipHeaders>? headers = null, string? via = null, string? body = null)
    {
        var number = ++_names;
        var request = new SipRequest(method, uri!);
        request.Headers["Via"] = via ?? $"SIP/2.0/UDP {HostPort};branch=z9hG4bK-{Address}-{number};rport";
        request.Headers["Max-Forwards"] = "70";
        request.Headers["From"] = $"<sip:raw@{HostPort}>;tag=raw{number}";
        request.Headers["To"] = $"<{uri}>";
        request.Headers["Call-ID"] = $"call-{number}@{Address}";
        request.Headers["CSeq"] = $"1 {method}";
        if (method == SipMethod.Invite) request.Headers["Contact"] = $"<sip:raw@{HostPort}>";
        if (body is not null) request.Content = SipContent.Sdp(body);
        headers?.Invoke(request.Headers);
        return request;
    }

    /// <summary>A request in the dialog of an INVITE of this peer, or an ACK of its 2xx.</summary>
    public SipRequest CreateInDialog(SipMethod method, SipRequest invite, SipResponse response, uint sequence, Action<SipHeaders>? headers = null) =>
        Create(method, response.Headers.Contact!.Uri.ToString(), added =>
        {
            added.From = invite.Headers.From;
            added.To = response.Headers.To;
            added.CallId = invite.Headers.CallId;
            added.CSeq = new SipCSeq(sequence, method);
            headers?.Invoke(added);
        });

    /// <summary>A request of the callee in the dialog of an INVITE that this peer answered.</summary>
    public SipRequest CreateFromCallee(SipMethod method, SipRequest invite, string tag, uint sequence, Action<SipHeaders>? headers = null) =>
        Create(method, invite.Headers.Contact!.Uri.ToString(), added =>
        {
            added.From = invite.Headers.To!.WithTag(tag);
            added.To = invite.Headers.From;
            added.CallId = invite.Headers.CallId;
            added.CSeq = new SipCSeq(sequence, method);
            headers?.Invoke(added);
        });

    /// <summary>The CANCEL of an INVITE of this peer.</summary>
    public static SipRequest CreateCancel(SipRequest invite)
    {
        var cancel = new SipRequest(SipMethod.Cancel, invite.RequestUri);
        foreach (var name in new[] { "Via", "Max-Forwards", "From", "To", "Call-ID" }) cancel.Headers[name] = invite.Headers[name];
        cancel.Headers.CSeq = new SipCSeq(invite.Headers.CSeq!.Value.Number, SipMethod.Cancel);
        return cancel;
    }

    /// <summary>The ACK to a failure of an INVITE of this peer.</summary>
    public static SipRequest CreateAck(SipRequest invite, SipResponse failure)
    {
        var ack = new SipRequest(SipMethod.Ack, invite.RequestUri);
        foreach (var name in new[] { "Via", "Max-Forwards", "From", "Call-ID" }) ack.Headers[name] = invite.Headers[name];
        ack.Headers.To = failure.Headers.To;
        ack.Headers.CSeq = new SipCSeq(invite.Headers.CSeq!.Value.Number, SipMethod.Ack);
        return ack;
    }

    public void OnMessage(SipFlow flow, ReadOnlySpan<byte> message)
    {
        if (!SipMessage.TryParse(message, out var parsed, out var error, Limits)) throw new InvalidOperationException($"The stack sent what is no message: {error}.");
        Received.Add((_world.Now, parsed, flow));
        if (AnswersByItself && parsed is SipRequest asked && asked.Method != SipMethod.Invite && asked.Method != SipMethod.Ack) flow.Send(asked.CreateResponse(SipStatus.Ok).ToOctets());
        var index = _waiters.FindIndex(waiter => waiter.Matches(parsed));
        if (index < 0)
        {
            _unread.Add(parsed);
            return;
        }

        var found = _waiters[index].Waiter;
        _waiters.RemoveAt(index);
        found.SetResult(parsed);
    }

    public void OnMalformed(SipFlow flow, ReadOnlySpan<byte> octets, string reason) => throw new InvalidOperationException(reason);

    public void OnClosed(SipFlow flow, Exception? error)
    {
        // Tests of closed flows look at what their own side makes of it.
    }

    /// <summary>Awaits the next message that matches.</summary>
    public async Task<SipMessage> NextAsync(Func<SipMessage, bool> matches, string what, double seconds)
    {
        var index = _unread.FindIndex(message => matches(message));
        if (index >= 0)
        {
            var message = _unread[index];
            _unread.RemoveAt(index);
            return message;
        }

        var waiter = new TaskCompletionSource<SipMessage>();
        _waiters.Add((matches, waiter));
        try
        {
            return await waiter.Task.WaitAsync(TimeSpan.FromSeconds(seconds), _world.Simulation.Time);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{Address} waited {seconds} s for {what}.", exception);
        }
    }
}
