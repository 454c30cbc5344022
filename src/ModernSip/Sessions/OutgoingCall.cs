using ModernSip.Dialogs;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Stack;
using ModernSip.Transport;

namespace ModernSip.Sessions;

/// <summary>One INVITE of this side, first or in a dialog: its forks, its ACKs, its cancelling (RFC 3261 §13.2, §14.1). Lives on its shard.</summary>
internal sealed class OutgoingCall : IRequestUser
{
    private readonly SendingContext _context;
    private readonly bool _hasOffer;
    private readonly Dictionary<string, CallLeg> _legs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private readonly CallLeg? _existing;
    private OutgoingRequest? _request;
    private CallLeg? _chosen;
    private CallLeg? _pendingAnswer;
    private bool _isAbandoned;
    private bool _isCancelled;
    private bool _hasFinal;

    private OutgoingCall(SendingContext context, SipRequest invite, CallLeg? existing)
    {
        _context = context;
        _existing = existing;
        _chosen = existing;
        _hasOffer = !invite.Body.IsEmpty;
        Responses = new ResponseStream(context.Connection.Platform.Continuations);
        Outcome = new Completion<SipDialogOutcome>(context.Connection.Platform.Continuations);
        Answered = new Completion<bool>(context.Connection.Platform.Continuations);
        if (existing is not null) _legs.Add(existing.Dialog.Id.RemoteTag, existing);
    }

    public ResponseStream Responses { get; }

    /// <summary>How the INVITE ended, where it made no session.</summary>
    public Completion<SipDialogOutcome> Outcome { get; }

    /// <summary>Set when it is known whether there is a session.</summary>
    public Completion<bool> Answered { get; }

    /// <summary>The dialog that the application goes on with: that of the first 2xx.</summary>
    public CallLeg? Chosen => Volatile.Read(ref _chosen);

    public OutgoingRequest Request => _request!; // set by Start, before anybody else sees the call

    /// <summary>Sends an INVITE; with a leg, it is one in that leg's dialog.</summary>
    public static OutgoingCall Start(SendingContext context, SipRequest invite, CallLeg? existing = null)
    {
        var call = new OutgoingCall(context, invite, existing);
        call._request = OutgoingRequest.Start(context, invite, call);
        return call;
    }

    /// <summary>Gives up; the application hears no more of it. From any thread.</summary>
    public void CancelAndLeave(CancellationToken cancellationToken)
    {
        Responses.Complete(new OperationCanceledException(cancellationToken));
        Cancel();
        Post(static call => call._isAbandoned = true);
    }

    /// <summary>Sends CANCEL as soon as that is allowed; the stream goes on to the 487. From any thread.</summary>
    public void Cancel()
    {
        Post(static call => call._isCancelled = true);
        Request.Cancel();
    }

    /// <summary>The application asks for more behind a response: a 2xx that it did not acknowledge is acknowledged for it. From any thread.</summary>
    public void MovedOn(SipResponse response)
    {
        if (response.IsSuccess) Request.Shard.Post(static (_, state) => { var (call, success) = ((OutgoingCall, SipResponse))state!; call.AcknowledgeUnanswered(success, isInLoop: true); }, (this, response));
    }

    /// <summary>The application awaited the final response alone: there is no loop to leave. From any thread.</summary>
    public void FinalSeen(SipResponse response)
    {
        if (response.IsSuccess && _hasOffer) MovedOn(response);
    }

    /// <summary>How the call ends: as the session does that it made, or without one.</summary>
    public async Task<SipDialogOutcome> EndAsync()
    {
        await Answered.Task.ConfigureAwait(false);
        return await (Chosen is { } leg ? leg.Outcome.Task : Outcome.Task).ConfigureAwait(false);
    }

    /// <summary>The application has left the stream. From any thread.</summary>
    public void Left() => Post(static call => call.Leave());

    /// <summary>Sends the application's ACK. From any thread; completes when it is on its way.</summary>
    public Task AcknowledgeAsync(SipResponse response, SipContent? answer)
    {
        var done = new Completion<bool>(_context.Connection.Platform.Continuations);
        Request.Shard.Post(
            static (_, state) =>
            {
                var (call, success, body, completion) = ((OutgoingCall, SipResponse, SipContent?, Completion<bool>))state!;
                call.Acknowledge(success, body);
                completion.Set(true);
            },
            (this, response, answer, done));
        return done.Task;
    }

    public void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow)
    {
        if (response.IsProvisional) OnProvisional(response, flow);
        else if (response.IsSuccess) OnSuccess(response, flow);
        else OnFailure(response);
    }

    public void OnFailed(OutgoingRequest request, SipException error)
    {
        _hasFinal = true;
        EndEarlyLegs(new SipDialogOutcome(SipDialogEnd.Error, Reason: error.Message));
        Answered.Set(false);
        Outcome.Set(new SipDialogOutcome(error is SipTimeoutException ? SipDialogEnd.Timeout : SipDialogEnd.Error, Reason: error.Message));
        Responses.Complete(error);
    }

    public void OnEnded(OutgoingRequest request)
    {
        // No more forks can come (RFC 3261 §13.2.2.4).
        if (_existing is not null) _existing.IsInviting = false;
        EndEarlyLegs(new SipDialogOutcome(SipDialogEnd.Cancelled));
        if (_chosen is { } leg && !leg.IsAcknowledged && !leg.IsEnded && !_answered.Contains(leg.Dialog.Id.RemoteTag)) Refuse(leg, "the 2xx was not acknowledged");
        Responses.Complete();
    }

    public uint NextSequence(uint current) => _existing is null ? current + 1 : _existing.Dialog.NextSequence();

    private void OnProvisional(SipResponse response, SipFlow flow)
    {
        if (response.StatusCode > 100 && response.Headers.To?.Tag is { } tag) LegOf(tag, response, flow);
        Responses.Write(response);
    }

    private void OnSuccess(SipResponse response, SipFlow flow)
    {
        _hasFinal = true;
        var tag = response.Headers.To?.Tag ?? "";
        if (_answered.Contains(tag))
        {
            _legs[tag].OnLateSuccess(response); // the ACK was lost
            return;
        }

        var leg = LegOf(tag, response, flow);
        if (leg is null) return;
        var isNew = !leg.Dialog.IsConfirmed || _existing is not null;
        leg.Dialog.Confirm(_existing is null ? response : null);
        if (_existing is not null) leg.Dialog.RefreshTarget(response);
        if ((_isCancelled || _isAbandoned) && _existing is null)
        {
            Refuse(leg, null); // it crossed the CANCEL, or another fork had won (RFC 3261 §9.1, §13.2.2.4)
        }
        else if (!isNew || ReferenceEquals(_pendingAnswer, leg))
        {
            // A repeat while the application thinks: where nothing is left to say, the ACK need not wait for it.
            if (_hasOffer) Acknowledge(response, null);
        }
        else
        {
            _pendingAnswer = leg;
            Volatile.Write(ref _chosen, _chosen ?? leg);
            Answered.Set(true);
            Responses.Write(response);
            if (_hasOffer && Responses.IsFinalAwaited) Acknowledge(response, null);
        }
    }

    private void OnFailure(SipResponse response)
    {
        _hasFinal = true;
        var cause = response.StatusCode == 487 && _isCancelled ? SipDialogEnd.Cancelled : SipDialogEnd.Rejected;
        EndEarlyLegs(new SipDialogOutcome(cause, response.Status));
        Answered.Set(false);
        Outcome.Set(new SipDialogOutcome(cause, response.Status, response.Headers["Reason"]));
        if (_existing is not null)
        {
            _existing.IsInviting = false;
            if (response.StatusCode is 408 or 481) _existing.End(new SipDialogOutcome(SipDialogEnd.Error, response.Status)); // RFC 3261 §14.1
        }

        Responses.Write(response);
        Responses.Complete();
    }

    private void Acknowledge(SipResponse response, SipContent? answer)
    {
        var tag = response.Headers.To?.Tag ?? "";
        if (!_legs.TryGetValue(tag, out var leg) || !_answered.Add(tag)) return;
        if (ReferenceEquals(_pendingAnswer, leg)) _pendingAnswer = null;
        if (_existing is not null) leg.IsInviting = false;
        leg.Acknowledge(Request.Request, answer);
    }

    private void AcknowledgeUnanswered(SipResponse response, bool isInLoop)
    {
        var tag = response.Headers.To?.Tag ?? "";
        if (_answered.Contains(tag) || !_legs.TryGetValue(tag, out var leg)) return;
        if (_hasOffer)
        {
            Acknowledge(response, null);
        }
        else if (isInLoop)
        {
            Refuse(leg, "the 2xx held an offer that was not answered");
            Responses.Complete(new InvalidOperationException("The 2xx holds an offer: answer it with SendAckAsync before asking for the next response. The session was ended."));
        }
    }

    private void Leave()
    {
        _isAbandoned = true;
        if (!_hasFinal) Cancel();
        else if (_hasOffer && _pendingAnswer is { } leg && _answered.Add(leg.Dialog.Id.RemoteTag)) leg.Acknowledge(Request.Request, null);
    }

    /// <summary>ACK and BYE: the protocol's way of not wanting a session that was granted.</summary>
    private void Refuse(CallLeg leg, string? reason)
    {
        if (_answered.Add(leg.Dialog.Id.RemoteTag)) leg.Acknowledge(Request.Request, null);
        leg.Bye(reason is null ? null : $"SIP;cause=488;text=\"{reason}\"");
        if (!_isCancelled && !_isAbandoned) return;
        Answered.Set(false);
        Outcome.Set(new SipDialogOutcome(SipDialogEnd.Cancelled));
    }

    private CallLeg? LegOf(string tag, SipResponse response, SipFlow flow)
    {
        if (_legs.TryGetValue(tag, out var leg)) return leg;
        if (_existing is not null || Dialog.FromResponse(Request.Request, response) is not { } dialog) return null;
        var invite = Request.Request;
        var isServer = invite.Headers.Contains("Authorization") && string.Equals(invite.RequestUri.Host, dialog.RemoteTarget.Host, StringComparison.OrdinalIgnoreCase);
        leg = new CallLeg(_context, Request.Shard, dialog, flow) { IsServerPeer = isServer };
        _legs.Add(tag, leg);
        return leg;
    }

    private void EndEarlyLegs(SipDialogOutcome outcome)
    {
        foreach (var leg in _legs.Values)
        {
            if (!leg.Dialog.IsConfirmed) leg.End(outcome);
        }
    }

    private void Post(Action<OutgoingCall> work) =>
        Request.Shard.Post(static (_, state) => { var (call, act) = ((OutgoingCall, Action<OutgoingCall>))state!; act(call); }, (this, work));
}
