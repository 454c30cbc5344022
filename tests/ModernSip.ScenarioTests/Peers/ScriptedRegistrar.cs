using System.Globalization;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.ScenarioTests.Peers;

/// <summary>A registrar that first answers as its script says, and then accepts what is asked for.</summary>
internal sealed class ScriptedRegistrar
{
    private readonly Queue<Func<SipRequest, SipResponse?>> _script = new();

    private ScriptedRegistrar()
    {
    }

    public AnsweringPeer Peer { get; private set; } = null!; // set by StartAsync

    public IReadOnlyList<(TimeSpan At, SipRequest Request)> Received => Peer.Received;

    public IReadOnlyList<SipRequest> Requests => Peer.Requests;

    /// <summary>What comes behind the script.</summary>
    public Func<SipRequest, SipResponse?> Default { get; set; } = static request => Accept(request);

    public static async Task<ScriptedRegistrar> StartAsync(World world, string address = "10.0.0.9")
    {
        var registrar = new ScriptedRegistrar();
        registrar.Peer = await AnsweringPeer.StartAsync(world, address, registrar.Next);
        return registrar;
    }

    /// <summary>The next request gets this; null leaves it unanswered.</summary>
    public ScriptedRegistrar Then(Func<SipRequest, SipResponse?> answer)
    {
        _script.Enqueue(answer);
        return this;
    }

    public ScriptedRegistrar Then(SipStatus status, params (string Name, string Value)[] headers) => Then(request => AnsweringPeer.Respond(request, status, headers));

    /// <summary>A 200 that lists the binding with the time that was asked for, or another.</summary>
    public static SipResponse Accept(SipRequest request, uint? seconds = null, params (string Name, string Value)[] headers)
    {
        var response = AnsweringPeer.Respond(request, SipStatus.Ok, headers);
        var granted = seconds ?? request.Headers.Expires ?? 3600;
        if (granted > 0 && request.Headers.Contact is { } contact) response.Headers.Add("Contact", contact.WithParameter("expires", granted.ToString(CultureInfo.InvariantCulture)).ToString());
        return response;
    }

    private SipResponse? Next(SipRequest request) => _script.TryDequeue(out var answer) ? answer(request) : Default(request);
}
