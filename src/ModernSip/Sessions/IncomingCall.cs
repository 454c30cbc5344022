using ModernSip.Dialogs;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Stack;
using ModernSip.Transactions.Engine;

namespace ModernSip.Sessions;

/// <summary>An INVITE from a peer that may become a session: ringing, answer, refusal, its cancelling (RFC 3261 §13.3). Lives on its shard.</summary>
internal sealed class IncomingCall : IServerTransactionUser, IResponder
{
    private readonly IncomingRequest _incoming;
    private CallLeg? _leg;
    private PeerInvite? _invite;

    public IncomingCall(IncomingRequest incoming)
    {
        _incoming = incoming;
        Context = incoming.Connection.Sending;
        incoming.Session = this;
        incoming.Responder = this;
    }

    /// <summary>The connection on whose behalf this side sends in the session.</summary>
    public SendingContext Context { get; }

    /// <summary>Is told of <see cref="Leg"/>; null for nobody. Set before any answer.</summary>
    public Completion<CallLeg>? WhenMade { get; set; }

    /// <summary>The dialog that the answers made; null before the first. From any thread.</summary>
    public CallLeg? Leg => Volatile.Read(ref _leg);

    public SipRequest Request => _incoming.Request;

    /// <summary>Whether the peer gave up before the answer.</summary>
    public bool IsCancelled => _incoming.IsCancelled;

    public bool Respond(IncomingRequest incoming, SipResponse response) => Respond(response, null);

    /// <summary>Answers from any thread, see <see cref="IncomingRequest.RespondAsync"/>.</summary>
    public Task<bool> AnswerAsync(SipResponse response) => _incoming.RespondAsync(response);

    /// <summary>Sends a provisional response reliably. From any thread.</summary>
    /// <returns>The PRACK.</returns>
    /// <exception cref="SipConnectionClosedException">The connection is closed, or the INVITE ended before the PRACK came.</exception>
    public Task<SipRequest> RespondReliablyAsync(SipResponse response)
    {
        Context.Period.ThrowIfEnded();
        var acknowledged = new Completion<SipRequest>(_incoming.Connection.Platform.Continuations);
        var isPosted = _incoming.Transaction.Shard.Post(
            static (_, state) =>
            {
                var (call, answer, completion) = ((IncomingCall, SipResponse, Completion<SipRequest>))state!;
                call.RespondReliably(answer, completion);
            },
            (this, response, acknowledged));
        if (!isPosted) acknowledged.Fail(new SipConnectionClosedException("The stack has stopped."));
        return acknowledged.Task;
    }

    public void OnCancelled(ServerTransaction transaction, SipRequest cancel) =>
        _leg?.End(new SipDialogOutcome(SipDialogEnd.Canceled, Reason: SipDialogOutcome.ReasonOf(cancel)) { EndedBy = SipDialogSide.Peer });

    public void OnFailed(ServerTransaction transaction, SipException error)
    {
        // A lost answer is repeated until its ACK comes, and its time-out ends the session.
    }

    public void OnEnded(ServerTransaction transaction)
    {
        if (_leg is { Dialog.IsConfirmed: false } early) early.End(new SipDialogOutcome(SipDialogEnd.Error));
    }

    /// <summary>Answers. A provisional response with a tag makes the dialog, a 2xx confirms it. On the shard.</summary>
    private bool Respond(SipResponse response, Completion<SipRequest>? acknowledged)
    {
        if (_incoming.Transaction.IsAnswered) return false;
        if (response.StatusCode is > 100 and < 300 && !TryMakeLeg()) return _incoming.AnswerNow(_incoming.Request.CreateResponse(SipStatus.BadRequest, "Contact Missing"), "no Contact");
        if (_invite is null) return _incoming.RespondNow(response);
        if (!_invite.Respond(response, acknowledged)) return false;
        if (response.StatusCode >= 300) _leg!.End(new SipDialogOutcome(SipDialogEnd.Rejected, response.Status) { EndedBy = SipDialogSide.Local });
        else if (response.IsSuccess) _incoming.Replacement?.Complete();
        return true;
    }

    private void RespondReliably(SipResponse response, Completion<SipRequest> acknowledged)
    {
        try
        {
            if (!Respond(response, acknowledged)) acknowledged.Fail(new SipConnectionClosedException(_incoming.IsCancelled ? "The peer cancelled the INVITE." : "The INVITE has its final response already."));
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            acknowledged.Fail(exception);
        }
    }

    private bool TryMakeLeg()
    {
        if (_leg is not null) return true;
        var transaction = _incoming.Transaction;
        if (Dialog.FromRequest(_incoming.Request, transaction.LocalTag) is not { } dialog) return false;
        var leg = new CallLeg(Context, transaction.Shard, dialog, transaction.Flow) { PeerFlow = KeptFlow.OfPeer(_incoming.Request, transaction.Flow) };
        _invite = leg.Begin(_incoming);
        Volatile.Write(ref _leg, leg);
        WhenMade?.Set(leg);
        return true;
    }
}
