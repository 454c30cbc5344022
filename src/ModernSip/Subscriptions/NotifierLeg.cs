using System.Globalization;
using ModernSip.Dialogs;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Stack;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Subscriptions;

/// <summary>One subscription at the notifier: its dialog, its expiry, its NOTIFYs one after another (RFC 6665 §4.2). Lives on its shard.</summary>
internal sealed class NotifierLeg : IDialogUser
{
    private const int MostWaitingNotifies = 256;

    private SendingContext _context;
    private readonly Shard _shard;
    private readonly Dialog _dialog;
    private readonly SipTokenValue _event;
    private readonly NotifierSettings _settings;
    private readonly ShardTimer _expiry;
    private readonly ShardTimer _rate;
    private readonly Queue<PendingNotify> _waiting = new();
    private readonly SharedUsage? _usage;
    private readonly CancellationTokenRegistration _closing;
    private NotifyRate _limit;
    private SipContent? _content;
    private TimeSpan _granted;
    private long _grantedAt;
    private long _notifiedAt;
    private bool _isSending;
    private bool _hasNotified;

    /// <param name="context">On whose behalf.</param>
    /// <param name="shard">The shard of the dialog.</param>
    /// <param name="dialog">The dialog.</param>
    /// <param name="isShared">Whether a session made the dialog; else the subscription did.</param>
    /// <param name="subscribed">The event.</param>
    /// <param name="settings">How it is accepted.</param>
    public NotifierLeg(SendingContext context, Shard shard, Dialog dialog, bool isShared, SipTokenValue subscribed, NotifierSettings settings)
    {
        _context = context;
        _shard = shard;
        _dialog = dialog;
        _event = subscribed;
        _settings = settings;
        _content = settings.Content;
        if (isShared) _usage = new SharedUsage(Core, dialog, this, isNotifier: true);
        _expiry = new ShardTimer(shard, OnRanOut);
        _rate = new ShardTimer(shard, OnRate);
        Ended = new Completion<SipNotifierEnd>(Connection.Platform.Continuations);
        _closing = context.Period.Ended.UnsafeRegister(static state => ((NotifierLeg)state!).PostClosed(), this);
    }

    /// <summary>Where it stands; read from any thread.</summary>
    public SipSubscriptionState State { get; private set; }

    /// <summary>How it ended.</summary>
    public Completion<SipNotifierEnd> Ended { get; }

    /// <summary>How long it holds still.</summary>
    public TimeSpan Remaining => State is SipSubscriptionState.Terminated ? TimeSpan.Zero : Left(Connection.Platform.Time.GetElapsedTime(_grantedAt));

    public SipNameAddress Subscriber => _dialog.Remote;

    private ConnectionContext Connection => _context.Connection;

    private ShardCore Core => (ShardCore)_shard.Core;

    /// <summary>Answers the SUBSCRIBE or the REFER and tells the first state.</summary>
    /// <returns>False where there is another subscription to that event in the dialog.</returns>
    public bool Accept(IncomingRequest subscribe)
    {
        if (!TryEnter(subscribe.Request))
        {
            _closing.Unregister();
            return false;
        }

        var isFetch = subscribe.Request.Method == SipMethod.Subscribe && subscribe.Request.Headers.Expires == 0; // RFC 6665 §4.4.3
        Apply(_settings.StartsPending ? NotifierInput.AcceptedPending : NotifierInput.AcceptedActive, subscribe.Request, new Answering(subscribe.RespondNow, subscribe.AnswerNow, subscribe.Transaction.Flow), isFetch ? null : State);
        if (isFetch) End(NotifierInput.Terminating, new SipNotifierEnd(SipNotifierEnding.Unsubscribed), "timeout");
        return true;
    }

    public void OnRequest(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (!_dialog.TryAccept(request))
        {
            transaction.Answer(SipStatus.ServerInternalError, "out of order"); // RFC 3261 §12.2.2
        }
        else if (request.Method != SipMethod.Subscribe)
        {
            var response = request.CreateResponse(SipStatus.MethodNotAllowed);
            response.Headers["Allow"] = "SUBSCRIBE";
            transaction.Answer(response, "not a subscriber's method");
        }
        else if (_usage is null && EventId.Of(request) != EventId.Of(_event))
        {
            transaction.Answer(SipStatus.CallDoesNotExist, "another subscription"); // one dialog, one subscription (RFC 6665 §4.5.2)
        }
        else
        {
            _dialog.RefreshTarget(request);
            if (KeptFlow.OfPeer(request, transaction.Flow) is { } flow) _context = _context with { KeptFlow = flow };
            OnSubscribe(request, new Answering(transaction.Respond, transaction.Answer, transaction.Flow));
        }
    }

    public void OnAck(SipRequest ack)
    {
        // There is no INVITE in the dialog that it could belong to.
    }

    public void OnLateSuccess(SipResponse response)
    {
        // Likewise.
    }

    /// <summary>Tells something. From any thread.</summary>
    public Task<SipResponse> NotifyAsync(SipContent? content, bool isPending)
    {
        var done = new Completion<SipResponse>(Connection.Platform.Continuations);
        Notify(content, isPending, done);
        return done.Task;
    }

    /// <summary>Tells something. From any thread.</summary>
    public void Notify(SipContent? content, bool isPending, Completion<SipResponse>? done) => Post(leg => leg.Tell(content, isPending, done), done);

    /// <summary>Ends it, with a last NOTIFY. From any thread.</summary>
    public void Terminate(string reason, TimeSpan? retryAfter, SipContent? content, Completion<SipResponse>? done = null) =>
        Post(leg => leg.End(NotifierInput.Terminating, new SipNotifierEnd(SipNotifierEnding.Terminated), reason, retryAfter, content, done), done);

    private void Post(Action<NotifierLeg> work, Completion<SipResponse>? waiting)
    {
        var isPosted = _shard.Post(static (_, state) => { var (leg, act) = ((NotifierLeg, Action<NotifierLeg>))state!; act(leg); }, (this, work));
        if (!isPosted) waiting?.Fail(new SipConnectionClosedException("The stack has stopped."));
    }

    private void Tell(SipContent? content, bool isPending, Completion<SipResponse>? done)
    {
        var (state, actions) = NotifierMachine.Next(State, isPending ? NotifierInput.BecamePending : NotifierInput.BecameActive);
        if (actions.HasFlag(NotifierActions.NotAllowed))
        {
            done?.Fail(new InvalidOperationException("An active subscription does not become pending again: end it instead."));
            return;
        }

        if (!actions.HasFlag(NotifierActions.Notify))
        {
            done?.Fail(HasEnded());
            return;
        }

        if (_waiting.Count >= MostWaitingNotifies)
        {
            done?.Fail(new InvalidOperationException($"{MostWaitingNotifies} NOTIFYs wait for their answers: await one before the next."));
            return;
        }

        State = state;
        _content = content;
        Enqueue(new PendingNotify(state, null, null, content, done));
    }

    private void OnSubscribe(SipRequest request, Answering answering)
    {
        if (request.Headers.Expires == 0)
        {
            var (_, actions) = NotifierMachine.Next(State, NotifierInput.Unsubscribed);
            if (actions.HasFlag(NotifierActions.Refuse)) answering.Refuse(request.CreateResponse(SipStatus.CallDoesNotExist), "the subscription has ended");
            else Grant(request, answering, TimeSpan.Zero);
            End(NotifierInput.Unsubscribed, new SipNotifierEnd(SipNotifierEnding.Unsubscribed), "timeout");
            return;
        }

        Apply(NotifierInput.Refreshed, request, answering, State);
    }

    /// <summary>Takes a step that a SUBSCRIBE brings about: answers it, and tells where it stands.</summary>
    private void Apply(NotifierInput input, SipRequest request, Answering answering, SipSubscriptionState? told)
    {
        var (state, actions) = NotifierMachine.Next(State, input);
        State = state;
        if (actions.HasFlag(NotifierActions.Refuse)) answering.Refuse(request.CreateResponse(SipStatus.CallDoesNotExist), "the subscription has ended");
        if (actions.HasFlag(NotifierActions.Grant))
        {
            var wanted = request.Method == SipMethod.Subscribe && request.Headers.Expires is { } seconds ? TimeSpan.FromSeconds(seconds) : _settings.LongestExpiry;
            _granted = wanted < _settings.LongestExpiry ? wanted : _settings.LongestExpiry;
            _grantedAt = Connection.Platform.Time.GetTimestamp();
            _limit = NotifyRate.Of(request.Headers.Get(SipHeaderNames.Event) ?? _event);
            if (_granted > TimeSpan.Zero) _expiry.Start(_granted);
            Grant(request, answering, _granted);
        }

        if (actions.HasFlag(NotifierActions.Notify) && told is not null) Enqueue(new PendingNotify(state, null, null, _content, null));
    }

    private void Grant(SipRequest request, Answering answering, TimeSpan granted)
    {
        var response = request.CreateResponse(request.Method == SipMethod.Refer ? SipStatus.Accepted : SipStatus.Ok);
        response.Headers.CopyFrom(request.Headers, SipHeaderNames.RecordRoute); // RFC 3261 §12.1.1
        _context.SetContact(response.Headers, answering.Flow, SecureContact.IsOwedTo(request));
        if (request.Method == SipMethod.Subscribe) response.Headers.Expires = (uint)granted.TotalSeconds;
        answering.Respond(response);
    }

    private void OnRanOut() => End(NotifierInput.RanOut, new SipNotifierEnd(SipNotifierEnding.RanOut), "timeout");

    private void End(NotifierInput input, SipNotifierEnd end, string reason = "", TimeSpan? retryAfter = null, SipContent? content = null, Completion<SipResponse>? done = null)
    {
        var (state, actions) = NotifierMachine.Next(State, input);
        State = state;
        if (!actions.HasFlag(NotifierActions.NotifyLast)) done?.Fail(HasEnded());
        if (!actions.HasFlag(NotifierActions.End)) return;
        _expiry.Stop();
        if (actions.HasFlag(NotifierActions.NotifyLast)) Enqueue(new PendingNotify(SipSubscriptionState.Terminated, reason, retryAfter, content ?? _content, done));
        else Leave();
        Ended.Set(end);
    }

    private void Leave()
    {
        _closing.Unregister();
        _rate.Stop();
        if (_usage is null) Core.Remove(_dialog.Id);
        else _usage.Remove();
        while (_waiting.TryDequeue(out var waiting)) waiting.Done?.Fail(HasEnded());
    }

    private static SipConnectionClosedException HasEnded() => new("The subscription has ended.");

    private bool TryEnter(SipRequest request)
    {
        if (_usage is null) return Core.TryAdd(_dialog.Id, this);
        if (request.Method != SipMethod.Refer) return _usage.TryAdd(EventId.Of(_event));
        _usage.AddRefer(request.Headers.CSeq!.Value.Number);
        return true;
    }

    private void Enqueue(PendingNotify notify)
    {
        _waiting.Enqueue(notify);
        SendNext();
    }

    private void OnRate()
    {
        var isSilent = !_isSending && _waiting.Count == 0 && State is not SipSubscriptionState.Terminated;
        if (isSilent && _limit.Repeat(Connection.Platform.Time.GetElapsedTime(_notifiedAt)) == TimeSpan.Zero) Enqueue(new PendingNotify(State, null, null, _content, null)); // RFC 6446 §6.2
        else SendNext();
    }

    private void SendNext()
    {
        if (_isSending) return;
        if (_waiting.Count == 0)
        {
            if (State is not SipSubscriptionState.Terminated && _limit.Repeat(Connection.Platform.Time.GetElapsedTime(_notifiedAt)) is { } silence) _rate.Start(silence);
            return;
        }

        if (_hasNotified && _limit.Wait(Connection.Platform.Time.GetElapsedTime(_notifiedAt), _waiting.Any(static one => one.State is SipSubscriptionState.Terminated)) is { } wait)
        {
            _rate.Start(wait);
            return;
        }

        var next = _limit.IsOn ? Newest() : _waiting.Dequeue();
        _isSending = true;
        _hasNotified = true;
        _notifiedAt = Connection.Platform.Time.GetTimestamp();
        var request = _dialog.CreateRequest(SipMethod.Notify);
        request.Headers.Set(SipHeaderNames.Event, _event);
        request.Headers.Set(SipHeaderNames.SubscriptionState, StateValue(next));
        request.Content = next.Content;
        new NotifyRequest(_context, this, next).Start(request);
    }

    /// <summary>Where the subscriber limits the rate, the newest state takes the place of those that waited (RFC 6446 §5).</summary>
    private PendingNotify Newest()
    {
        var newest = _waiting.Dequeue();
        while (_waiting.TryDequeue(out var next))
        {
            newest.Done?.Fail(new SipConnectionClosedException("A newer state took its place, as the subscriber limits the rate."));
            newest = next;
        }

        return newest;
    }

    private SipTokenValue StateValue(PendingNotify notify)
    {
        var value = new SipTokenValue(notify.State switch { SipSubscriptionState.Pending => "pending", SipSubscriptionState.Terminated => "terminated", _ => "active" });
        if (notify.State is not SipSubscriptionState.Terminated)
        {
            value = value.WithParameter("expires", Whole(Remaining));
            return _limit.Adjusted is { } rate ? value.WithParameter("min-rate", rate) : value; // RFC 6446 §6.3
        }

        if (notify.Reason is { Length: > 0 } reason) value = value.WithParameter("reason", reason);
        return notify.RetryAfter is { } retryAfter ? value.WithParameter("retry-after", Whole(retryAfter)) : value;
    }

    private static string Whole(TimeSpan time) => ((long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private TimeSpan Left(TimeSpan passed) => _granted > passed ? _granted - passed : TimeSpan.Zero;

    private void OnNotifyEnded(PendingNotify notify, SipResponse? response, SipException? error)
    {
        _isSending = false;
        if (response is not null) notify.Done?.Set(response);
        else notify.Done?.Fail(error!);
        if (notify.State is SipSubscriptionState.Terminated)
        {
            Leave();
            return;
        }

        if (response is null || NotifyAnswer.EndsSubscription(response))
        {
            var isTold = State is SipSubscriptionState.Terminated; // and the last NOTIFY waits: it would find nobody
            End(NotifierInput.SubscriberGone, new SipNotifierEnd(error is SipConnectionClosedException ? SipNotifierEnding.ConnectionClosed : SipNotifierEnding.SubscriberGone, response, error));
            if (isTold) Leave();
            return;
        }

        SendNext();
    }

    private void PostClosed() => Post(static leg => leg.OnClosed(), null);

    private void OnClosed()
    {
        End(NotifierInput.SubscriberGone, new SipNotifierEnd(SipNotifierEnding.ConnectionClosed, Error: _context.Period.CreateError()));
        Leave();
    }

    /// <summary>The way of the answer to a SUBSCRIBE.</summary>
    private readonly record struct Answering(Func<SipResponse, bool> Respond, Func<SipResponse, string, bool> Refuse, SipFlow Flow);

    /// <summary>A NOTIFY under way.</summary>
    private sealed class NotifyRequest(SendingContext context, NotifierLeg leg, PendingNotify notify) : IRequestUser
    {
        private bool _isOver;

        public void Start(SipRequest request)
        {
            try
            {
                // A subscriber may be anybody: it is no server that may ask for a password.
                OutgoingRequest.Start(context with { MeetsServerChallenges = false }, request, this, leg._dialog.StrictRouter);
            }
            catch (SipConnectionClosedException exception)
            {
                OnFailed(exception);
            }
        }

        public void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow)
        {
            if (response.IsProvisional || _isOver) return;
            _isOver = true;
            if (response.IsSuccess) leg._dialog.RefreshTarget(response);
            leg.OnNotifyEnded(notify, response, null);
        }

        public void OnFailed(OutgoingRequest request, SipException error) => OnFailed(error);

        public void OnEnded(OutgoingRequest request)
        {
            // Its answer was told.
        }

        public uint NextSequence(uint current) => leg._dialog.NextSequence();

        private void OnFailed(SipException error)
        {
            if (_isOver) return;
            _isOver = true;
            leg.OnNotifyEnded(notify, null, error);
        }
    }
}
