using ModernSip.Dialogs;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Stack;
using ModernSip.Transactions.Engine;

namespace ModernSip.Sessions;

/// <summary>An INVITE from a peer that may become a session: ringing, answer, refusal, its cancelling (RFC 3261 §13.3). Lives on its shard.</summary>
internal sealed class IncomingCall : IServerTransactionUser, IResponder
{
    private readonly IncomingRequest _incoming;
    private CallLeg? _leg;

    public IncomingCall(IncomingRequest incoming)
    {
        _incoming = incoming;
        Context = new SendingContext(incoming.Connection) { From = incoming.Request.Headers.To! };
        incoming.Session = this;
        incoming.Responder = this;
    }

    /// <summary>Answers. A provisional response with a tag makes the dialog, a 2xx confirms it. On the shard.</summary>
    /// <returns>Whether the response was legal now.</returns>
    public bool Respond(IncomingRequest incoming, SipResponse response)
    {
        var transaction = _incoming.Transaction;
        if (transaction.IsAnswered) return false;
        if (response.StatusCode is > 100 and < 300)
        {
            if (!TryMakeLeg(transaction)) return incoming.RespondNow(_incoming.Request.CreateResponse(SipStatus.BadRequest, "Contact Missing"));
            response.Headers.CopyFrom(_incoming.Request.Headers, SipHeaderNames.RecordRoute); // RFC 3261 §12.1.1
            Context.SetContact(response.Headers, transaction.Flow);
            if (response.IsSuccess && !response.Headers.Contains("Allow")) RequestScreen.AddAllow(response, _incoming.Connection.Settings.Capabilities);
        }

        if (!incoming.RespondNow(response)) return false;
        if (response.IsSuccess)
        {
            _leg!.Dialog.Confirm();
            _leg.AwaitAck(transaction, response);
        }
        else if (response.IsFinal)
        {
            _leg?.End(new SipDialogOutcome(SipDialogEnd.Rejected, response.Status));
        }

        return true;
    }

    /// <summary>On whose behalf this side sends in the session.</summary>
    public SendingContext Context { get; }

    /// <summary>The dialog that the answers made; null before the first.</summary>
    public CallLeg? Leg => _leg;

    public void OnCancelled(ServerTransaction transaction, SipRequest cancel) =>
        _leg?.End(new SipDialogOutcome(SipDialogEnd.Canceled, Reason: cancel.Headers["Reason"]));

    public void OnFailed(ServerTransaction transaction, SipException error)
    {
        // A lost answer is repeated until its ACK comes, and its time-out ends the session.
    }

    public void OnEnded(ServerTransaction transaction)
    {
        if (_leg is { Dialog.IsConfirmed: false } early) early.End(new SipDialogOutcome(SipDialogEnd.Error));
    }

    private bool TryMakeLeg(ServerTransaction transaction)
    {
        if (_leg is not null) return true;
        if (Dialog.FromRequest(transaction.Request, transaction.LocalTag) is not { } dialog) return false;
        _leg = new CallLeg(Context, transaction.Shard, dialog, transaction.Flow);
        _leg.AwaitAnswer(_incoming);
        return true;
    }
}
