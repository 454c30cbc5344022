using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Platform;
using ModernSip.Sessions;
using ModernSip.Stack;
using ModernSip.Subscriptions;

namespace ModernSip.Transfers;

/// <summary>One REFER of this side, from its sending to the last that is told of it (RFC 3515 §2.4).</summary>
internal sealed class ReferAgent : ISubscriptionOwner
{
    private const int MostWaitingNews = 64;

    private readonly SendingContext _context;
    private readonly IReadOnlyList<CallLeg> _sessions;
    private readonly Completion<SipTransferProgress?> _final;
    private readonly CancellationTokenRegistration _closing;
    private SubscriptionAttempt? _attempt;
    private SipTransferProgress? _last;

    /// <param name="context">On whose behalf.</param>
    /// <param name="sessions">The sessions that are transferred away where all goes well; none outside of a call.</param>
    public ReferAgent(SendingContext context, IReadOnlyList<CallLeg> sessions)
    {
        _context = context;
        _sessions = sessions;
        _final = new Completion<SipTransferProgress?>(context.Connection.Platform.Continuations);
        Progress = new Mailbox<SipTransferProgress>(context.Connection.Platform.Continuations, MostWaitingNews);
        _closing = context.Period.Ended.UnsafeRegister(static state => ((ReferAgent)state!).OnConnectionClosed(), this);
    }

    /// <summary>What is told, for one reader, up to the final status.</summary>
    public Mailbox<SipTransferProgress> Progress { get; }

    /// <summary>The final status; where none is told, the last one, or null for nothing.</summary>
    public Task<SipTransferProgress?> Final => _final.Task;

    public SipTransferProgress? Last => Volatile.Read(ref _last);

    /// <summary>Sends the REFER.</summary>
    /// <returns>The 2xx.</returns>
    /// <exception cref="SipException">It was not accepted.</exception>
    public async Task<SipResponse> StartAsync(Func<ReferAgent, Task<SubscriptionAttempt>> start, CancellationToken cancellationToken)
    {
        try
        {
            var attempt = await start(this).ConfigureAwait(false);
            return await attempt.Established.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (exception is not OperationCanceledException) Mark(false);
            if (exception is SipTimeoutException or SipResponseException { Response.StatusCode: 408 or 481 } && _sessions.Count > 0) AbandonSession(_sessions[0], exception);
            await AbandonAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Looks no longer at what is told.</summary>
    public async ValueTask AbandonAsync()
    {
        Volatile.Read(ref _attempt)?.Abandon(new SubscriptionEnd.LetGo());
        Finish(null);
        await _closing.DisposeAsync().ConfigureAwait(false);
    }

    public void OnStarting(SubscriptionAttempt attempt) => Volatile.Write(ref _attempt, attempt);

    public void OnGranted(SubscriptionLeg leg) => Mark(true);

    public void OnNotified(SubscriptionLeg leg, SipNotification notification)
    {
        if (_final.IsSet || SipTransferProgress.Of(notification) is not { } progress) return;
        Volatile.Write(ref _last, progress);
        while (!Progress.TryWrite(progress) && Progress.TryRead(out _))
        {
            // Nobody reads: the newest counts most.
        }

        if (!progress.IsFinal) return;
        Mark(progress.IsSuccess);
        Finish(null);
    }

    public void OnEnded(SubscriptionAttempt attempt, SubscriptionEnd end)
    {
        _closing.Unregister();
        switch (end)
        {
            case SubscriptionEnd.Failed { Error: var error }:
                Fail(error);
                break;
            case SubscriptionEnd.RanOut:
                Fail(new SipTimeoutException("The peer accepted the REFER, and told no more of it."));
                break;
            default:
                if (!_final.IsSet) Mark(true); // it was accepted, and is not told about
                Finish(null);
                break;
        }
    }

    private void OnConnectionClosed()
    {
        Finish(_context.Period.CreateError());
        Volatile.Read(ref _attempt)?.Abandon(new SubscriptionEnd.LetGo());
    }

    /// <summary>The peer is gone, and with it the session (RFC 3261 §12.2.1.2). Other refusals are the transfer's alone: a peer says 404 of the target, too.</summary>
    private static void AbandonSession(CallLeg session, Exception error)
    {
        var outcome = error is SipResponseException refused ? new SipDialogOutcome(SipDialogEnd.Error, refused.Response.Status) : new SipDialogOutcome(SipDialogEnd.Timeout, Reason: error.Message);
        session.Shard.Post(static (_, state) => { var (leg, how) = ((CallLeg, SipDialogOutcome))state!; leg.Abandon(how); }, (session, outcome));
    }

    private void Fail(SipException error)
    {
        if (!_final.IsSet) Mark(false);
        Finish(error);
    }

    private void Mark(bool isTransferred)
    {
        foreach (var session in _sessions) session.IsTransferred = isTransferred;
    }

    private void Finish(SipException? error)
    {
        if (error is null) _final.Set(Last);
        else _final.Fail(error);
        Progress.Complete(error);
    }
}
