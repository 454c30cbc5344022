using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Sdp.Negotiation;
using ModernSip.Sessions.Offers;
using ModernSip.Stack;
using ModernSip.Stack.Routing;
using ModernSip.Transactions.Engine;

namespace ModernSip.Sessions;

/// <summary>What arrives in a dialog: in order or not, answered by the stack, refused for glare, or given to the application (RFC 3261 §12.2.2). Lives on the shard of its leg.</summary>
internal sealed class LegReception(CallLeg leg, ConnectionContext connection)
{
    private PeerOffer? _offer;
    private ShardTimer? _beginning;

    public void OnRequest(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (!leg.Dialog.TryAccept(request)) transaction.Answer(SipStatus.ServerInternalError, "out of order"); // RFC 3261 §12.2.2
        else if (request.Method == SipMethod.Bye) OnBye(transaction);
        else if (leg.IsTerminated) transaction.Answer(SipStatus.CallDoesNotExist, "hung up"); // RFC 5407 §2: BYEs cross, anything else came too late
        else if (RequestScreen.Check(request, connection.Settings.Capabilities) is { } refusal) transaction.Answer(refusal, "beyond what was declared");
        else if (request.Method == SipMethod.Invite) OnInvite(transaction);
        else if (request.Method == SipMethod.Prack) OnPrack(transaction);
        else if (request.Method == SipMethod.Update) OnUpdate(transaction);
        else Deliver(transaction);
    }

    /// <summary>The dialog has ended.</summary>
    public void Terminate()
    {
        _offer?.Terminate();
        _offer = null;
        if (_beginning is null) return;
        _beginning.Stop();
        if (leg.HasListened) return;
        while (leg.Requests.TryRead(out var unread)) unread.Terminate(); // RFC 3261 §15.1.2
    }

    private void OnBye(ServerTransaction transaction)
    {
        var request = transaction.Request; // the answer lets go of it
        transaction.Answer(SipStatus.Ok, "hung up");
        leg.End(new SipDialogOutcome(SipDialogEnd.RemoteBye, Reason: SipDialogOutcome.ReasonOf(request)));
    }

    private void OnInvite(ServerTransaction transaction)
    {
        LearnFlow(transaction);
        switch (GlareRules.OnInvite(leg.Invite is { IsAnswered: false }, leg.Invite is { AwaitsAck: true }, leg.IsInviting, leg.Descriptions.JudgeRemoteOffer()))
        {
            case GlareVerdict.Wait:
                RefuseForNow(transaction);
                break;
            case GlareVerdict.Pending:
                transaction.Answer(SipStatus.RequestPending, "glare");
                break;
            default:
                if (Answer(transaction.Request) is { } response) leg.Begin(new IncomingRequest(transaction, connection)).Respond(response, null);
                else Deliver(transaction, leg.Begin);
                break;
        }
    }

    private void OnUpdate(ServerTransaction transaction)
    {
        LearnFlow(transaction);
        var offer = SessionBody.Of(transaction.Request);
        switch (GlareRules.OnUpdate(_offer is { IsAnswered: false }, offer is null ? SdpVerdict.Accepted : leg.Descriptions.JudgeRemoteOffer()))
        {
            case GlareVerdict.Wait:
                RefuseForNow(transaction);
                break;
            case GlareVerdict.Pending:
                transaction.Answer(SipStatus.RequestPending, "glare");
                break;
            default:
                leg.LearnAllowed(transaction.Request);
                var answer = transaction.Request.Body.IsEmpty ? transaction.Request.CreateResponse(SipStatus.Ok) : Answer(transaction.Request);
                TakeOffer(transaction, offer, answer);
                break;
        }
    }

    /// <summary>A peer whose connection broke comes back by another one: where it is, is told by what refreshes the dialog's target.</summary>
    private void LearnFlow(ServerTransaction transaction)
    {
        if (KeptFlow.OfPeer(transaction.Request, transaction.Flow) is { } flow) leg.PeerFlow = flow;
    }

    private void OnPrack(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if ((leg.Invite?.Acknowledge(request) ?? (leg.Invite is null ? request.CreateResponse(SipStatus.CallDoesNotExist) : null)) is { } refusal)
        {
            transaction.Answer(refusal, "PRACK without its response");
        }
        else if (SessionBody.Of(request) is not { } description)
        {
            transaction.Answer(SipStatus.Ok, "acknowledged");
        }
        else if (leg.Descriptions.State == SdpNegotiationState.LocalOffer)
        {
            leg.Descriptions = leg.Descriptions.RemoteAnswers(description);
            transaction.Answer(SipStatus.Ok, "acknowledged");
        }
        else
        {
            TakeOffer(transaction, description, null);
        }
    }

    /// <summary>Takes an offer that comes in an UPDATE or a PRACK, and answers it, or lets the application do so.</summary>
    private void TakeOffer(ServerTransaction transaction, ReadOnlyMemory<byte>? offer, SipResponse? answer)
    {
        if (offer is { } octets) leg.Descriptions = leg.Descriptions.RemoteOffers(octets);
        if (answer is not null)
        {
            var incoming = new IncomingRequest(transaction, connection);
            new PeerOffer(leg, incoming).Respond(incoming, answer);
        }
        else if (Deliver(transaction, incoming => _offer = new PeerOffer(leg, incoming)) is false)
        {
            leg.Descriptions = leg.Descriptions.RollBack();
        }
    }

    private void RefuseForNow(ServerTransaction transaction)
    {
        var busy = transaction.Request.CreateResponse(SipStatus.ServerInternalError); // RFC 3261 §14.2, RFC 3311 §5.2
        busy.Headers.Set(SipHeaderNames.RetryAfter, new SipRetryAfter((uint)(connection.Platform.Random.NextDouble() * 10)));
        transaction.Answer(busy, "a change of the session is under way");
    }

    /// <summary>Gives a request to the application, or lets it wait for the first reading where that may just not have begun.</summary>
    /// <returns>False where it does not look, and the stack has answered.</returns>
    private bool Deliver(ServerTransaction transaction, Func<IncomingRequest, IResponder>? begin = null)
    {
        var left = leg.IsListening || leg.HasListened || transaction.Request.Method == SipMethod.Options ? TimeSpan.Zero : leg.BeginningLeft;
        if (!leg.IsListening && left <= TimeSpan.Zero)
        {
            transaction.Answer(Default(transaction.Request), "nobody listens");
            return false;
        }

        var incoming = new IncomingRequest(transaction, connection) { Usage = leg };
        incoming.Responder = begin?.Invoke(incoming);
        if (!leg.Requests.TryWrite(incoming))
        {
            var refusal = transaction.Request.CreateResponse(SipStatus.ServiceUnavailable);
            return incoming.AnswerNow(refusal, "too many requests wait");
        }

        if (left > TimeSpan.Zero) (_beginning ??= new ShardTimer(leg.Shard, OnBeginningOver)).Start(left);
        return true;
    }

    /// <summary>The dialog is no longer new, and the application has not begun to read: what waited for that is answered.</summary>
    private void OnBeginningOver()
    {
        if (leg.HasListened) return;
        while (leg.Requests.TryRead(out var unread)) unread.AnswerNow(Default(unread.Request), "nobody listens");
    }

    /// <summary>
    /// The answer to an offer that changes nothing, as a refresh of the session is, where the application does not look: what this side said before
    /// (RFC 4028 §7.4). Null for any other.
    /// </summary>
    private SipResponse? Answer(SipRequest request)
    {
        if (leg.IsListening || SessionBody.Of(request) is not { } offer || !leg.Descriptions.IsUnchanged(offer)) return null;
        var response = request.CreateResponse(SipStatus.Ok);
        response.Content = new SipContent(SipMediaType.Sdp, leg.Descriptions.Local!.Value);
        return response;
    }

    /// <summary>What a dialog answers whose application does not look: it goes on as it is.</summary>
    private SipResponse Default(SipRequest request)
    {
        if (request.Method == SipMethod.Options) return RequestScreen.AnswerOptions(request, connection.Settings.Capabilities);
        if (request.Method == SipMethod.Invite || request.Method == SipMethod.Update || request.Method == SipMethod.Prack) return request.CreateResponse(SipStatus.NotAcceptableHere);
        if (request.Method == SipMethod.Notify) return request.CreateResponse(SipStatus.CallDoesNotExist); // nothing is subscribed (RFC 6665 §4.1.3)
        var response = request.CreateResponse(SipStatus.MethodNotAllowed);
        response.Headers["Allow"] = "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE";
        return response;
    }
}
