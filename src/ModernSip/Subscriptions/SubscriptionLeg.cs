using ModernSip.Dialogs;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Refreshing;
using ModernSip.Stack;
using ModernSip.Transactions.Engine;

namespace ModernSip.Subscriptions;

/// <summary>One notifier's part of a subscription: its dialog, its NOTIFYs, its refresh or its end (RFC 6665 §4.1). Lives on its shard.</summary>
internal sealed class SubscriptionLeg : IDialogUser, IRefreshed
{
    private readonly SubscriptionAttempt _attempt;
    private readonly Completion<SubscriptionEnd> _ended;
    private RefreshLoop? _loop;
    private RefreshGrant? _first;
    private ShardTimer? _silence; // of a REFER, which nobody refreshes
    private TimeSpan _requested;

    public SubscriptionLeg(SubscriptionAttempt attempt, Dialog dialog)
    {
        _attempt = attempt;
        _requested = attempt.Settings.Expires;
        _ended = new Completion<SubscriptionEnd>(Connection.Platform.Continuations);
        Dialog = dialog;
    }

    public Dialog Dialog { get; }

    /// <summary>Where it stands; read from any thread.</summary>
    public SipSubscriptionState State { get; private set; }

    /// <summary>How the SUBSCRIBE is repeated; null where nothing was granted.</summary>
    public SipRefresh? Refresh { get; private set; }

    /// <summary>How it ended.</summary>
    public Task<SubscriptionEnd> Ended => _ended.Task;

    private ConnectionContext Connection => _attempt.Context.Connection;

    /// <summary>The notifier granted a time: from here on the SUBSCRIBE is repeated before it is over. On the shard.</summary>
    public void Begin(RefreshGrant grant)
    {
        if (_loop is not null || State is SipSubscriptionState.Terminated || grant.Granted == TimeSpan.Zero) return;
        if (_attempt.Settings.IsRefer)
        {
            _attempt.Owner.OnGranted(this);
            return;
        }

        _first = grant;
        _loop = new RefreshLoop(this, _attempt.Settings.Refresh, Connection.Platform);
        Refresh = new SipRefresh(_loop);
        _attempt.Owner.OnGranted(this);
        Connection.Tasks.Own(PrimeAsync(_loop));
    }

    public void OnRequest(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (!Dialog.TryAccept(request)) transaction.Answer(SipStatus.ServerInternalError, "out of order"); // RFC 3261 §12.2.2
        else if (request.Method == SipMethod.Notify) OnNotify(transaction);
        else RefuseMethod(transaction);
    }

    public void OnAck(SipRequest ack)
    {
        // There is no INVITE in the dialog that it could belong to.
    }

    public void OnLateSuccess(SipResponse response)
    {
        // Likewise.
    }

    /// <summary>Takes a NOTIFY whose sequence number is in order. On the shard.</summary>
    public void OnNotify(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (EventId.Of(request) is not { } notified || !_attempt.Concerns(notified))
        {
            transaction.Answer(SipStatus.BadEvent, "another event package");
            return;
        }

        if (!NotifiedState.TryRead(request, out var state))
        {
            transaction.Answer(transaction.Request.CreateResponse(SipStatus.BadRequest, "Subscription-State Missing Or Malformed"), "no Subscription-State");
            return;
        }

        var actions = Step(state.Input);
        if (actions.HasFlag(SubscriberActions.Refuse))
        {
            transaction.Answer(SipStatus.CallDoesNotExist, "the subscription has ended");
            return;
        }

        Dialog.RefreshTarget(request);
        transaction.Answer(SipStatus.Ok, "notified");
        if (state.Expires is { } left && _loop is { } loop && left < loop.Remaining - RefreshTiming.Punctual) loop.RepeatWithin(left * 0.9); // it was shortened (RFC 6665 §4.1.2.4)
        if (_attempt.Settings.IsRefer) AwaitNews(state.Expires);
        _attempt.Owner.OnNotified(this, new SipNotification(request, state));
        if (actions.HasFlag(SubscriberActions.End)) Leave(new SubscriptionEnd.ByNotifier(state.Reason, state.RetryAfter));
    }

    /// <summary>Timer N. On the shard.</summary>
    public void OnNothingCame()
    {
        if (Step(SubscriberInput.NothingCame).HasFlag(SubscriberActions.End)) Leave(new SubscriptionEnd.Failed(SubscriptionAttempt.NothingCame()));
        else if (_attempt.Settings.Expires == TimeSpan.Zero && !_attempt.Settings.IsRefer) End(new SubscriptionEnd.ByNotifier("timeout", null)); // asked for once, the state has come, and nothing that would end
    }

    /// <summary>Ends it without another word to the notifier. On the shard.</summary>
    public void End(SubscriptionEnd end)
    {
        if (Step(SubscriberInput.Ended).HasFlag(SubscriberActions.End)) Leave(end);
    }

    /// <summary>Ends it with the notifier: SUBSCRIBE for no time, and the last NOTIFY is awaited (RFC 6665 §4.1.2.3). From any thread.</summary>
    public async Task UnsubscribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_loop is { } loop) await loop.StopAsync().ConfigureAwait(false);
            var response = await SendSubscribeAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccess) await Ended.WaitAsync(Connection.Engine.Timers.TransactionTimeout, Connection.Platform.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SipException or TimeoutException)
        {
            // The notifier is out of reach, or says nothing more: to this side it is over all the same.
        }
        finally
        {
            PostEnd(new SubscriptionEnd.LetGo());
        }
    }

    public async Task<RefreshGrant> SendAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _first, null) is { } first) return first; // what the SUBSCRIBE that made the dialog was granted
        var sentAt = Connection.Platform.Time.GetTimestamp();
        var response = await SendSubscribeAsync(_requested, cancellationToken).ConfigureAwait(false);
        if (SubscriptionAttempt.LongerThan(_requested, response) is { } least)
        {
            _requested = least;
            response = await SendSubscribeAsync(least, cancellationToken).ConfigureAwait(false);
        }

        return new RefreshGrant(response.EnsureSuccess(), SubscriptionAttempt.Granted(response, _requested), sentAt);
    }

    public void OnGranted(RefreshGrant grant, bool isAnew)
    {
        // The state is the notifier's to tell; how long it holds, SipRefresh tells.
    }

    public void OnRetrying(TimeSpan delay, string reason) => Connection.Logger.SubscriptionRefreshFailed(_attempt.Settings.EventId.Package, reason, delay);

    public void OnLapsed() => PostEnd(new SubscriptionEnd.RanOut());

    public void OnEnded(Exception error) => PostEnd(new SubscriptionEnd.Failed(new SipRefreshException(SipMethod.Subscribe, Refresh, error)));

    private static void RefuseMethod(ServerTransaction transaction)
    {
        var response = transaction.Request.CreateResponse(SipStatus.MethodNotAllowed);
        response.Headers["Allow"] = "NOTIFY";
        transaction.Answer(response, "not a notifier's method");
    }

    private static async Task PrimeAsync(RefreshLoop loop)
    {
        try
        {
            await loop.SendNowAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It ended before it had begun.
        }
    }

    private void PostEnd(SubscriptionEnd end) =>
        _attempt.Shard.Post(static (_, state) => { var (leg, how) = ((SubscriptionLeg, SubscriptionEnd))state!; leg.End(how); }, (this, end));

    private SubscriberActions Step(SubscriberInput input)
    {
        var (state, actions) = SubscriberMachine.Next(State, input);
        State = state;
        return actions;
    }

    /// <summary>The news of a REFER end some day, whatever its notifier does: phones tell a minute and ring for longer, so they are given the time of a ringing call at least.</summary>
    private void AwaitNews(TimeSpan? told)
    {
        _silence ??= new ShardTimer(_attempt.Shard, () => End(new SubscriptionEnd.RanOut()));
        _silence.Start(told > _attempt.Settings.Expires ? told.Value : _attempt.Settings.Expires);
    }

    private void Leave(SubscriptionEnd end)
    {
        if (_loop is { } loop) Connection.Tasks.Own(loop.StopAsync());
        _silence?.Stop();
        _ended.Set(end);
        _attempt.OnLegEnded(this, end);
    }

    private async Task<SipResponse> SendSubscribeAsync(TimeSpan expires, CancellationToken cancellationToken)
    {
        var user = new InDialogRequest(_attempt.DialogContext, Dialog);
        if (!_attempt.Shard.Post(static (_, state) => { var (leg, time, sender) = ((SubscriptionLeg, TimeSpan, InDialogRequest))state!; leg.SendNow(time, sender); }, (this, expires, user)))
        {
            throw new SipConnectionClosedException("The stack has stopped.");
        }

        return await user.Responses.FinalAsync(cancellationToken).ConfigureAwait(false);
    }

    private void SendNow(TimeSpan expires, InDialogRequest user)
    {
        if (State is SipSubscriptionState.Terminated)
        {
            user.Responses.Complete(new SipConnectionClosedException("The subscription has ended."));
            return;
        }

        var request = Dialog.CreateRequest(SipMethod.Subscribe);
        _attempt.Settings.Complete(request, expires);
        user.Start(request);
    }
}
