using ModernSip.Dialogs;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Stack;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Sessions;

/// <summary>The session's use of one dialog, at the caller and at the callee alike: ACK, BYE, and what else travels in the dialog. Lives on its shard.</summary>
internal sealed class CallLeg : IDialogUser, IResponder
{
    private const int MostWaitingRequests = 256;

    private readonly SendingContext _context;
    private readonly SipFlow _flow;
    private readonly CancellationTokenRegistration _closing;
    private Dictionary<uint, (SipRequest Ack, SipFlow Flow)>? _sentAcks; // a callee sends none
    private SuccessRepeater? _repeater;
    private IncomingRequest? _pendingInvite;
    private SipDialogOutcome? _outcomeOfBye;
    private string? _byeReason;
    private bool _byeSent;

    public CallLeg(SendingContext context, Shard shard, Dialog dialog, SipFlow flow)
    {
        _context = context;
        _flow = flow;
        Shard = shard;
        Dialog = dialog;
        Outcome = new Completion<SipDialogOutcome>(Continuations);
        Acknowledged = new Completion<SipRequest>(Continuations);
        Requests = new Mailbox<IncomingRequest>(Continuations, MostWaitingRequests);
        Core.TryAdd(dialog.Id, this);
        _closing = context.Connection.Closed.UnsafeRegister(static state => ((CallLeg)state!).PostEnd(new SipDialogOutcome(SipDialogEnd.Error, Reason: "The connection was closed.")), this);
    }

    public Shard Shard { get; }

    public Dialog Dialog { get; }

    /// <summary>How the session ended.</summary>
    public Completion<SipDialogOutcome> Outcome { get; }

    /// <summary>The ACK of the answer this side gave; fails when none comes.</summary>
    public Completion<SipRequest> Acknowledged { get; }

    /// <summary>The last ACK that arrived.</summary>
    public SipRequest? LastAck { get; private set; }

    /// <summary>The requests in the dialog that the application is to answer.</summary>
    public Mailbox<IncomingRequest> Requests { get; }

    /// <summary>Whether the application reads <see cref="Requests"/>.</summary>
    public Listening Listening { get; } = new();

    public bool IsEnded { get; private set; }

    /// <summary>Whether the peer is the server itself that the INVITE was addressed to and authorised for, as a trunk's is.</summary>
    public bool IsServerPeer { get; init; }

    /// <summary>On whose behalf requests are sent in the dialog: challenges are met only where a server or a proxy of the account can have made them.</summary>
    public SendingContext DialogContext => _context with
    {
        MeetsServerChallenges = IsServerPeer,
        MeetsProxyChallenges = IsServerPeer || (Dialog.RouteSet.Count > 0 && _context.Routes.Count > 0),
    };

    /// <summary>Whether this side made the Call-ID, which decides who waits longer after glare.</summary>
    public bool OwnsCallId { get; init; }

    /// <summary>Whether an INVITE of this side is under way: the peer's then gets 491 (RFC 3261 §14.2).</summary>
    public bool IsInviting { get; set; }

    /// <summary>Whether an INVITE of the peer is under way: unanswered, or answered and not acknowledged.</summary>
    public bool IsOccupied => _repeater is not null || _pendingInvite is { IsAnswered: false };

    private ConnectionContext Connection => _context.Connection;

    private SipContinuations Continuations => Connection.Platform.Continuations;

    private ShardCore Core => (ShardCore)Shard.Core;

    /// <summary>Sends the ACK to a 2xx (RFC 3261 §13.2.2.4) and keeps it for the 2xx's repeats.</summary>
    public void Acknowledge(SipRequest invite, SipContent? answer, Action<SipHeaders>? addHeaders = null)
    {
        if (IsEnded) return;
        var ack = Dialog.CreateAck(invite);
        ack.Content = answer;
        addHeaders?.Invoke(ack.Headers);
        var finding = FindAckFlowAsync(ack);
        if (finding.IsCompletedSuccessfully) SendAck(ack, finding.Result);
        else Connection.Tasks.Own(AwaitAckFlowAsync(ack, finding));
    }

    /// <summary>The INVITE that made the dialog waits for its answer still; when the dialog ends before, it is answered 487 (RFC 3261 §15.1.2).</summary>
    public void AwaitAnswer(IncomingRequest invite) => _pendingInvite = invite;

    /// <summary>Starts to repeat an answer until its ACK comes.</summary>
    public void AwaitAck(ServerTransaction transaction, SipResponse success)
    {
        if (IsEnded) return;
        _repeater?.Stop();
        _repeater = new SuccessRepeater(transaction, success, OnNoAck);
    }

    /// <summary>Sends a request of the application in the dialog; its sequence number is given on the shard. From any thread.</summary>
    /// <param name="request">The request without CSeq; a copy is sent.</param>
    public ResponseStream Send(SipRequest request)
    {
        var user = new DialogRequest(_context, this);
        var isPosted = Shard.Post(static (_, state) => { var (leg, template, sender) = ((CallLeg, SipRequest, DialogRequest))state!; leg.SendNext(template, sender); }, (this, request, user));
        if (!isPosted) user.Responses.Complete(new SipConnectionClosedException("The stack has stopped."));
        return user.Responses;
    }

    private void SendNext(SipRequest template, DialogRequest user)
    {
        if (IsEnded)
        {
            user.Responses.Complete(new SipConnectionClosedException("The dialog has ended."));
            return;
        }

        var request = template.Copy();
        request.Headers.CSeq = new SipCSeq(Dialog.NextSequence(), request.Method);
        try
        {
            Send(request, user);
        }
        catch (SipConnectionClosedException exception)
        {
            user.Responses.Complete(exception);
        }
    }

    private OutgoingRequest Send(SipRequest request, IRequestUser user)
    {
        return OutgoingRequest.Start(DialogContext, request, user, Dialog.StrictRouter);
    }

    /// <summary>Ends the session: BYE now, or as soon as the callee may send it (RFC 3261 §15).</summary>
    /// <param name="outcome">How the session counts as ended; null for hung up by this side.</param>
    /// <param name="reason">The Reason header field; null for none.</param>
    public void Bye(SipDialogOutcome? outcome = null, string? reason = null)
    {
        if (IsEnded || _byeSent) return;
        _outcomeOfBye ??= outcome ?? new SipDialogOutcome(SipDialogEnd.LocalBye);
        _byeReason ??= reason;
        if (_repeater is not null) return; // not before the ACK or its time-out
        _byeSent = true;
        var bye = Dialog.CreateRequest(SipMethod.Bye);
        if (_byeReason is not null) bye.Headers.Add("Reason", _byeReason);
        try
        {
            Send(bye, new ByeUser(this));
        }
        catch (SipConnectionClosedException)
        {
            End(_outcomeOfBye); // nobody is left to be told
        }
    }

    public void End(SipDialogOutcome outcome)
    {
        if (IsEnded) return;
        IsEnded = true;
        _repeater?.Stop();
        _repeater = null;
        _closing.Unregister();
        Core.Remove(Dialog.Id);
        _pendingInvite?.Terminate();
        Outcome.Set(outcome);
        Acknowledged.Fail(new SipConnectionClosedException("The session ended before its ACK arrived."));
        Requests.Complete();
    }

    public void OnRequest(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (!Dialog.TryAccept(request))
        {
            transaction.Respond(SipStatus.ServerInternalError); // RFC 3261 §12.2.2
        }
        else if (request.Method == SipMethod.Bye)
        {
            transaction.Respond(SipStatus.Ok);
            End(new SipDialogOutcome(SipDialogEnd.RemoteBye, Reason: request.Headers["Reason"]));
        }
        else if (RequestScreen.Check(request, Connection.Settings.Capabilities) is { } refusal)
        {
            transaction.Respond(refusal);
        }
        else if (request.Method == SipMethod.Invite)
        {
            OnInvite(transaction);
        }
        else
        {
            Deliver(transaction);
        }
    }

    public void OnAck(SipRequest ack)
    {
        if (_repeater is null || ack.Headers.CSeq!.Value.Number != _repeater.Sequence) return;
        _repeater.Stop();
        _repeater = null;
        _pendingInvite = null;
        LastAck = ack;
        Acknowledged.Set(ack);
        if (_outcomeOfBye is not null) Bye();
    }

    public void OnLateSuccess(SipResponse response)
    {
        if (_sentAcks is not null && _sentAcks.TryGetValue(response.Headers.CSeq!.Value.Number, out var sent)) RepeatAck(sent.Ack, sent.Flow);
    }

    /// <summary>Adds what the response to an INVITE in this dialog carries, and repeats a 2xx until its ACK.</summary>
    public bool Respond(IncomingRequest incoming, SipResponse response)
    {
        if (incoming.Request.Method != SipMethod.Invite) return incoming.RespondNow(response);
        if (response.StatusCode > 100 && response.StatusCode < 300) _context.SetContact(response.Headers, incoming.Transaction.Flow);
        if (!incoming.RespondNow(response)) return false;
        if (response.IsSuccess)
        {
            Dialog.RefreshTarget(incoming.Request);
            AwaitAck(incoming.Transaction, response);
        }
        else if (response.IsFinal)
        {
            _pendingInvite = null;
        }

        return true;
    }

    private void OnInvite(ServerTransaction transaction)
    {
        if (_pendingInvite is { IsAnswered: false })
        {
            var busy = transaction.Request.CreateResponse(SipStatus.ServerInternalError); // RFC 3261 §14.2
            busy.Headers.Set(SipHeaderNames.RetryAfter, new SipRetryAfter((uint)(Connection.Platform.Random.NextDouble() * 10)));
            transaction.Respond(busy);
        }
        else if (IsInviting || _repeater is not null)
        {
            transaction.Respond(SipStatus.RequestPending); // this side's is under way, or the ACK to the last one
        }
        else
        {
            Deliver(transaction);
        }
    }

    private void Deliver(ServerTransaction transaction)
    {
        if (!Listening.IsOn)
        {
            transaction.Respond(Default(transaction.Request));
            return;
        }

        var incoming = new IncomingRequest(transaction, Connection) { Responder = this };
        if (transaction.IsInvite) _pendingInvite = incoming;
        if (!Requests.TryWrite(incoming)) incoming.RespondNow(transaction.Request.CreateResponse(SipStatus.ServiceUnavailable));
    }

    /// <summary>What a dialog answers whose application does not look: it goes on as it is.</summary>
    private SipResponse Default(SipRequest request)
    {
        if (request.Method == SipMethod.Options) return RequestScreen.AnswerOptions(request, Connection.Settings.Capabilities);
        if (request.Method == SipMethod.Invite || request.Method == SipMethod.Update) return request.CreateResponse(SipStatus.NotAcceptableHere);
        var response = request.CreateResponse(SipStatus.MethodNotAllowed);
        response.Headers["Allow"] = "INVITE, ACK, BYE, CANCEL, OPTIONS";
        return response;
    }

    private void OnNoAck()
    {
        _repeater = null;
        Acknowledged.Fail(new SipTimeoutException("The 2xx to the INVITE was not acknowledged within 64*T1; the session is ended."));
        Bye(new SipDialogOutcome(SipDialogEnd.Timeout, Reason: "The 2xx to the INVITE was not acknowledged."));
    }

    private ValueTask<SipFlow> FindAckFlowAsync(SipRequest ack) =>
        Connection.AccessPoint.FindFlowAsync(Dialog.StrictRouter ?? NextHop.Of(ack), _flow.Protocol, Connection.Closed);

    /// <summary>The 2xx came once more: its ACK was lost, perhaps with the connection that it went over.</summary>
    private void RepeatAck(SipRequest ack, SipFlow flow)
    {
        if (!flow.IsClosed)
        {
            Shard.Engine.TrySend(flow, ack);
            return;
        }

        var again = ack.Copy();
        again.Headers.RemoveFirst(SipHeaderNames.Via); // the new flow has one of its own
        Connection.Tasks.Own(AwaitAckFlowAsync(again, FindAckFlowAsync(again)));
    }

    private async Task AwaitAckFlowAsync(SipRequest ack, ValueTask<SipFlow> finding)
    {
        try
        {
            var flow = await finding.ConfigureAwait(false);
            Shard.Post(static (_, state) => { var (leg, request, found) = ((CallLeg, SipRequest, SipFlow))state!; leg.SendAck(request, found); }, (this, ack, flow));
        }
        catch (OperationCanceledException) when (Connection.Closed.IsCancellationRequested)
        {
            // The connection closed; its token told this leg as well.
        }
#pragma warning disable CA1031 // A transport may be the application's: whatever it throws means that the peer cannot be reached.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Shard.Post(static (_, state) => { var (leg, request, error) = ((CallLeg, SipRequest, Exception))state!; leg.OnAckUnsent(request, error); }, (this, ack, exception));
        }
    }

    /// <summary>A session whose ACK cannot be sent never begins; one that is up does not end because the ACK cannot be repeated.</summary>
    private void OnAckUnsent(SipRequest ack, Exception error)
    {
        if (_sentAcks?.ContainsKey(ack.Headers.CSeq!.Value.Number) != true) End(new SipDialogOutcome(SipDialogEnd.Error, Reason: error.Message));
    }

    private void SendAck(SipRequest ack, SipFlow flow)
    {
        ack.Headers.Prepend(SipHeaderNames.Via, Connection.Engine.NewVia(flow, Connection.AccessPoint.ListeningPort(flow)));
        _context.Complete(ack, flow);
        _sentAcks ??= [];
        if (_sentAcks.Count > 1) _sentAcks.Remove(_sentAcks.Keys.Min()); // INVITEs come one by one: older 2xx are over
        _sentAcks[ack.Headers.CSeq!.Value.Number] = (ack, flow);
        Shard.Engine.TrySend(flow, ack);
    }

    private void PostEnd(SipDialogOutcome outcome) =>
        Shard.Post(static (_, state) => { var (leg, end) = ((CallLeg, SipDialogOutcome))state!; leg.End(end); }, (this, outcome));

    private sealed class ByeUser(CallLeg leg) : IRequestUser
    {
        // Whatever the answer, and even without one, the session is over (RFC 3261 §15.1.1).
        public void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow)
        {
            if (response.IsFinal) leg.End(leg._outcomeOfBye!);
        }

        public void OnFailed(OutgoingRequest request, SipException error) => leg.End(leg._outcomeOfBye! with { Reason = leg._outcomeOfBye.Reason ?? error.Message });

        public void OnEnded(OutgoingRequest request) => leg.End(leg._outcomeOfBye!);

        public uint NextSequence(uint current) => leg.Dialog.NextSequence();
    }

    private sealed class DialogRequest(SendingContext context, CallLeg leg) : SimpleRequest(context)
    {
        public override void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow)
        {
            base.OnResponse(request, response, flow);
            if (response.StatusCode is 408 or 481) leg.Bye(new SipDialogOutcome(SipDialogEnd.Error, response.Status)); // RFC 3261 §12.2.1.2
        }

        public override void OnFailed(OutgoingRequest request, SipException error)
        {
            base.OnFailed(request, error);
            if (error is SipTimeoutException) leg.Bye(new SipDialogOutcome(SipDialogEnd.Timeout, Reason: error.Message)); // likewise
        }

        public override uint NextSequence(uint current) => leg.Dialog.NextSequence();
    }
}
