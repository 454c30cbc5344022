using System.Diagnostics.CodeAnalysis;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Stack;
using ModernSip.Transport;

namespace ModernSip.Registrations;

/// <summary>Registers, refreshes before the binding ends, and unregisters; one REGISTER at a time, one Call-ID for all (RFC 3261 §10.2).</summary>
/// <remarks>It ends once: by disposal, by unregistering, by a refresh that failed for good, or with its connection.</remarks>
[SuppressMessage("Design", "CA2213", Justification = "Late callers still use the semaphore and the token source; without wait handle and timer they hold nothing that must be released.")]
internal sealed class RegistrationAgent : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1); // timers take no more than 49 days

    private readonly SendingContext _context;
    private readonly RegistrationSettings _settings;
    private readonly Turns _turns; // REGISTERs of one binding follow one another
    private readonly CancellationTokenSource _stop = new();
    private readonly Completion<bool> _disposal;
    private readonly CancellationTokenRegistration _closing;
    private readonly string _callId;
    private readonly string _tag;
    private readonly string _name;
    private uint _sequence;
    private TimeSpan _requested;
    private Registered? _registered;
    private TaskCompletionSource? _registeredByHand;
    private volatile bool _isBound;
    private bool _isKnown;
    private int _isDisposing;
    private int _isEnded;
    private Task _refreshing = Task.CompletedTask;

    public RegistrationAgent(SendingContext context, RegistrationSettings settings)
    {
        _context = context;
        _settings = settings;
        _callId = Connection.Platform.Random.NextToken(24);
        _tag = Connection.Platform.Random.NextToken(16);
        _name = settings.AddressOfRecord.Uri.ToString();
        _requested = settings.Expires;
        _turns = new Turns(Connection.Platform.Continuations);
        _disposal = new Completion<bool>(Connection.Platform.Continuations);
        Events = new Mailbox<SipRegistrationEvent>(Connection.Platform.Continuations, 256);
        _closing = Connection.Closed.UnsafeRegister(static state => ((RegistrationAgent)state!).OnConnectionClosed(), this);
    }

    /// <summary>The last answer of the registrar; null before the first.</summary>
    public RegistrationState? State => Volatile.Read(ref _registered)?.State;

    /// <summary>Whether the binding holds: registered, and not run out since.</summary>
    public bool IsActive => _isBound && Volatile.Read(ref _registered) is { } registered && Time.GetElapsedTime(registered.SentAt) < registered.State.Granted;

    /// <summary>The news, for one reader.</summary>
    public Mailbox<SipRegistrationEvent> Events { get; }

    private TimeProvider Time => Connection.Platform.Time;

    private ConnectionContext Connection => _context.Connection;

    /// <summary>Registers for the first time, and starts to refresh where that is wanted.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await RegisterAsync(cancellationToken).ConfigureAwait(false);
        Connection.AddUser(_settings.Contact.Uri.User ?? "");
        Volatile.Write(ref _isKnown, true);
        Publish(SipRegistrationState.Active);
        if (_settings.AutoRefresh) _refreshing = RefreshAsync();
    }

    /// <summary>Registers once more, now.</summary>
    /// <exception cref="SipConnectionClosedException">The registration has ended.</exception>
    public Task RefreshNowAsync(CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        return RefreshByHandAsync(cancellationToken);
    }

    /// <summary>Removes the binding and stops refreshing. Where nothing is bound any more, nothing is sent.</summary>
    /// <exception cref="SipResponseException">The registrar refused.</exception>
    /// <exception cref="SipConnectionClosedException">The registration was disposed, or its connection is closed.</exception>
    public Task UnregisterAsync(CancellationToken cancellationToken)
    {
        Connection.ThrowIfClosed();
        if (Volatile.Read(ref _isDisposing) == 1) ThrowIfEnded();
        return RemoveAsync(cancellationToken);
    }

    /// <exception cref="SipConnectionClosedException">The registration has ended, or its connection.</exception>
    public void ThrowIfEnded()
    {
        Connection.ThrowIfClosed();
        if (Volatile.Read(ref _isEnded) == 1 || Volatile.Read(ref _isDisposing) == 1) throw Ended();
    }

    /// <summary>Stops refreshing and unregisters, unless it was asked not to. However often it is called, it happens once, and every call awaits it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposing, 1) == 1)
        {
            await _disposal.Task.ConfigureAwait(false);
            return;
        }

        try
        {
            if (_settings.UnregisterOnDispose) await RemoveAsync(CancellationToken.None).ConfigureAwait(false);
            else await StopRefreshingAsync().ConfigureAwait(false);
        }
        catch (SipException)
        {
            // Told to the events by then; a disposal that throws would hide what its block was left for.
        }
        finally
        {
            Finish(null, "disposed");
            await _closing.DisposeAsync().ConfigureAwait(false);
            _disposal.Set(true);
        }
    }

    private static SipConnectionClosedException Ended() => new("The registration has ended.");

    private async Task RefreshByHandAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        try
        {
            await RegisterAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Connection.ThrowIfClosed();
            throw Ended();
        }

        Publish(SipRegistrationState.Refreshed);
        Volatile.Read(ref _registeredByHand)?.TrySetResult(); // the next refresh is due at another time now
    }

    private async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await StopRefreshingAsync().ConfigureAwait(false);
        if (!_isBound) return;
        _isBound = false;
        try
        {
            var answer = await SendAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            answer.Response.EnsureSuccess();
            Finish(null, "unregistered");
        }
        catch (SipException exception)
        {
            Finish(exception, "unregistering failed");
            throw;
        }
    }

    private async Task StopRefreshingAsync()
    {
        await _stop.CancelAsync(Connection.Platform.Continuations).ConfigureAwait(false);
        await _refreshing.ConfigureAwait(false);
    }

    private async Task RefreshAsync()
    {
        try
        {
            while (true)
            {
                await WaitUntilDueAsync().ConfigureAwait(false);
                Answer? answer = null;
                var response = await _settings.Retry.ExecuteAsync(
                    async cancellationToken =>
                    {
                        answer = await SendAdaptingAsync(cancellationToken).ConfigureAwait(false);
                        return answer.Response;
                    },
                    _stop.Token).ConfigureAwait(false);
                response.EnsureSuccess();
                if (answer is null) continue; // a pipeline of the application's made a response up
                Accept(answer);
                Publish(SipRegistrationState.Refreshed);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Whoever stopped it says how it ends.
        }
#pragma warning disable CA1031 // The retry pipeline may be the application's: whatever it throws ends the registration, and is told to its events.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Connection.Logger.RegistrationEnded(_name, exception.Message);
            Finish(new SipRefreshException(SipMethod.Register, exception), exception.Message);
        }
    }

    private async Task WaitUntilDueAsync()
    {
        while (true)
        {
            var byHand = new TaskCompletionSource();
            Volatile.Write(ref _registeredByHand, byHand); // before looking at the time: no change is missed
            var registered = Volatile.Read(ref _registered)!; // StartAsync has registered
            var remaining = registered.RefreshAfter - Time.GetElapsedTime(registered.SentAt);
            if (remaining <= TimeSpan.Zero) return;
            var wait = TimeSpan.FromMilliseconds(Math.Ceiling(remaining.TotalMilliseconds)); // a timer cuts fractions off, and would come early
            try
            {
                await byHand.Task.WaitAsync(wait < LongestWait ? wait : LongestWait, Time, _stop.Token).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Due, or the longest wait was over: the next round tells.
            }
        }
    }

    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        var answer = await SendAdaptingAsync(cancellationToken).ConfigureAwait(false);
        answer.Response.EnsureSuccess();
        Accept(answer);
    }

    /// <summary>Sends REGISTER; a 423 is repeated once with the time that the registrar wants at least (RFC 3261 §10.2.8).</summary>
    private async Task<Answer> SendAdaptingAsync(CancellationToken cancellationToken)
    {
        var expires = _requested;
        var answer = await SendAsync(expires, cancellationToken).ConfigureAwait(false);
        if (answer.Response.Status != SipStatus.IntervalTooBrief || !answer.Response.Headers.TryGet(SipHeaderNames.MinExpires, out var least) || least <= expires.TotalSeconds) return answer;
        _requested = TimeSpan.FromSeconds(least);
        return await SendAsync(_requested, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Answer> SendAsync(TimeSpan expires, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        var user = new RegisterRequest(_context, this);
        OutgoingRequest.Start(_context, CreateRequest(expires), user);
        var response = await user.Responses.FinalAsync(cancellationToken).ConfigureAwait(false);
        return new Answer(response, user.Contact ?? _settings.Contact.Uri, user.SentAt);
    }

    private SipRequest CreateRequest(TimeSpan expires)
    {
        var request = new SipRequest(SipMethod.Register, _settings.Registrar);
        var headers = request.Headers;
        headers.To = _settings.AddressOfRecord;
        headers.From = _settings.AddressOfRecord.WithTag(_tag);
        headers.CallId = _callId;
        headers.CSeq = new SipCSeq(Interlocked.Increment(ref _sequence), SipMethod.Register);
        headers.Contact = _settings.Contact;
        if (_settings.SendExpires || expires == TimeSpan.Zero) headers.Expires = (uint)expires.TotalSeconds;
        foreach (var (name, value) in _settings.Headers) headers.Add(name, value);
        return _context.Prepare(request);
    }

    private void Accept(Answer answer)
    {
        var headers = answer.Response.Headers;
        var own = RegistrationRules.FindBinding(answer.Response, answer.Contact);
        var state = new RegistrationState(
            RegistrationRules.Granted(answer.Response, own, _requested),
            headers.GetAll(SipHeaderNames.Contact),
            own,
            headers.GetAll(SipHeaderNames.ServiceRoute),
            headers.GetAll(SipHeaderNames.PAssociatedUri),
            answer.Response);
        var refreshAfter = RegistrationRules.RefreshDelay(state.Granted, Connection.Platform.Random.NextDouble());
        Volatile.Write(ref _registered, new Registered(state, answer.SentAt, refreshAfter));
        _isBound = Volatile.Read(ref _isEnded) == 0;
        Connection.Logger.Registered(_name, state.Granted);
    }

    private void Publish(SipRegistrationState state, string? cause = null) =>
        Events.TryWrite(new SipRegistrationEvent(state, State?.Granted ?? TimeSpan.Zero, State?.Bindings ?? [], cause));

    private void OnConnectionClosed()
    {
        Finish(new SipConnectionClosedException("The connection was closed."), "the connection was closed");
        _stop.Cancel();
    }

    private void Finish(Exception? error, string cause)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 1) return;
        _isBound = false;
        if (Volatile.Read(ref _isKnown)) Connection.RemoveUser(_settings.Contact.Uri.User ?? "");
        Publish(SipRegistrationState.Inactive, cause);
        Events.Complete(error);
    }

    /// <summary>What was registered. The time counts from the sending: the registrar's own may have begun as early as that.</summary>
    private sealed record Registered(RegistrationState State, long SentAt, TimeSpan RefreshAfter);

    /// <summary>A final response to a REGISTER, the Contact that the REGISTER really carried, and when it was last sent.</summary>
    private sealed record Answer(SipResponse Response, SipUri Contact, long SentAt);

    /// <summary>A challenged REGISTER takes the next number of the agent's own, so that later ones do not fall behind it.</summary>
    private sealed class RegisterRequest(SendingContext context, RegistrationAgent agent) : SimpleRequest(context)
    {
        public SipUri? Contact { get; private set; }

        public long SentAt { get; private set; } = agent.Time.GetTimestamp();

        public override void OnResponse(OutgoingRequest request, SipResponse response, SipFlow flow)
        {
            Contact = request.Request.Headers.Contact?.Uri; // "localhost" has given way to this side's own address there
            base.OnResponse(request, response, flow);
        }

        public override uint NextSequence(uint current)
        {
            SentAt = agent.Time.GetTimestamp();
            return Interlocked.Increment(ref agent._sequence);
        }
    }
}
