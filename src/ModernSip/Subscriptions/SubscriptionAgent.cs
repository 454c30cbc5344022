using System.Diagnostics.CodeAnalysis;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Refreshing;
using ModernSip.Stack;

namespace ModernSip.Subscriptions;

/// <summary>Keeps one subscription, over as many SUBSCRIBEs as that takes: refreshed in its dialogs, made anew where the notifier's reason allows it.</summary>
/// <remarks>It ends once: by disposal, by a reason that forbids to come back, by a refusal, or with its connection.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing that must be released.")]
internal sealed class SubscriptionAgent : ISubscriptionOwner, IAsyncDisposable
{
    private const int MostWaitingNotifications = 256;

    private readonly SendingContext _context;
    private readonly Func<SubscriptionAgent, SubscriptionSettings, Task<SubscriptionAttempt>> _start;
    private readonly CancellationTokenSource _stop = new();
    private readonly Completion<bool> _disposed;
    private readonly CancellationTokenRegistration _closing;
    private SubscriptionSettings _settings;
    private SubscriptionAttempt? _attempt;
    private SubscriptionLeg? _lastLeg;
    private SipNotification? _last;
    private Task _renewing = Task.CompletedTask;
    private int _isDisposing;
    private int _isEnded;

    /// <param name="context">On whose behalf.</param>
    /// <param name="settings">What is subscribed to.</param>
    /// <param name="start">Sends a SUBSCRIBE: outside of dialogs, or in the dialog of a session.</param>
    public SubscriptionAgent(SendingContext context, SubscriptionSettings settings, Func<SubscriptionAgent, SubscriptionSettings, Task<SubscriptionAttempt>> start)
    {
        _context = context;
        _settings = settings;
        _start = start;
        _disposed = new Completion<bool>(Connection.Platform.Continuations);
        Notifications = new Mailbox<SipNotification>(Connection.Platform.Continuations, MostWaitingNotifications);
        _closing = context.Period.Ended.UnsafeRegister(static state => ((SubscriptionAgent)state!).OnConnectionClosed(), this);
    }

    /// <summary>The NOTIFYs, for one reader. The oldest give way where nobody reads.</summary>
    public Mailbox<SipNotification> Notifications { get; }

    public SipTokenValue Event => _settings.Event;

    public SipSubscriptionState State => Volatile.Read(ref _isEnded) == 1 ? SipSubscriptionState.Terminated : Volatile.Read(ref _last)?.State ?? SipSubscriptionState.Waiting;

    /// <summary>The last NOTIFY; null before the first.</summary>
    public SipNotification? Last => Volatile.Read(ref _last);

    /// <summary>How the SUBSCRIBE of the notifier that was heard last is repeated; null before the first grant, and for a fetch.</summary>
    public SipRefresh? Refresh => Volatile.Read(ref _lastLeg)?.Refresh;

    private ConnectionContext Connection => _context.Connection;

    /// <summary>Subscribes for the first time.</summary>
    /// <exception cref="SipException">It was not accepted.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SubscribeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Finish(null, "not accepted");
            Volatile.Read(ref _attempt)?.Abandon(new SubscriptionEnd.LetGo());
            await _closing.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends it with the notifiers. However often it is called, it happens once, and every call awaits it.</summary>
    public async Task UnsubscribeAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isDisposing, 1) == 1)
        {
            await _disposed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            await _stop.CancelAsync(Connection.Platform.Continuations).ConfigureAwait(false);
            await _renewing.ConfigureAwait(false);
            if (Volatile.Read(ref _isEnded) == 0 && Volatile.Read(ref _attempt) is { } attempt) await attempt.UnsubscribeAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Finish(null, "unsubscribed");
            await _closing.DisposeAsync().ConfigureAwait(false);
            _disposed.Set(true);
        }
    }

    public async ValueTask DisposeAsync() => await UnsubscribeAsync(CancellationToken.None).ConfigureAwait(false);

    public void OnStarting(SubscriptionAttempt attempt) => Volatile.Write(ref _attempt, attempt);

    public void OnGranted(SubscriptionLeg leg) => Volatile.Write(ref _lastLeg, leg);

    public void OnNotified(SubscriptionLeg leg, SipNotification notification)
    {
        Volatile.Write(ref _lastLeg, leg);
        Volatile.Write(ref _last, notification);
        if (Notifications.TryWrite(notification) || Notifications.IsCompleted) return;
        Connection.Logger.NotificationsDropped(_settings.EventId.Package);
        while (!Notifications.TryWrite(notification) && Notifications.TryRead(out _))
        {
            // The newest state counts most.
        }
    }

    public void OnEnded(SubscriptionAttempt attempt, SubscriptionEnd end)
    {
        if (ReferenceEquals(attempt, Volatile.Read(ref _attempt))) Decide(end);
    }

    private void Decide(SubscriptionEnd end)
    {
        switch (end)
        {
            case SubscriptionEnd.ByNotifier when _settings.Expires == TimeSpan.Zero:
                Finish(null, "fetched");
                break;
            case SubscriptionEnd.ByNotifier { Reason: var reason, RetryAfter: var retryAfter }:
                var delay = _settings.Resubscribes ? ResubscribeRules.Delay(reason, retryAfter, Connection.Platform.Random.NextDouble()) : null;
                if (delay is { } wait) Renew(wait, reason ?? "no reason");
                else Finish(null, reason ?? "the notifier ended it");
                break;
            case SubscriptionEnd.RanOut when _settings.Resubscribes:
                Renew(TimeSpan.Zero, "it ran out");
                break;
            case SubscriptionEnd.RanOut:
                Finish(new SipRefreshException(SipMethod.Subscribe, Refresh, new SipTimeoutException("The subscription ran out before it could be refreshed.")), "it ran out");
                break;
            case SubscriptionEnd.Failed { Error: var error }:
                Finish(error, error.Message);
                break;
            default:
                Finish(null, "let go");
                break;
        }
    }

    private void Renew(TimeSpan delay, string reason)
    {
        if (_stop.IsCancellationRequested) return;
        Connection.Logger.Resubscribing(_settings.EventId.Package, reason, delay);
        _renewing = RenewAsync(delay);
        Connection.Tasks.Own(_renewing);
    }

    private async Task RenewAsync(TimeSpan delay)
    {
        try
        {
            await new ContinuationHop(Connection.Platform.Continuations); // it was decided on the shard
            await Task.Delay(delay, Connection.Platform.Time, _stop.Token).ConfigureAwait(false);
            var response = await _settings.Refresh.Retry.ExecuteAsync(
                static async (agent, cancellationToken) =>
                {
                    try
                    {
                        return await agent.SubscribeAsync(cancellationToken).ConfigureAwait(false);
                    }
                    catch (SipResponseException refused)
                    {
                        return refused.Response; // pipelines judge responses
                    }
                },
                this,
                _stop.Token).ConfigureAwait(false);
            response.EnsureSuccess();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Whoever stopped it says how it ends.
        }
#pragma warning disable CA1031 // The pipeline may be the application's: whatever it throws ends the subscription, and is told to its reader.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Finish(new SipRefreshException(SipMethod.Subscribe, Refresh, exception), exception.Message);
        }
    }

    /// <summary>Sends SUBSCRIBE; a 423 is repeated once with the time that the notifier wants at least.</summary>
    private async Task<SipResponse> SubscribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await AttemptAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SipResponseException refused) when (SubscriptionAttempt.LongerThan(_settings.Expires, refused.Response) is { } least && _settings.Expires > TimeSpan.Zero)
        {
            _settings = _settings with { Expires = least };
            return await AttemptAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<SipResponse> AttemptAsync(CancellationToken cancellationToken)
    {
        var attempt = await _start(this, _settings).ConfigureAwait(false);
        return await attempt.Established.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private void OnConnectionClosed()
    {
        var error = _context.Period.CreateError();
        Finish(error, error.Message);
        _stop.Cancel();
        Volatile.Read(ref _attempt)?.Abandon(new SubscriptionEnd.Failed(error));
    }

    private void Finish(Exception? error, string reason)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 1) return;
        if (error is SipException known) error = known.Concerning(SipMethod.Subscribe.Name, _settings.Target);
        if (error is not null) Connection.Logger.SubscriptionEnded(_settings.EventId.Package, reason);
        Notifications.Complete(error);
    }
}
