using System.Net;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Testing;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests.Peers;

/// <summary>A peer without a stack: it notes each request and answers as its script says. Repeats get the same answers once more.</summary>
internal sealed class AnsweringPeer : ISipReceiver
{
    private readonly World _world;
    private readonly Dictionary<string, IReadOnlyList<SipResponse>> _answers = new(StringComparer.Ordinal);

    private AnsweringPeer(World world, Func<SipRequest, IReadOnlyList<SipResponse>> answer) => (_world, Answer) = (world, answer);

    /// <summary>The requests, repeats left out, with the virtual time of each.</summary>
    public List<(TimeSpan At, SipRequest Request)> Received { get; } = [];

    public IReadOnlyList<SipRequest> Requests => [.. Received.Select(static received => received.Request)];

    public List<SipResponse> Responses { get; } = [];

    public int Arrivals { get; private set; }

    public Func<SipRequest, IReadOnlyList<SipResponse>> Answer { get; set; }

    public SipFlow? LastFlow { get; private set; }

    public List<ISipTransportBinding> Bindings { get; } = [];

    public static async Task<AnsweringPeer> StartAsync(World world, string address, Func<SipRequest, IReadOnlyList<SipResponse>> answer)
    {
        var peer = new AnsweringPeer(world, answer);
        var host = world.Hosts[address] = world.Network.CreateHost(address);
        foreach (var transport in (ISipTransport[])[host.Udp, host.Tcp])
        {
            peer.Bindings.Add(await transport.BindAsync(new IPEndPoint(host.Address, 5060), peer, default));
        }

        return peer;
    }

    public static Task<AnsweringPeer> StartAsync(World world, string address, Func<SipRequest, SipResponse?> answer) =>
        StartAsync(world, address, request => answer(request) is { } response ? [response] : []);

    /// <summary>A peer that takes everything and says nothing.</summary>
    public static Task<AnsweringPeer> StartSilentAsync(World world, string address) => StartAsync(world, address, static _ => []);

    /// <summary>A response with a tag of the peer's.</summary>
    public static SipResponse Respond(SipRequest request, SipStatus status, params (string Name, string Value)[] headers)
    {
        var response = request.CreateResponse(status);
        if (status.Code > 100 && response.Headers.To is { Tag: null } to) response.Headers.To = to.WithTag("peer");
        foreach (var (name, value) in headers) response.Headers.Add(name, value);
        return response;
    }

    public async Task SendAsync(string to, SipMessage message)
    {
        var flow = await Bindings[0].ConnectAsync(new(IPEndPoint.Parse(to)), default);
        flow.Send(message.ToOctets());
    }

    public void OnMessage(SipFlow flow, ReadOnlySpan<byte> message)
    {
        LastFlow = flow;
        if (!SipMessage.TryParse(message, out var parsed, out _)) throw new InvalidOperationException("The stack sent something that is not SIP.");
        if (parsed is SipResponse received) Responses.Add(received);
        else OnRequest(flow, (SipRequest)parsed!);
    }

    public void OnMalformed(SipFlow flow, ReadOnlySpan<byte> octets, string reason) => throw new InvalidOperationException(reason);

    public void OnClosed(SipFlow flow, Exception? error)
    {
        // Connections come and go; what a test waits for tells.
    }

    private void OnRequest(SipFlow flow, SipRequest request)
    {
        Arrivals++;
        if (request.Method == SipMethod.Ack)
        {
            Received.Add((_world.Simulation.Time.Elapsed, request));
            return;
        }

        var key = $"{request.Method} {request.Headers.Via!.Branch}";
        if (!_answers.TryGetValue(key, out var answers))
        {
            Received.Add((_world.Simulation.Time.Elapsed, request));
            _answers.Add(key, answers = Answer(request));
        }

        foreach (var answer in answers) flow.Send(answer.ToOctets());
    }
}
