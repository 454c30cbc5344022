using System.Net;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests.Simulation.Wire;

/// <summary>One message as it left a stack, or as it reached one.</summary>
internal sealed class WireEvent
{
    public WireEvent(TimeSpan at, bool isSent, string protocol, IPEndPoint local, IPEndPoint remote, byte[] octets)
    {
        (At, IsSent, Protocol, Local, Remote, Octets) = (at, isSent, protocol, local, remote, octets);
        Message = SipMessage.TryParse(octets, out var message, out var error) ? message : null;
        Error = error?.ToString();
    }

    public TimeSpan At { get; }

    public bool IsSent { get; }

    public string Protocol { get; }

    public bool IsReliable => Protocol != "UDP";

    public IPEndPoint Local { get; }

    public IPEndPoint Remote { get; }

    public byte[] Octets { get; }

    /// <summary>The message; null where the octets are none.</summary>
    public SipMessage? Message { get; }

    public string? Error { get; }

    public SipHeaders Headers => Message!.Headers;

    public SipCSeq CSeq => Headers.CSeq!.Value;

    /// <summary>What a client transaction is told by (RFC 3261 §17.1.3).</summary>
    public string ClientKey => $"{Headers.Via!.Branch} {CSeq.Method}";

    /// <summary>What a server transaction is told by (RFC 3261 §17.2.3).</summary>
    public string ServerKey => $"{Headers.Via!.Branch} {Headers.Via!.Host}:{Headers.Via!.Port} {CSeq.Method}";

    public override string ToString()
    {
        var start = Message switch
        {
            SipRequest request => $"{request.Method} {request.RequestUri}",
            SipResponse response => $"{response.StatusCode} to {CSeq.Method}",
            _ => "?",
        };
        return $"{At.TotalSeconds:F3} {Local.Address} {(IsSent ? "->" : "<-")} {Remote.Address} {Protocol} {start} {(Message is null ? Error : $"{CSeq.Number} {Headers.Via?.Branch} {Headers.CallId}")}";
    }
}
