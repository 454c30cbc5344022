using ModernSip.Dialogs;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Sdp.Negotiation;
using ModernSip.Sessions.Offers;
using ModernSip.Sessions.Timers;
using ModernSip.Stack;
using ModernSip.Stack.Connections;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Sessions;

/// <summary>The session's use of one dialog, at the caller and at the callee alike: what arrives in it and what is sent in it, up to its end. Lives on its shard.</summary>
internal sealed class CallLeg : IDialogUser
{
    private const int MostWaitingRequests = 256;
    private static readonly TimeSpan Beginning = TimeSpan.FromSeconds(5);

    private readonly SendingContext _context;
    private readonly SipFlow _flow;
    private AckSender? _acks; // a callee sends none
    private Completion<bool>? _acknowledged; // a caller awaits none, and a callee no second one
    private Listening? _listening; // made when the application first reads
    private PeerInvite? _invite;
    private LegReception? _reception; // made with the first request in the dialog
    private SessionTimer? _timer;
    private SessionDescriptions _descriptions = SessionDescriptions.None;
    private SipDialogOutcome? _outcomeOfBye;
    private string? _byeReason;
    private volatile bool _byeSent;
    private bool _isInviting;
    private Completion<bool>? _quiet;
    private bool _isAcknowledged; // by this side
    private volatile bool _isEnded;
    private volatile bool _isTransferred;
    private Exception? _errorOfEnd;
    private long _beginsAt;
    private Mailbox<IncomingRequest>? _requests; // made when it is asked for: most sessions hear nothing but the BYE

    public CallLeg(SendingContext context, Shard shard, Dialog dialog, SipFlow flow)
    {
        _context = context;
        _flow = flow;
        Shard = shard;
        Dialog = dialog;
        Outcome = new Completion<SipDialogOutcome>(Continuations);
        _beginsAt = Time.GetTimestamp();
        Core.TryAdd(dialog.Id, this);
        if (context.Period.HasEnded) Shard.Post(static (_, state) => ((CallLeg)state!).OnPeriodEnded(((CallLeg)state)._context.Period), this); // whoever told the dialogs did not see this one
    }

    /// <summary>The flow that the dialog was made over.</summary>
    public SipFlow FirstFlow => _flow;

    public Shard Shard { get; }

    public Dialog Dialog { get; }

    public SessionSettings Settings => Connection.Settings.Session;

    /// <summary>Offers and answers. Set on the shard; from any thread it tells what is legal unless the peer is faster.</summary>
    public SessionDescriptions Descriptions
    {
        get => Volatile.Read(ref _descriptions);
        set
        {
            Volatile.Write(ref _descriptions, value);
            TellQuiet();
        }
    }

    /// <summary>How the session ended.</summary>
    public Completion<SipDialogOutcome> Outcome { get; }

    /// <summary>Ends with the ACK of the answer this side gave; fails when none comes.</summary>
    public Task Acknowledged => Volatile.Read(ref _acknowledged)?.Task ?? Task.CompletedTask;

    /// <summary>The last ACK that held a body. Others have nothing to say that is worth keeping.</summary>
    public SipRequest? LastAck { get; private set; }

    /// <summary>The requests in the dialog that the application is to answer.</summary>
    public Mailbox<IncomingRequest> Requests
    {
        get
        {
            var made = Volatile.Read(ref _requests);
            if (made is not null) return made;
            made = new Mailbox<IncomingRequest>(Continuations, MostWaitingRequests);
            made = Interlocked.CompareExchange(ref _requests, made, null) ?? made;
            if (IsEnded) made.Complete(_errorOfEnd); // it ended while nobody had asked
            return made;
        }
    }

    /// <summary>Who reads <see cref="Requests"/>.</summary>
    public Listening Listening => Volatile.Read(ref _listening) ?? Interlocked.CompareExchange(ref _listening, new Listening(), null) ?? _listening;

    /// <summary>Whether the application reads <see cref="Requests"/>.</summary>
    public bool IsListening => Volatile.Read(ref _listening) is { IsOn: true };

    /// <summary>Whether the application has ever read <see cref="Requests"/>.</summary>
    public bool HasListened => Volatile.Read(ref _listening) is { HasBegun: true };

    /// <summary>How long the dialog is a new one still, that the application can not be blamed for not reading yet: from its first response, and again from its first ACK.</summary>
    public TimeSpan BeginningLeft => Beginning - Time.GetElapsedTime(_beginsAt);

    public bool IsEnded => _isEnded;

    /// <summary>
    /// Whether BYE has gone one way or the other. Up to its answer the dialog is known here, but nothing new is sent in it or taken from the peer any more (RFC 5407
    /// §2, states Mortal and Morgue). From any thread.
    /// </summary>
    public bool IsTerminated => _byeSent || _isEnded;

    /// <summary>Whether the peer has been referred elsewhere: whoever hangs up from then on ends a call that was transferred away. From any thread.</summary>
    public bool IsTransferred
    {
        get => _isTransferred;
        set => _isTransferred = value;
    }

    /// <summary>The connection or registration that the session was made on behalf of. At the callee the dialog tells who answered.</summary>
    public SendingContext Context => _context;

    /// <summary>Whether the peer is the server itself that the INVITE was addressed to and authorised for, as a trunk's is.</summary>
    public bool IsServerPeer { get; init; }

    /// <summary>The flow that the peer itself is at the other end of; null where requests find their way by the dialog's route.</summary>
    public KeptFlow? PeerFlow { get; set; }

    /// <summary>On whose behalf requests are sent in the dialog: challenges are met only where a server or a proxy of the account can have made them.</summary>
    public SendingContext DialogContext => (IsServerPeer || !AnswersAnyway ? _context : _context.ForStrangers()) with
    {
        From = OwnsCallId ? _context.From : Dialog.Local.WithTag(null),
        KeptFlow = PeerFlow ?? _context.KeptFlow,
        MeetsServerChallenges = IsServerPeer || AnswersAnyway,
        MeetsProxyChallenges = IsServerPeer || AnswersAnyway || (Dialog.RouteSet.Count > 0 && _context.Routes.Count > 0),
    };

    /// <summary>Whether the application wants challenges in dialogs answered whoever makes them.</summary>
    private bool AnswersAnyway => Connection.Settings.Authentication.AnswerInDialogs;

    /// <summary>Whether this side made the Call-ID, which decides who waits longer after glare.</summary>
    public bool OwnsCallId { get; init; }

    /// <summary>Whether an INVITE of this side is under way: the peer's then gets 491 (RFC 3261 §14.2).</summary>
    public bool IsInviting
    {
        get => _isInviting;
        set
        {
            _isInviting = value;
            TellQuiet();
        }
    }

    /// <summary>Whether an INVITE of the peer is under way: unanswered, or answered and not acknowledged.</summary>
    public bool IsOccupied => _invite is not null;

    /// <summary>Gives up the INVITE of this side that began an early dialog; null where it is the peer's, and once it is answered.</summary>
    public Action? CancelInvite { get; set; }

    /// <summary>The peer's INVITE that is under way.</summary>
    public PeerInvite? Invite => _invite;

    /// <summary>Whether the peer has said that it takes UPDATE.</summary>
    public bool PeerAllowsUpdate { get; private set; }

    public TimeProvider Time => Connection.Platform.Time;

    /// <summary>Whether the application has an INVITE of the peer to answer. From any thread.</summary>
    public bool OwesAnswer => Volatile.Read(ref _invite) is { IsAnswered: false };

    private ConnectionContext Connection => _context.Connection;

    private SipContinuations Continuations => Connection.Platform.Continuations;

    private ShardCore Core => (ShardCore)Shard.Core;

    /// <summary>Sends the ACK to a 2xx and keeps it for the 2xx's repeats. It is owed also where a BYE has crossed the 2xx: else that is repeated for 32 s.</summary>
    public void Acknowledge(SipRequest invite, SipContent? answer)
    {
        if (!_isAcknowledged) _beginsAt = Time.GetTimestamp();
        _isAcknowledged = true;
        if (!_context.Period.HasEnded) (_acks ??= new AckSender(this, _context, _flow.Protocol)).Send(invite, answer);
    }

    /// <summary>An INVITE of this side is over (RFC 6026 §7.2).</summary>
    public void InviteOver(SipRequest invite)
    {
        if (!IsEnded) _acks?.ForgetLater(invite.Headers.CSeq!.Value.Number);
    }

    /// <summary>No 2xx can be repeated any more.</summary>
    public void AcksForgotten() => _acks = null;

    /// <summary>An INVITE of the peer is to be answered, the one that made the dialog or a later one.</summary>
    public PeerInvite Begin(IncomingRequest invite)
    {
        if (!Dialog.IsConfirmed) _acknowledged = new Completion<bool>(Continuations);
        return _invite = new PeerInvite(this, invite);
    }

    /// <summary>An INVITE of the peer got a final response of 300 or above.</summary>
    public void InviteEnded(PeerInvite invite)
    {
        if (ReferenceEquals(_invite, invite)) _invite = null;
        TellQuiet();
    }

    /// <summary>No ACK came to a 2xx of this side (RFC 3261 §13.3.1.4).</summary>
    public void NotAcknowledged(PeerInvite invite)
    {
        InviteEnded(invite);
        _acknowledged?.Fail(new SipTimeoutException("The 2xx to the INVITE was not acknowledged within 64*T1; the session is ended."));
        Bye(new SipDialogOutcome(SipDialogEnd.Timeout, Reason: "The 2xx to the INVITE was not acknowledged."));
    }

    /// <summary>Sends a request of the application in the dialog; its sequence number is given on the shard. From any thread.</summary>
    /// <param name="request">The request without CSeq; a copy is sent.</param>
    /// <exception cref="ArgumentException">The request holds an offer that is not legal.</exception>
    /// <exception cref="InvalidOperationException">An offer is open.</exception>
    public ResponseStream Send(SipRequest request)
    {
        if (request.Method == SipMethod.Update)
        {
            if (SessionBody.Of(request) is { } offer) Descriptions.CheckLocalOffer(offer);
            return Post(new OfferingRequest(DialogContext, this, request), static (user, _) => ((OfferingRequest)user).Start(), request);
        }

        return Post(new DialogRequest(DialogContext, this), static (user, template) => user.Send(template), request);
    }

    /// <summary>Waits until no change of the session is under way, of either side. From any thread.</summary>
    public Task QuietAsync()
    {
        var quiet = Volatile.Read(ref _quiet);
        if (quiet is null)
        {
            quiet = new Completion<bool>(Continuations);
            quiet = Interlocked.CompareExchange(ref _quiet, quiet, null) ?? quiet;
        }

        var waiting = quiet.Task;
        if (!Shard.Post(static (_, state) => ((CallLeg)state!).TellQuiet(), this)) quiet.Set(true);
        return waiting;
    }

    /// <summary>Sends a request that has its sequence number.</summary>
    /// <exception cref="SipConnectionClosedException">The connection is closed.</exception>
    public OutgoingRequest Send(SipRequest request, IRequestUser user) => OutgoingRequest.Start(DialogContext, request, user, Dialog.StrictRouter);

    /// <summary>Ends the session: BYE now, or as soon as the callee may send it (RFC 3261 §15).</summary>
    /// <param name="outcome">How the session counts as ended; null for hung up by this side.</param>
    /// <param name="reason">The Reason header field; null for none.</param>
    public void Bye(SipDialogOutcome? outcome = null, string? reason = null)
    {
        if (IsEnded || _byeSent) return;
        _outcomeOfBye ??= outcome ?? new SipDialogOutcome(SipDialogEnd.LocalBye);
        _byeReason ??= reason;
        if (_invite is { AwaitsAck: true }) return; // not before the ACK or its time-out
        _byeSent = true;
        StopAnswering();
        var bye = Dialog.CreateRequest(SipMethod.Bye);
        if (_byeReason is not null) bye.Headers.Add("Reason", _byeReason);
        try
        {
            Send(bye, new ByeRequest(this, _outcomeOfBye));
        }
        catch (SipConnectionClosedException)
        {
            End(_outcomeOfBye); // nobody is left to be told
        }
    }

    /// <summary>The peer is gone. A session is ended with BYE; before that, the INVITE's own end tells.</summary>
    public void Abandon(SipDialogOutcome outcome)
    {
        if (Dialog.IsConfirmed) Bye(outcome);
    }

    public void End(SipDialogOutcome outcome)
    {
        if (IsEnded) return;
        if (IsTransferred && outcome.Cause is (SipDialogEnd.LocalBye or SipDialogEnd.RemoteBye)) outcome = outcome with { Cause = SipDialogEnd.Transferred };
        _errorOfEnd = _context.Period.Cause is null ? null : outcome.Error; // with the network it dies; closed by the application, it ends
        _isEnded = true;
        if (Connection.Engine.Ladders.IsOn && (Dialog.IsConfirmed || !OwnsCallId)) Connection.Engine.Ladders.Note(Dialog.Id.CallId, outcome.ToSentence());
        Core.Remove(Dialog.Id);
        _acks?.Stop();
        StopAnswering();
        TellQuiet();
        Outcome.Set(outcome);
        if (_acknowledged is { IsSet: false } awaited) awaited.Fail(new SipConnectionClosedException("The session ended before its ACK arrived."));
        Interlocked.MemoryBarrier(); // whoever makes the mailbox from now on completes it
        _requests?.Complete(_errorOfEnd);
    }

    public void OnRequest(ServerTransaction transaction) => (_reception ??= new LegReception(this, Connection)).OnRequest(transaction);

    public void OnAck(SipRequest ack)
    {
        if (_invite?.Acknowledged(ack) != true) return;
        _invite = null;
        if (!ack.Body.IsEmpty) LastAck = ack;
        if (_acknowledged is { IsSet: false } awaited)
        {
            _beginsAt = Time.GetTimestamp();
            awaited.Set(true);
            Volatile.Write(ref _acknowledged, null);
        }

        TellQuiet();
        if (_outcomeOfBye is not null) Bye();
    }

    /// <summary>RFC 3891 §3: any session that is up, and of early dialogs those that this side began.</summary>
    public SipStatus? RefuseReplacement(ConnectionContext connection, bool isEarlyOnly)
    {
        if (!ReferenceEquals(connection, Connection)) return SipStatus.CallDoesNotExist; // another account's is not this sender's business
        if (IsTerminated) return SipStatus.Decline;
        if (Dialog.IsConfirmed) return isEarlyOnly ? SipStatus.BusyHere : null;
        return CancelInvite is null ? SipStatus.CallDoesNotExist : null;
    }

    public void Replace()
    {
        if (Dialog.IsConfirmed) Bye(new SipDialogOutcome(SipDialogEnd.Transferred, Reason: "Another dialog took its place."), "SIP;cause=200;text=\"Replaced\"");
        else CancelInvite?.Invoke();
    }

    public void OnLateSuccess(SipResponse response) => _acks?.Repeat(response);

    public void OnPeriodEnded(ActivePeriod period)
    {
        if (!ReferenceEquals(period, _context.Period)) return;
        var error = period.CreateError().Concerning(SipMethod.Invite.Name, Dialog.RemoteTarget);
        End(new SipDialogOutcome(SipDialogEnd.Error, Reason: error.Message) { Error = error });
    }

    /// <summary>Notes what the peer says that it takes.</summary>
    public void LearnAllowed(SipMessage message)
    {
        if (message.Headers.Contains("Allow")) PeerAllowsUpdate = message.Headers.GetAll(SipHeaderNames.Allow).Contains(SipMethod.Update);
    }

    /// <summary>Puts into an INVITE or UPDATE of this side what it asks the session's timer to be.</summary>
    /// <param name="request">The request.</param>
    /// <param name="minimum">What a 422 told; 0 for nothing.</param>
    public void AskForTimer(SipRequest request, uint minimum) => SessionTimerRules.Ask(request, Settings, _timer?.Agreed, minimum);

    /// <summary>This side answers an INVITE or UPDATE with a 2xx, which refreshes the session.</summary>
    public void GrantTimer(SipRequest request, SipResponse success)
    {
        var granted = SessionTimerRules.Grant(request, Settings, _timer?.Agreed);
        if (granted is { } interval) SessionTimerRules.Tell(request, success, interval);
        Agree(granted);
    }

    /// <summary>The peer answers an INVITE or UPDATE of this side with a 2xx, which refreshes the target and the session.</summary>
    public void Refreshed(SipResponse success)
    {
        LearnAllowed(success);
        if (!Dialog.IsConfirmed || IsTerminated) return;
        Dialog.RefreshTarget(success);
        Agree(SessionTimerRules.Learn(success, Settings));
    }

    /// <summary>The session's timer asks for a refresh: by UPDATE where the peer takes it, else by an INVITE that changes nothing (RFC 4028 §7.4).</summary>
    public void Refresh()
    {
        if (PeerAllowsUpdate || Descriptions.Local is not { } local) new OfferingRequest(DialogContext, this, Dialog.Address(SipMethod.Update)) { IsRefresh = true }.Start();
        else if (IsInviting || IsOccupied || Descriptions.State != SdpNegotiationState.Stable) RefreshFailed(isUnanswered: false); // what is under way refreshes, too
        else new OutgoingInvite(DialogContext, Shard, new SipContent(SipMediaType.Sdp, local), this).Refresh();
    }

    public void RefreshFailed(bool isUnanswered)
    {
        if (!IsTerminated) _timer?.Failed(isUnanswered);
    }

    /// <summary>Nobody refreshed the session (RFC 4028 §10).</summary>
    public void Expire() => Bye(new SipDialogOutcome(SipDialogEnd.SessionExpired, Reason: "The session was not refreshed."), "SIP;cause=408;text=\"Session expired\"");

    /// <summary>Adds to an answer of this side what makes or refreshes the dialog: Contact, and what this side can do.</summary>
    public void Complete(SipResponse response, IncomingRequest request)
    {
        var identity = OwnsCallId ? null : Dialog.IsConfirmed ? Dialog.Local.Uri : request.Request.Headers.To!.Uri; // an early dialog's is read once and let go with its INVITE
        _context.SetContact(response.Headers, request.Transaction.Flow, SecureContact.IsOwedTo(request.Request), identity);
        _context.Declare(response);
    }

    /// <summary>What the peer has asked and was not answered gets 487 (RFC 3261 §15.1.2), and nothing is refreshed any more.</summary>
    private void StopAnswering()
    {
        _invite?.Terminate();
        _invite = null;
        _reception?.Terminate();
        _timer?.Stop();
    }

    private void TellQuiet()
    {
        if (Volatile.Read(ref _quiet) is not { } waiting || (!IsEnded && (IsInviting || IsOccupied || Descriptions.State != SdpNegotiationState.Stable))) return;
        Volatile.Write(ref _quiet, null);
        waiting.Set(true);
    }

    private void Agree(SessionInterval? interval)
    {
        if (interval is not null || _timer is not null) (_timer ??= new SessionTimer(this)).Agree(interval);
    }

    private ResponseStream Post(DialogRequest user, Action<DialogRequest, SipRequest> start, SipRequest request)
    {
        var isPosted = Shard.Post(static (_, state) => { var (sender, act, template) = ((DialogRequest, Action<DialogRequest, SipRequest>, SipRequest))state!; act(sender, template); }, (user, start, request));
        if (!isPosted) user.Responses.Complete(new SipConnectionClosedException("The stack has stopped."));
        return user.Responses;
    }
}
