using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Sessions.Offers;
using ModernSip.Sessions.Reliability;
using ModernSip.Sessions.Timers;
using ModernSip.Stack;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Sessions;

/// <summary>One INVITE of this side, first or in a dialog: its forks, its ACKs, its cancelling (RFC 3261 §13.2, §14.1). Lives on its shard.</summary>
internal sealed class OutgoingInvite : IRequestUser
{
    private readonly SendingContext _context;
    private readonly SipContent? _offer;
    private readonly ReadOnlyMemory<byte>? _description;
    private readonly CallForks _forks;
    private readonly CallLeg? _existing;
    private OutgoingRequest? _request;
    private GlareWait? _glare;
    private CallLeg? _chosen;
    private CallLeg? _early;
    private InviteAttempts? _attempts; // in a dialog there is one
    private uint _minimum;
    private bool _isRefresh;
    private bool _isAbandoned;
    private bool _isCancelled;
    private volatile bool _hasFinal;

    public OutgoingInvite(SendingContext context, Shard shard, SipContent? offer, CallLeg? existing)
    {
        var continuations = context.Connection.Platform.Continuations;
        _context = context;
        _offer = offer;
        _existing = existing;
        _chosen = existing;
        Shard = shard;
        Responses = new ResponseStream(continuations);
        Outcome = new Completion<SipDialogOutcome>(continuations);
        Answered = new Completion<bool>(continuations);
        _description = SessionBody.Of(offer);
        _forks = new CallForks(context, shard, existing, _description, CancelNow);
    }

    public Shard Shard { get; }

    /// <summary>Who holds this for the application; null for nobody.</summary>
    public OutgoingCall? Call { get; set; }

    public ResponseStream Responses { get; }

    /// <summary>How the INVITE ended, where it made no session.</summary>
    public Completion<SipDialogOutcome> Outcome { get; }

    /// <summary>Set when it is known whether there is a session.</summary>
    public Completion<bool> Answered { get; }

    /// <summary>The dialog that the application goes on with: that of the first 2xx.</summary>
    public CallLeg? Chosen => Volatile.Read(ref _chosen);

    /// <summary>The early dialog with the first callee that rings; null before, and once the call is answered. From any thread.</summary>
    public CallLeg? Early => Volatile.Read(ref _early);

    /// <summary>Whether the INVITE has no final response yet. From any thread.</summary>
    public bool IsUnderWay => !_hasFinal;

    private bool HasOffer => _offer is { Octets.IsEmpty: false };

    private Diagnostics.LadderRecorder Ladders => Shard.Engine.Ladders;

    private bool IsGivenUp => _isCancelled || _isAbandoned;

    public void Begin(InviteAttempts attempts)
    {
        _attempts = attempts;
        Send(attempts.First());
    }

    public void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow)
    {
        if (response.IsProvisional) OnProvisional(response, flow);
        else if (response.IsSuccess) OnSuccess(response, flow);
        else OnFailure(response);
    }

    public void OnUnsent(OutgoingRequest request) => OnFailure(request.Request.CreateResponse(SipStatus.RequestTerminated));

    public void OnFailed(OutgoingRequest request, SipException error)
    {
        if (_hasFinal) return;
        var outcome = new SipDialogOutcome(error is SipTimeoutException ? SipDialogEnd.Timeout : SipDialogEnd.Error, Reason: error.Message);
        _hasFinal = true;
        _isAbandoned = true; // a 2xx that comes after all finds nobody
        _forks.EndEarly(outcome);
        Answered.Set(false);
        EndUnanswered(outcome);
        Responses.Complete(error);
        if (_existing is null)
        {
            _forks.Forget(); // all have ended; a 2xx after all makes a session of its own, to be refused
            return;
        }

        _existing.IsInviting = false;
        if (_description is not null) _existing.Descriptions = _existing.Descriptions.RollBack();
        if (_isRefresh) _existing.RefreshFailed(error is SipTimeoutException);
        else if (error is SipTimeoutException) _existing.Bye(outcome); // RFC 3261 §12.2.1.2
    }

    public void OnEnded(OutgoingRequest request)
    {
        if (!ReferenceEquals(request, _request)) return; // one that met glare: another follows
        // No more forks can come (RFC 3261 §13.2.2.4).
        if (_existing is not null && !_hasFinal) _existing.IsInviting = false; // else that is over, and another may be under way
        _forks.EndEarly(new SipDialogOutcome(SipDialogEnd.Canceled));
        foreach (var fork in _forks.All)
        {
            if (fork is { IsDelivered: true, IsAcknowledged: false }) fork.Refuse(_request!.Request, "the 2xx was not acknowledged");
        }

        _forks.RefuseUntaken(_request?.Request);
        Responses.Complete();
        foreach (var fork in _forks.All) fork.Leg.InviteOver(request.Request);
        if (_forks.All.Count == 1 && _chosen is { } leg) Call?.Settle(leg);
    }

    public uint NextSequence(uint current) => _existing is null ? current + 1 : _existing.Dialog.NextSequence();

    /// <summary>Sends an INVITE in the dialog that changes nothing, to keep the session alive.</summary>
    public void Refresh()
    {
        _isRefresh = true;
        Responses.AwaitFinal();
        SendInDialog();
    }

    public void SendInDialog()
    {
        var leg = _existing!; // only calls in dialogs come here
        if (leg.IsTerminated)
        {
            FailUnsent(new SipConnectionClosedException("The dialog has ended."));
            return;
        }

        if (!TryOffer(leg)) return;
        var invite = leg.Dialog.CreateRequest(SipMethod.Invite);
        invite.Content = _offer;
        leg.AskForTimer(invite, _minimum);
        leg.IsInviting = true;
        Send(invite);
    }

    /// <summary>The offer was legal at the call; the peer may have been faster.</summary>
    private bool TryOffer(CallLeg leg)
    {
        if (_description is not { } offer) return true;
        try
        {
            leg.Descriptions.CheckLocalOffer(offer);
            leg.Descriptions = leg.Descriptions.LocalOffers(offer);
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            FailUnsent(exception);
            return false;
        }
    }

    private void Send(SipRequest invite)
    {
        try
        {
            var context = _attempts?.IsElsewhere(invite) == true ? _context with { MeetsServerChallenges = false } : _context;
            _request = OutgoingRequest.Start(context, invite, this, _existing?.Dialog.StrictRouter);
        }
        catch (SipConnectionClosedException exception)
        {
            FailUnsent(exception);
        }
    }

    private void FailUnsent(Exception error)
    {
        _hasFinal = true;
        Answered.Set(false);
        EndUnanswered(new SipDialogOutcome(SipDialogEnd.Error, Reason: error.Message));
        Responses.Complete(error);
    }

    public void CancelNow()
    {
        if (_hasFinal) return;
        _isCancelled = true;
        if (_glare is { } waiting)
        {
            waiting.Stop();
            OnFailure(waiting.Response);
        }
        else
        {
            _request?.Cancel();
        }
    }

    private void OnProvisional(SipResponse response, SipFlow flow)
    {
        if (_hasFinal)
        {
            AcknowledgeLate(response, flow);
            return;
        }

        var fork = response.StatusCode > 100 && response.Headers.To?.Tag is not null ? _forks.FindOrMake(_request!.Request, response, flow) : null; // it was answered
        if (fork?.Receive(response, _description is not null) == false) return;
        Responses.Write(response);
        if (fork is null) return;
        fork.Leg.LearnAllowed(response);
        if (Responses.IsFinalAwaited || IsGivenUp) AcknowledgeUnanswered(response);
        if (response.StatusCode == 199) _forks.EndEarly(fork, new SipDialogOutcome(SipDialogEnd.Rejected, Reason: SipDialogOutcome.ReasonOf(response)));
        if (_existing is null) Volatile.Write(ref _early, _forks.FirstEarly);
    }

    /// <summary>A callee rings reliably although another has answered: it waits for its PRACK up to where the INVITE ends (RFC 5407 appendix E).</summary>
    private void AcknowledgeLate(SipResponse response, SipFlow flow)
    {
        if (_existing is not null || ReliableReception.NumberOf(response) is null) return;
        if (_forks.FindOrMake(_request!.Request, response, flow) is not { Leg: { IsTerminated: false, Dialog.IsConfirmed: false } } fork) return;
        fork.Receive(response, _description is not null);
        if (!fork.OwesAnswer) fork.Acknowledge(null);
    }

    private void OnSuccess(SipResponse response, SipFlow flow)
    {
        if (_forks.FindOrMake(_request!.Request, response, flow) is not { } fork) return; // in a dialog, but of another tag: nobody's
        if (fork.IsAcknowledged)
        {
            fork.Leg.OnLateSuccess(response); // the ACK was lost
        }
        else if (fork.IsDelivered)
        {
            // A repeat while the application thinks: where nothing is left to say, the ACK need not wait for it.
            if (HasOffer || fork.Leg.IsTerminated) fork.Acknowledge(_request!.Request, null);
        }
        else if (IsGivenUp && (_existing is null || !HasOffer))
        {
            if (_existing is null) fork.Leg.Dialog.Confirm(response);
            Note("this answer came too late: acknowledged and ended");
            fork.Refuse(_request!.Request, null); // it crossed the CANCEL, or another fork had won (RFC 3261 §9.1, §13.2.2.4)
            EndCancelled();
        }
        else
        {
            Deliver(fork, response);
        }
    }

    private void Deliver(CallFork fork, SipResponse response)
    {
        fork.IsDelivered = true;
        if (_existing is null) fork.Leg.Dialog.Confirm(response);
        fork.Leg.CancelInvite = null;
        fork.Leg.Refreshed(response);
        if (_chosen is null)
        {
            fork.IsTaken = true;
            if (_forks.All.Count > 1) Note($"the fork {fork.Leg.Dialog.Id.RemoteTag} answered first and is taken");
            Volatile.Write(ref _chosen, fork.Leg);
        }

        _hasFinal = true;
        Volatile.Write(ref _early, null);
        fork.TakeDescription(response, _description is not null);
        Answered.Set(true);
        Responses.Write(response);
        if (fork.Leg.IsTerminated || (HasOffer && (Responses.IsFinalAwaited || IsGivenUp))) fork.Acknowledge(_request!.Request, null); // owed also where a BYE has crossed it
    }

    /// <summary>A 2xx crossed the CANCEL and was refused: to the application the INVITE ends as if the CANCEL had come first.</summary>
    private void EndCancelled()
    {
        if (_hasFinal) return;
        _hasFinal = true;
        _forks.EndEarly(new SipDialogOutcome(SipDialogEnd.Canceled));
        Answered.Set(false);
        EndUnanswered(new SipDialogOutcome(SipDialogEnd.Canceled));
        Responses.Write(_request!.Request.CreateResponse(SipStatus.RequestTerminated));
        Responses.Complete();
    }

    private void OnFailure(SipResponse response)
    {
        if (_hasFinal) return;
        if (_existing is not null)
        {
            _existing.IsInviting = false;
            if (_description is not null) _existing.Descriptions = _existing.Descriptions.RollBack();
            if (_request is { } last && SessionTimerRules.Raise(last.Request, response) is { } minimum && !IsGivenUp && !_existing.IsTerminated)
            {
                _minimum = minimum;
                SendInDialog();
                return;
            }

            if (response.StatusCode == 491 && !IsGivenUp && !_existing.IsTerminated)
            {
                _request = null;
                Note("glare: sent again after a random wait");
                _glare = new GlareWait(_existing, response, Resend, _context.Period.Ended);
                return;
            }

            if (_isRefresh) _existing.RefreshFailed(DialogFate.Ends(response.StatusCode, SipMethod.Invite));
            else if (DialogFate.Ends(response.StatusCode, SipMethod.Invite)) _existing.Bye(new SipDialogOutcome(SipDialogEnd.Error, response.Status));
        }
        else if (!IsGivenUp && _attempts?.Next(_request!.Request, response) is { } next)
        {
            _forks.EndEarly(new SipDialogOutcome(SipDialogEnd.Rejected, response.Status));
            _forks.Forget();
            Volatile.Write(ref _early, null);
            if (response.StatusCode != 422) Responses.WriteIntermediate(response);
            Note(response.StatusCode == 422 ? "sent again with a longer session interval" : $"the redirection is followed to {next.RequestUri}");
            Send(next);
            return;
        }

        _hasFinal = true;
        var cause = response.StatusCode == 487 && _isCancelled ? SipDialogEnd.Canceled : SipDialogEnd.Rejected;
        _forks.EndEarly(new SipDialogOutcome(cause, response.Status));
        Answered.Set(false);
        EndUnanswered(new SipDialogOutcome(cause, response.Status, SipDialogOutcome.ReasonOf(response)));
        Responses.Write(response);
        Responses.Complete();
    }

    /// <summary>The INVITE made no session, or left the one that it was sent in as it was.</summary>
    private void EndUnanswered(SipDialogOutcome outcome)
    {
        if (_existing is null && Ladders.IsOn) Note(outcome.ToSentence());
        Outcome.Set(outcome);
    }

    private void Note(string sentence) => Ladders.Note(_existing?.Dialog.Id.CallId ?? _request?.Request.Headers.CallId, sentence);

    private void Resend()
    {
        _glare = null;
        SendInDialog();
    }

    public void AcknowledgeNow(SipResponse success, SipContent? answer, Completion<bool> done)
    {
        if (_forks.Find(success) is { IsAcknowledged: false } fork)
        {
            try
            {
                if (SessionBody.Of(answer) is { } description) fork.Leg.Descriptions.CheckLocalAnswer(description);
            }
            catch (ArgumentException exception)
            {
                done.Fail(exception);
                return;
            }

            fork.Acknowledge(_request!.Request, answer); // there is one: it was answered
        }

        done.Set(true);
    }

    public void AcknowledgeReliableNow(SipResponse provisional, SipContent? content, Completion<ResponseStream> done)
    {
        try
        {
            if (_forks.Find(provisional) is not { } fork || !fork.IsUnacknowledged(provisional)) throw CreateAcknowledgedError();
            if (SessionBody.Of(content) is { } description)
            {
                if (fork.OwesAnswer) fork.Leg.Descriptions.CheckLocalAnswer(description);
                else fork.Leg.Descriptions.CheckLocalOffer(description);
            }

            done.Set(fork.Acknowledge(content)!.Responses); // it has one to acknowledge
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            done.Fail(exception);
        }
    }

    public static InvalidOperationException CreateAcknowledgedError() => new("The response was acknowledged already, or its dialog has ended.");

    public void AcknowledgeUnanswered(SipResponse response)
    {
        if (_forks.Find(response) is not { } fork) return;
        if (response.IsProvisional) AcknowledgeReliable(fork, response);
        else if (fork.IsAcknowledged) return;
        else if (HasOffer) fork.Acknowledge(_request!.Request, null);
        else RefuseUnanswered(fork);
    }

    private void AcknowledgeReliable(CallFork fork, SipResponse response)
    {
        if (!fork.IsUnacknowledged(response)) return;
        var isLost = fork.OwesAnswer;
        fork.Acknowledge(null);
        if (!isLost || _hasFinal) return;
        CancelNow();
        Responses.Complete(new InvalidOperationException("The provisional response holds an offer: answer it with SendPrackAsync before asking for the next response. The INVITE was cancelled."));
    }

    private void RefuseUnanswered(CallFork fork)
    {
        fork.Refuse(_request!.Request, "the 2xx held an offer that was not answered");
        Responses.Complete(new InvalidOperationException("The 2xx holds an offer: answer it with SendAckAsync before asking for the next response. The session was ended."));
    }

    public CallLeg? Take(SipResponse response)
    {
        if (_forks.Find(response) is not { IsDelivered: true, Leg.IsEnded: false } fork) return null;
        fork.IsTaken = true;
        if (HasOffer) fork.Acknowledge(_request!.Request, null);
        return fork.Leg;
    }

    /// <summary>The application goes on to another INVITE: what it was given and did not acknowledge is acknowledged before.</summary>
    public void AcknowledgeDelivered()
    {
        if (!HasOffer) return;
        foreach (var fork in _forks.All)
        {
            if (fork is { IsDelivered: true, IsTaken: true }) fork.Acknowledge(_request!.Request, null);
        }
    }

    public void Leave()
    {
        CancelNow();
        _isAbandoned = true;
        AcknowledgeDelivered(); // without an offer in the INVITE the answer is still to come: by SendAckAsync, until 64*T1 have passed
        _forks.RefuseUntaken(_request?.Request);
    }

    public void LeaveAndEnd()
    {
        Leave();
        if (_chosen is not { IsEnded: false } leg) return;
        if (_forks.Find(leg) is { IsDelivered: true } fork) fork.Acknowledge(_request!.Request, null); // a BYE alone would leave the 2xx repeating
        leg.Bye();
    }
}
