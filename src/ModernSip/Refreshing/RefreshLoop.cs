using System.Diagnostics.CodeAnalysis;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Platform;
using Polly;

namespace ModernSip.Refreshing;

/// <summary>Repeats something before it expires, until it is stopped: the loop around <see cref="RefreshMachine"/>.</summary>
/// <remarks>
/// One loop owns the state and reads one mailbox: timers, answers, and whoever wants an attempt post into it. So there is never more than one
/// request in flight, whether the pipeline wants it or the application.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "StopAsync releases the timer; a token source without a timer holds nothing that must be released.")]
internal sealed class RefreshLoop
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1); // timers take no more than 49 days

    private readonly IRefreshed _what;
    private readonly RefreshSettings _settings;
    private readonly SipPlatform _platform;
    private readonly Mailbox<Input> _inbox;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped; // what is stopped may still be asked
    private readonly OwnedTasks _tasks = new();
    private readonly Queue<Input.Wanted> _waiting = new();
    private readonly Task _running;
    private readonly Completion<bool> _over;
    private CancellationTokenSource? _retrying;
    private int _round; // of the pipeline: what an earlier one still says counts for nothing
    private bool _isSending;
    private bool _isSpread;
    private TimeSpan _dueAfter;
    private RefreshGrant? _grant;
    private volatile SipRefreshState _state;
    private volatile Exception? _lastFailure;

    public RefreshLoop(IRefreshed what, RefreshSettings settings, SipPlatform platform)
    {
        _what = what;
        _settings = settings;
        _platform = platform;
        _stopped = _stop.Token;
        _inbox = new Mailbox<Input>(platform.Continuations);
        _over = new Completion<bool>(platform.Continuations);
        _timer = platform.Time.CreateTimer(static state => ((RefreshLoop)state!)._inbox.TryWrite(Input.Tick.Instance), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _running = RunAsync();
    }

    /// <summary>What was last granted; null before.</summary>
    public RefreshGrant? Grant => Volatile.Read(ref _grant);

    public SipRefreshState State => _state is SipRefreshState.Active or SipRefreshState.Repeating && Remaining == TimeSpan.Zero ? SipRefreshState.Lapsed : _state;

    /// <summary>Whether it holds: granted, and not run out since.</summary>
    public bool IsActive => State is SipRefreshState.Active or SipRefreshState.Repeating;

    public TimeSpan Remaining => _state is SipRefreshState.Ended || Grant is not { } grant ? TimeSpan.Zero : Max(TimeSpan.Zero, grant.Granted - Elapsed(grant));

    public TimeSpan? DueIn => _state is SipRefreshState.Active && _settings.IsAutomatic && Grant is { } grant ? Max(TimeSpan.Zero, _dueAfter - Elapsed(grant)) : null;

    public Exception? LastFailure => _lastFailure;

    /// <summary>Sends now, and starts to repeat where it is the first time. What fails is the caller's to see; nothing is retried for it.</summary>
    /// <exception cref="OperationCanceledException">The token fired, or the loop was stopped.</exception>
    /// <exception cref="SipException">It was not accepted.</exception>
    public async Task<RefreshGrant> SendNowAsync(CancellationToken cancellationToken)
    {
        var wanted = new Input.Wanted(new Completion<RefreshGrant>(_platform.Continuations), Round: null);
        if (!_inbox.TryWrite(wanted)) throw new OperationCanceledException(_stopped);
        return await wanted.Result.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts without anybody who waits for the first grant: what fails in passing is retried from the beginning.</summary>
    public void Begin() => Hurry();

    /// <summary>It is not waited any longer: a repetition that backs off is made at once. For when what stood in the way may be gone.</summary>
    public void Hurry() => _inbox.TryWrite(Input.Hurried.Instance);

    /// <summary>What holds is repeated within a time, although it was not due yet: the way to the peer has changed.</summary>
    public void RepeatWithin(TimeSpan within) => _inbox.TryWrite(new Input.DueWithin(within));

    /// <summary>Stops repeating. An attempt that is under way is not waited for; who wanted it sees <see cref="OperationCanceledException"/>.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync(_platform.Continuations).ConfigureAwait(false);
        _inbox.Complete();
        await _over.Task.ConfigureAwait(false); // of several who stop it at once each has a task of its own
        await _running.ConfigureAwait(false);
        await _tasks.WhenAllEndedAsync().ConfigureAwait(false);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private TimeSpan Elapsed(RefreshGrant grant) => _platform.Time.GetElapsedTime(grant.SentAt);

    private async Task RunAsync()
    {
        try
        {
            await foreach (var input in _inbox.ReadAllAsync(CancellationToken.None).ConfigureAwait(false)) Handle(input);
            await _timer.DisposeAsync().ConfigureAwait(false);
            _state = RefreshMachine.Next(_state, RefreshInput.Stop).State;
            EndRetrying();
            while (_waiting.TryDequeue(out var wanted)) wanted.Result.Fail(new OperationCanceledException(_stopped));
        }
        finally
        {
            _over.Set(true);
        }
    }

    private void Handle(Input input)
    {
        switch (input)
        {
            case Input.Wanted wanted when _state is SipRefreshState.Ended || _stopped.IsCancellationRequested || IsOutdated(wanted.Round):
                wanted.Result.Fail(new OperationCanceledException(_stopped));
                break;
            case Input.Wanted wanted:
                _waiting.Enqueue(wanted);
                SendNext();
                break;
            case Input.Answered answered:
                _isSending = false;
                OnAnswered(answered);
                SendNext();
                break;
            case Input.Retrying retrying when !IsOutdated(retrying.Round):
                if (RefreshMachine.Next(_state, RefreshInput.Retry).Actions.HasFlag(RefreshActions.TellRetrying)) _what.OnRetrying(retrying.Delay, retrying.Reason);
                break;
            case Input.RetryEnded ended when !IsOutdated(ended.Round):
                End(ended.Error);
                break;
            case Input.Hurried when !_isSending:
                Apply(RefreshInput.Hurry);
                break;
            case Input.DueWithin due when Grant is { } grant:
                _dueAfter = Elapsed(grant) + due.Time;
                if (_state is SipRefreshState.Active) Arm();
                else if (!_isSending) Apply(RefreshInput.Hurry);
                break;
            case Input.Tick:
                OnTick();
                break;
        }
    }

    private bool IsOutdated(int? round) => round is { } number && number != _round;

    private void SendNext()
    {
        while (!_isSending && _waiting.TryDequeue(out var wanted))
        {
            if (IsOutdated(wanted.Round) || _state is SipRefreshState.Ended)
            {
                wanted.Result.Fail(new OperationCanceledException(_stopped));
                continue;
            }

            _isSending = true;
            _tasks.Own(SendAsync(wanted));
        }
    }

    private async Task SendAsync(Input.Wanted wanted)
    {
        try
        {
            var grant = await _what.SendAsync(_stopped).ConfigureAwait(false);
            if (!_inbox.TryWrite(new Input.Answered(wanted, grant, null))) wanted.Result.Fail(new OperationCanceledException(_stopped));
        }
#pragma warning disable CA1031 // Whatever goes wrong is told to who wanted the attempt, and ends it where it cannot pass.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!_inbox.TryWrite(new Input.Answered(wanted, null, exception))) wanted.Result.Fail(new OperationCanceledException(_stopped));
        }
    }

    private void OnAnswered(Input.Answered answered)
    {
        var (wanted, grant, error) = answered;
        if (grant is not null)
        {
            EndRetrying();
            _lastFailure = null;
            _isSpread = false;
            var timing = _state is SipRefreshState.Inactive or SipRefreshState.Lapsed ? _settings.FirstTiming ?? _settings.Timing : _settings.Timing;
            _dueAfter = timing.Delay(grant.Granted, _platform.Random.NextDouble());
            Volatile.Write(ref _grant, grant);
            Apply(RefreshInput.Granted);
            wanted.Result.Set(grant);
            return;
        }

        _lastFailure = error;
        wanted.Result.Fail(error!);
        if (_state is SipRefreshState.Inactive) _state = RefreshMachine.Next(_state, RefreshInput.Stop).State; // it never began, and its caller knows
    }

    private void OnTick()
    {
        if (Grant is not { } grant) return;
        var elapsed = Elapsed(grant);
        if (elapsed >= grant.Granted) Apply(RefreshInput.RanOut);
        if (_state is SipRefreshState.Active && _settings.IsAutomatic && elapsed >= _dueAfter) BecomeDue(grant, elapsed);
        else if (_state is SipRefreshState.Lapsed && _settings.IsAutomatic && _retrying is null && !_isSending) BecomeDue(grant, elapsed);
        else Arm();
    }

    /// <summary>Repeats now; a little later by chance where the time has passed unseen, since all that this machine repeats is due at once then.</summary>
    private void BecomeDue(RefreshGrant grant, TimeSpan elapsed)
    {
        if (!_isSpread && elapsed - _dueAfter > RefreshTiming.Punctual)
        {
            _isSpread = true;
            _dueAfter = elapsed + RefreshTiming.Spread(grant.Granted, _platform.Random.NextDouble());
            Arm(_dueAfter - elapsed);
            return;
        }

        Apply(_state is SipRefreshState.Lapsed ? RefreshInput.Hurry : RefreshInput.Due);
    }

    private void Apply(RefreshInput input)
    {
        var (state, actions) = RefreshMachine.Next(_state, input);
        _state = state;
        if (actions.HasFlag(RefreshActions.Arm)) Arm();
        if (actions.HasFlag(RefreshActions.Repeat) && _settings.IsAutomatic) Repeat();
        if ((actions & (RefreshActions.TellActive | RefreshActions.TellRefreshed)) is not RefreshActions.None) _what.OnGranted(Grant!, actions.HasFlag(RefreshActions.TellActive)); // granted: there is a grant
        if (actions.HasFlag(RefreshActions.TellLapsed)) _what.OnLapsed();
    }

    private void End(Exception error)
    {
        var (state, actions) = RefreshMachine.Next(_state, RefreshInput.Refused);
        _state = state;
        _lastFailure = error;
        EndRetrying();
        if (actions.HasFlag(RefreshActions.TellEnd)) _what.OnEnded(error);
    }

    /// <summary>Sets the timer for what comes first: the repetition, or the end of the grant.</summary>
    private void Arm()
    {
        if (Grant is not { } grant || _state is SipRefreshState.Lapsed or SipRefreshState.Ended) return;
        Arm((_state is SipRefreshState.Active && _settings.IsAutomatic ? _dueAfter : grant.Granted) - Elapsed(grant));
    }

    private void Arm(TimeSpan wait)
    {
        var whole = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, wait.TotalMilliseconds))); // a timer cuts fractions off, and would come early
        _timer.Change(whole < LongestTimer ? whole : LongestTimer, Timeout.InfiniteTimeSpan);
    }

    private void Repeat()
    {
        EndRetrying();
        _retrying = CancellationTokenSource.CreateLinkedTokenSource(_stopped);
        _tasks.Own(RepeatAsync(_round, _retrying.Token));
    }

    private void EndRetrying()
    {
        _round++;
        if (_retrying is not { } retrying) return;
        _retrying = null;
        retrying.Cancel();
        retrying.Dispose();
    }

    private async Task RepeatAsync(int round, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        context.Properties.Set(RefreshRetry.OnRetry, (delay, reason) => _inbox.TryWrite(new Input.Retrying(round, delay, reason)));
        context.Properties.Set(RefreshRetry.Remaining, () => _what.IsOutOfReach ? TimeSpan.Zero : Remaining);
        context.Properties.Set(RefreshRetry.OthersServe, () => _what.OthersServe);
        try
        {
            var response = await _settings.Retry.ExecuteAsync(
                static (running, state) => state.Loop.AttemptAsync(state.Round, running.CancellationToken), context, (Loop: this, Round: round)).ConfigureAwait(false);
            _inbox.TryWrite(new Input.RetryEnded(round, response.IsSuccess
                ? new InvalidOperationException("The pipeline made up a success that no request had.") // after a real one, this says nothing: the round is over
                : new SipResponseException(response)));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped, or another attempt took its place.
        }
#pragma warning disable CA1031 // The pipeline may be the application's: whatever it throws ends the repeating, and is told.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _inbox.TryWrite(new Input.RetryEnded(round, exception));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<SipResponse> AttemptAsync(int round, CancellationToken cancellationToken)
    {
        var wanted = new Input.Wanted(new Completion<RefreshGrant>(_platform.Continuations), round);
        if (!_inbox.TryWrite(wanted)) throw new OperationCanceledException(_stopped);
        try
        {
            return (await wanted.Result.Task.WaitAsync(cancellationToken).ConfigureAwait(false)).Response;
        }
        catch (SipResponseException refused)
        {
            return refused.Response; // pipelines judge responses, not exceptions made of them
        }
    }

    /// <summary>What the loop reads.</summary>
    private abstract record Input
    {
        public sealed record Tick : Input
        {
            public static Tick Instance { get; } = new();
        }

        public sealed record Hurried : Input
        {
            public static Hurried Instance { get; } = new();
        }

        public sealed record DueWithin(TimeSpan Time) : Input;

        /// <summary>Somebody wants an attempt: the pipeline in one of its rounds, or by hand where there is no round.</summary>
        public sealed record Wanted(Completion<RefreshGrant> Result, int? Round) : Input;

        public sealed record Answered(Wanted For, RefreshGrant? Grant, Exception? Error) : Input;

        public sealed record Retrying(int Round, TimeSpan Delay, string Reason) : Input;

        public sealed record RetryEnded(int Round, Exception Error) : Input;
    }
}
