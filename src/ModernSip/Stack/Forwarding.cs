using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>One request on its way through: sent on with a Via of ours on top, its responses passed back without it (RFC 3261 §16.6, §16.7).</summary>
internal sealed class Forwarding : IRequestUser
{
    private readonly IncomingRequest _incoming;
    private CancellationTokenRegistration _cancelling;

    private Forwarding(IncomingRequest incoming)
    {
        _incoming = incoming;
        Final = new Completion<SipResponse>(incoming.Connection.Platform.Continuations);
    }

    /// <summary>The final response that was passed back.</summary>
    public Completion<SipResponse> Final { get; }

    public static Forwarding Start(IncomingRequest incoming, SipUri target)
    {
        var forwarding = new Forwarding(incoming);
        var request = incoming.Request.Copy();
        request.RequestUri = target;
        // A Route that names this element has brought the request here, and is done (RFC 3261 §16.4).
        if (request.Headers.Get(SipHeaderNames.Route) is { } route && incoming.Connection.IsHere(route.Uri, incoming.Transaction.Flow)) request.Headers.RemoveFirst(SipHeaderNames.Route);
        var hops = request.Headers.MaxForwards ?? 70;
        if (hops == 0)
        {
            incoming.Transaction.Shard.Post(static (_, state) => ((Forwarding)state!).Answer(SipStatus.TooManyHops), forwarding);
            return forwarding;
        }

        request.Headers.MaxForwards = hops - 1;
        incoming.PassOn();
        var context = new SendingContext(incoming.Connection) { IsForwarding = true };
        var outgoing = OutgoingRequest.Start(context, request, forwarding);
        if (incoming.Transaction.IsInvite) forwarding._cancelling = incoming.Cancelled.UnsafeRegister(static state => ((OutgoingRequest)state!).Cancel(), outgoing);
        return forwarding;
    }

    public void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow)
    {
        if (response.StatusCode == 100) return; // ends at this hop
        if (!_incoming.Transaction.IsInvite && response.IsProvisional) return; // there are no others (RFC 4320 §4.1)
        if (!_incoming.Transaction.IsInvite && response.StatusCode == 408)
        {
            Finish(response);
            return; // counts for no answer, and is not passed back (RFC 4320 §4.2)
        }

        var passed = response.Copy();
        passed.Headers.RemoveFirst(SipHeaderNames.Via);
        _incoming.RespondNow(passed);
        if (response.IsFinal) Finish(passed);
    }

    public void OnUnsent(OutgoingRequest request) => Answer(SipStatus.RequestTerminated);

    public void OnFailed(OutgoingRequest request, SipException error)
    {
        if (error is not SipTimeoutException) Answer(SipStatus.ServiceUnavailable);
        else if (_incoming.Transaction.IsInvite) Answer(SipStatus.RequestTimeout);
        else Finish(_incoming.Request.CreateResponse(SipStatus.RequestTimeout)); // the peer has found out by itself (RFC 4320 §4.2)
    }

    public void OnEnded(OutgoingRequest request) => _cancelling.Unregister();

    private void Answer(SipStatus status)
    {
        _incoming.Connection.Engine.ReportAnswer(_incoming.Request, _incoming.Transaction.Flow, status.Code, "forwarding");
        var response = _incoming.Request.CreateResponse(status);
        _incoming.RespondNow(response);
        Finish(response);
    }

    private void Finish(SipResponse response)
    {
        _cancelling.Unregister();
        Final.Set(response);
    }
}
