using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Sessions.Offers;
using ModernSip.Sessions.Reliability;
using ModernSip.Stack;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Sessions;

/// <summary>One INVITE of this side, first or in a dialog: its forks, its ACKs, its cancelling (RFC 3261 §13.2, §14.1). Lives on its shard.</summary>
internal sealed class OutgoingCall : IRequestUser
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
    private bool _isAbandoned;
    private bool _isCancelled;
    private volatile bool _hasFinal;

    private OutgoingCall(SendingContext context, Shard shard, SipContent? offer, CallLeg? existing)
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
        _forks = new CallForks(context, shard, existing, _description);
    }

    public Shard Shard { get; }

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

    private bool IsGivenUp => _isCancelled || _isAbandoned;

    /// <summary>Sends the INVITE that is to make a session.</summary>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public static OutgoingCall Start(SendingContext context, SipRequest invite)
    {
        context.Period.ThrowIfEnded();
        var call = new OutgoingCall(context, context.Connection.Engine.ShardOf(invite.Headers.CallId!), invite.Content, existing: null);
        if (context.Connection.Settings.Session.DemandsReliable) OptionTags.Add(invite, SipHeaderNames.Require, OptionTags.Reliable);
        if (!call.Post(call => call.Send(invite))) throw new SipConnectionClosedException("The stack has stopped.");
        return call;
    }

    /// <summary>Sends an INVITE in a leg's dialog.</summary>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public static OutgoingCall StartInDialog(CallLeg leg, SipContent? offer)
    {
        var context = leg.DialogContext;
        context.Period.ThrowIfEnded();
        var call = new OutgoingCall(context, leg.Shard, offer, leg);
        if (!call.Post(static call => call.SendInDialog())) throw new SipConnectionClosedException("The stack has stopped.");
        return call;
    }

    /// <summary>Gives up; the application hears no more of it. From any thread.</summary>
    public void CancelAndLeave(CancellationToken cancellationToken)
    {
        Responses.Complete(new OperationCanceledException(cancellationToken));
        Post(static call => call.Leave());
    }

    /// <summary>Sends CANCEL as soon as that is allowed; the stream goes on to the 487. From any thread.</summary>
    public void Cancel() => Post(static call => call.CancelNow());

    /// <summary>The application asks for more behind a response: what it did not acknowledge is acknowledged for it. From any thread.</summary>
    public void MovedOn(SipResponse response)
    {
        if (response.IsSuccess || ReliableReception.NumberOf(response) is not null) Shard.Post(static (_, state) => { var (call, answered) = ((OutgoingCall, SipResponse))state!; call.AcknowledgeUnanswered(answered); }, (this, response));
    }

    /// <summary>The application awaited the final response alone: there is no loop to leave, and no second session to take. From any thread.</summary>
    public void FinalSeen() => Post(static call => call.Leave());

    /// <summary>How the call ends: as the session does that it made, or without one.</summary>
    public async Task<SipDialogOutcome> EndAsync()
    {
        await Answered.Task.ConfigureAwait(false);
        return await (Chosen is { } leg ? leg.Outcome.Task : Outcome.Task).ConfigureAwait(false);
    }

    /// <summary>The application has left the stream. From any thread.</summary>
    public void Left() => Post(static call => call.Leave());

    /// <summary>The application wants neither the INVITE nor the session that it may have made meanwhile. From any thread.</summary>
    public void HangUp() => Post(static call => call.LeaveAndEnd());

    /// <summary>Sends the application's ACK. From any thread; completes when it is on its way.</summary>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public Task AcknowledgeAsync(SipResponse response, SipContent? answer)
    {
        _context.Period.ThrowIfEnded();
        var done = new Completion<bool>(_context.Connection.Platform.Continuations);
        var isPosted = Shard.Post(
            static (_, state) =>
            {
                var (call, success, body, completion) = ((OutgoingCall, SipResponse, SipContent?, Completion<bool>))state!;
                call.AcknowledgeNow(success, body, completion);
            },
            (this, response, answer, done));
        if (!isPosted) done.Fail(new SipConnectionClosedException("The stack has stopped."));
        return done.Task;
    }

    /// <summary>Sends the application's PRACK. From any thread.</summary>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public Task<ResponseStream> AcknowledgeReliableAsync(SipResponse response, SipContent? content)
    {
        _context.Period.ThrowIfEnded();
        var done = new Completion<ResponseStream>(_context.Connection.Platform.Continuations);
        var isPosted = Shard.Post(
            static (_, state) =>
            {
                var (call, provisional, body, completion) = ((OutgoingCall, SipResponse, SipContent?, Completion<ResponseStream>))state!;
                call.AcknowledgeReliableNow(provisional, body, completion);
            },
            (this, response, content, done));
        if (!isPosted) done.Fail(new SipConnectionClosedException("The stack has stopped."));
        return done.Task;
    }

    /// <summary>Hands the session of a 2xx to the application, which ends it then. From any thread.</summary>
    /// <returns>The leg; null when the 2xx made none, or the stack has ended it.</returns>
    public Task<CallLeg?> TakeAsync(SipResponse response)
    {
        var taken = new Completion<CallLeg?>(_context.Connection.Platform.Continuations);
        var isPosted = Shard.Post(
            static (_, state) =>
            {
                var (call, success, completion) = ((OutgoingCall, SipResponse, Completion<CallLeg?>))state!;
                completion.Set(call.Take(success));
            },
            (this, response, taken));
        if (!isPosted) taken.Set(null);
        return taken.Task;
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
        Outcome.Set(outcome);
        Responses.Complete(error);
        if (_existing is null)
        {
            _forks.Forget(); // all have ended; a 2xx after all makes a session of its own, to be refused
            return;
        }

        _existing.IsInviting = false;
        if (_description is not null) _existing.Descriptions = _existing.Descriptions.RollBack();
        if (error is SipTimeoutException) _existing.Bye(outcome); // RFC 3261 §12.2.1.2
    }

    public void OnEnded(OutgoingRequest request)
    {
        if (!ReferenceEquals(request, _request)) return; // one that met glare: another follows
        // No more forks can come (RFC 3261 §13.2.2.4).
        if (_existing is not null) _existing.IsInviting = false;
        _forks.EndEarly(new SipDialogOutcome(SipDialogEnd.Canceled));
        foreach (var fork in _forks.All)
        {
            if (fork is { IsDelivered: true, IsAcknowledged: false }) fork.Refuse(_request!.Request, "the 2xx was not acknowledged");
        }

        _forks.RefuseUntaken(_request?.Request);
        Responses.Complete();
    }

    public uint NextSequence(uint current) => _existing is null ? current + 1 : _existing.Dialog.NextSequence();

    private void SendInDialog()
    {
        var leg = _existing!; // only calls in dialogs come here
        if (leg.IsEnded)
        {
            FailUnsent(new SipConnectionClosedException("The dialog has ended."));
            return;
        }

        if (!TryOffer(leg)) return;
        var invite = leg.Dialog.CreateRequest(SipMethod.Invite);
        invite.Content = _offer;
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
            _request = OutgoingRequest.Start(_context, invite, this, _existing?.Dialog.StrictRouter);
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
        Outcome.Set(new SipDialogOutcome(SipDialogEnd.Error, Reason: error.Message));
        Responses.Complete(error);
    }

    private void CancelNow()
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
        if (_hasFinal) return;
        var fork = response.StatusCode > 100 && response.Headers.To?.Tag is not null ? _forks.FindOrMake(_request!.Request, response, flow) : null; // it was answered
        if (fork?.Receive(response, _description is not null) == false) return;
        Responses.Write(response);
        if (fork is null) return;
        if (Responses.IsFinalAwaited || IsGivenUp) AcknowledgeUnanswered(response);
        if (response.StatusCode == 199) _forks.EndEarly(fork, new SipDialogOutcome(SipDialogEnd.Rejected, Reason: response.Headers["Reason"]));
        if (_existing is null) Volatile.Write(ref _early, _forks.FirstEarly);
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
            if (HasOffer) fork.Acknowledge(_request!.Request, null);
        }
        else if (IsGivenUp && (_existing is null || !HasOffer))
        {
            if (_existing is null) fork.Leg.Dialog.Confirm(response);
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
        else fork.Leg.Dialog.RefreshTarget(response);
        if (_chosen is null)
        {
            fork.IsTaken = true;
            Volatile.Write(ref _chosen, fork.Leg);
        }

        _hasFinal = true;
        Volatile.Write(ref _early, null);
        fork.TakeDescription(response, _description is not null);
        Answered.Set(true);
        Responses.Write(response);
        if (HasOffer && (Responses.IsFinalAwaited || IsGivenUp)) fork.Acknowledge(_request!.Request, null);
    }

    /// <summary>A 2xx crossed the CANCEL and was refused: to the application the INVITE ends as if the CANCEL had come first.</summary>
    private void EndCancelled()
    {
        if (_hasFinal) return;
        _hasFinal = true;
        _forks.EndEarly(new SipDialogOutcome(SipDialogEnd.Canceled));
        Answered.Set(false);
        Outcome.Set(new SipDialogOutcome(SipDialogEnd.Canceled));
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
            if (response.StatusCode == 491 && !IsGivenUp && !_existing.IsEnded)
            {
                _request = null;
                _glare = new GlareWait(_existing, response, Resend, _context.Period.Ended);
                return;
            }

            if (DialogFate.Ends(response.StatusCode)) _existing.Bye(new SipDialogOutcome(SipDialogEnd.Error, response.Status));
        }

        _hasFinal = true;
        var cause = response.StatusCode == 487 && _isCancelled ? SipDialogEnd.Canceled : SipDialogEnd.Rejected;
        _forks.EndEarly(new SipDialogOutcome(cause, response.Status));
        Answered.Set(false);
        Outcome.Set(new SipDialogOutcome(cause, response.Status, response.Headers["Reason"]));
        Responses.Write(response);
        Responses.Complete();
    }

    private void Resend()
    {
        _glare = null;
        SendInDialog();
    }

    private void AcknowledgeNow(SipResponse success, SipContent? answer, Completion<bool> done)
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

    private void AcknowledgeReliableNow(SipResponse provisional, SipContent? content, Completion<ResponseStream> done)
    {
        try
        {
            if (_forks.Find(provisional) is not { } fork || !fork.IsUnacknowledged(provisional)) throw new InvalidOperationException("The response was acknowledged already, or its dialog has ended.");
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

    private void AcknowledgeUnanswered(SipResponse response)
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

    private CallLeg? Take(SipResponse response)
    {
        if (_forks.Find(response) is not { IsDelivered: true, Leg.IsEnded: false } fork) return null;
        fork.IsTaken = true;
        if (HasOffer) fork.Acknowledge(_request!.Request, null);
        return fork.Leg;
    }

    private void Leave()
    {
        CancelNow();
        _isAbandoned = true;
        foreach (var fork in _forks.All)
        {
            // Without an offer in the INVITE the answer is still to come: by SendAckAsync, until 64*T1 have passed.
            if (HasOffer && fork is { IsDelivered: true, IsTaken: true }) fork.Acknowledge(_request!.Request, null);
        }

        _forks.RefuseUntaken(_request?.Request);
    }

    private void LeaveAndEnd()
    {
        Leave();
        if (_chosen is not { IsEnded: false } leg) return;
        if (_forks.Find(leg) is { IsDelivered: true } fork) fork.Acknowledge(_request!.Request, null); // a BYE alone would leave the 2xx repeating
        leg.Bye();
    }

    private bool Post(Action<OutgoingCall> work) =>
        Shard.Post(static (_, state) => { var (call, act) = ((OutgoingCall, Action<OutgoingCall>))state!; act(call); }, (this, work));
}
