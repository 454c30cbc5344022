using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Refreshing;
using ModernSip.Stack;
using ModernSip.Transport;
using ModernSip.Transport.KeepAlive;

namespace ModernSip.Registrations;

/// <summary>Registers, lets the refresh loop repeat it before the binding ends, and unregisters.</summary>
/// <remarks>It ends once: by disposal, by unregistering, by a refresh that failed for good, or with its connection.</remarks>
internal sealed class RegistrationAgent : IRefreshed, IFlowUser, IHeldRegistration, IAsyncDisposable
{
    private readonly SendingContext _context;
    private readonly RegistrationSettings _settings;
    private readonly RegistrationFlows _flows;
    private readonly RegisterExchange _exchange;
    private readonly RefreshLoop _loop;
    private readonly Turns _changes; // of the plan follow one another
    private readonly Completion<bool> _disposal;
    private readonly CancellationTokenRegistration _closing;
    private readonly string _name;
    private RegistrationPlan _plan;
    private RegistrationPlan? _nextPlan;
    private RegistrationState? _state;
    private volatile bool _isBound;
    private volatile bool _isLost; // the flow that was registered has closed
    private string? _counted; // the state that the metrics know
    private FlowUsers.Watching? _watched;
    private FlowKeepAlive? _keepAlive;
    private int _isKnown;
    private int _isDisposing;
    private int _isEnded;

    public RegistrationAgent(SendingContext context, RegistrationSettings settings, RegistrationFlows flows)
    {
        _flows = flows;
        _context = context;
        _settings = settings;
        _plan = new RegistrationPlan(settings.Contacts, settings.Expires);
        _name = settings.AddressOfRecord.Uri.ToString();
        _exchange = new RegisterExchange(context, settings);
        _changes = new Turns(Connection.Platform.Continuations);
        _disposal = new Completion<bool>(Connection.Platform.Continuations);
        _loop = new RefreshLoop(this, settings.Refresh, Connection.Platform);
        Refresh = new SipRefresh(_loop);
        _closing = context.Period.Ended.UnsafeRegister(static state => ((RegistrationAgent)state!).OnConnectionClosed(), this);
    }

    /// <summary>The last answer of the registrar; null before the first.</summary>
    public RegistrationState? State => Volatile.Read(ref _state);

    /// <summary>Whether the binding holds: registered, and not run out since.</summary>
    public bool IsActive => _isBound && _loop.IsActive;

    public SipUri AddressOfRecord => _settings.AddressOfRecord.Uri;

    public SipRefresh Refresh { get; }

    /// <summary>The Call-ID of its requests.</summary>
    public string CallId => _exchange.CallId;

    /// <summary>Whether the first hop said that it cannot keep flows.</summary>
    public bool LacksOutbound => _exchange.LacksOutbound;

    /// <summary>Whether it will never be registered again.</summary>
    public bool IsEnded => Volatile.Read(ref _isEnded) == 1 || Volatile.Read(ref _isDisposing) == 1;

    /// <summary>Whether the binding holds and the flow that it was made by is there.</summary>
    public bool IsServing => IsActive && !_isLost;

    bool IRefreshed.IsOutOfReach => _isLost;

    bool IRefreshed.OthersServe => _flows.OthersServe(this);

    private ConnectionContext Connection => _context.Connection;

    /// <summary>Registers for the first time; the loop repeats it where that is wanted.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await SendNowAsync(cancellationToken).ConfigureAwait(false);
        BecomeKnown();
    }

    /// <summary>Starts without waiting for the registrar: what fails in passing is retried from the beginning.</summary>
    public void Begin()
    {
        BecomeKnown();
        _loop.Begin();
    }

    /// <summary>Registers once more, now.</summary>
    /// <exception cref="SipConnectionClosedException">The registration has ended.</exception>
    public Task RefreshNowAsync(CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        return SendNowAsync(cancellationToken);
    }

    /// <summary>Registers other contacts, or for another time. Where the registrar refuses, what was bound stays.</summary>
    /// <exception cref="SipConnectionClosedException">The registration has ended.</exception>
    public async Task UpdateAsync(Func<RegistrationPlan, RegistrationPlan> change, CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        using var turn = await _changes.TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Volatile.Write(ref _nextPlan, change(_plan));
            await SendNowAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _nextPlan, null);
        }
    }

    /// <summary>Removes the binding and stops refreshing. Where nothing is bound any more, nothing is sent.</summary>
    /// <exception cref="SipResponseException">The registrar refused.</exception>
    /// <exception cref="SipConnectionClosedException">The registration was disposed, or its connection is closed.</exception>
    public Task UnregisterAsync(CancellationToken cancellationToken)
    {
        _context.Period.ThrowIfEnded(SipMethod.Register.Name);
        if (Volatile.Read(ref _isDisposing) == 1) ThrowIfEnded();
        return RemoveAsync(cancellationToken);
    }

    /// <exception cref="SipConnectionClosedException">The registration has ended, or its connection.</exception>
    public void ThrowIfEnded()
    {
        _context.Period.ThrowIfEnded(SipMethod.Register.Name);
        if (IsEnded) throw Ended();
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
            else await _loop.StopAsync().ConfigureAwait(false);
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

    async Task<RefreshGrant> IRefreshed.SendAsync(CancellationToken cancellationToken)
    {
        var (plan, next) = (Volatile.Read(ref _plan), Volatile.Read(ref _nextPlan));
        RegisterAnswer answer;
        RegistrationState state;
        try
        {
            answer = await _exchange.SendAsync(next?.InPlaceOf(plan) ?? plan, cancellationToken).ConfigureAwait(false);
            answer.Response.EnsureSuccess();
            state = RegistrationRules.Read(answer);
        }
        catch (SipException exception)
        {
            Connection.Engine.Metrics.RegistrationFailed(RegistrationRules.Reason(exception));
            throw;
        }

        if (next is not null) Volatile.Write(ref _plan, next);
        Keep(answer);
        Volatile.Write(ref _state, state);
        _isLost = false;
        _isBound = Volatile.Read(ref _isEnded) == 0;
        Connection.Logger.Registered(_name, state.Granted);
        return new RefreshGrant(answer.Response, state.Granted, answer.SentAt);
    }

    /// <summary>The registrar told that it must be registered again.</summary>
    public void RegisterWithin(TimeSpan within) => _loop.RepeatWithin(within);

    /// <summary>The registrar told that it has ended the binding and does not want it back (RFC 3680).</summary>
    public void EndByRegistrar(string reason)
    {
        Connection.Logger.RegistrationEnded(_name, reason);
        Finish(new SipDeregisteredException(reason).Concerning(SipMethod.Register.Name, _name), $"the registrar ended it: {reason}");
        Connection.Tasks.Own(_loop.StopAsync());
    }

    void IRefreshed.OnGranted(RefreshGrant grant, bool isAnew)
    {
        Publish(isAnew ? SipRegistrationState.Active : SipRegistrationState.Refreshed);
        if (!_flows.Registered.IsSet) _flows.Registered.Set(true);
    }

    void IRefreshed.OnRetrying(TimeSpan delay, string reason)
    {
        Connection.Logger.RefreshFailed(_name, delay, reason);
        Publish(SipRegistrationState.Retrying, reason, delay);
    }

    void IRefreshed.OnLapsed()
    {
        Connection.Logger.RegistrationLapsed(_name);
        Publish(SipRegistrationState.Inactive, "the granted time ran out");
    }

    void IRefreshed.OnEnded(Exception error)
    {
        Connection.Logger.RegistrationEnded(_name, error.Message);
        Finish(new SipRefreshException(SipMethod.Register, Refresh, error).Concerning(SipMethod.Register.Name, _name), error.Message);
    }

    void IFlowUser.OnFlowClosed(SipFlow flow, int users)
    {
        // A server that fell takes every flow with it: those of one process do not all come back in the same moment (RFC 5626 §4.5).
        if (!ReferenceEquals(flow, Volatile.Read(ref _watched)?.Flow)) return;
        _isLost = true;
        _loop.RepeatWithin(TimeSpan.FromMilliseconds(10 * users) * Connection.Platform.Random.NextDouble());
    }

    private SipException Ended() => new SipConnectionClosedException("The registration has ended.").Concerning(SipMethod.Register.Name, _name);

    private async Task SendNowAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _loop.SendNowAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _context.Period.ThrowIfEnded(SipMethod.Register.Name);
            throw Ended();
        }
    }

    private async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await _loop.StopAsync().ConfigureAwait(false);
        if (!_isBound) return;
        _isBound = false;
        try
        {
            (await _exchange.RemoveAsync(_plan, cancellationToken).ConfigureAwait(false)).Response.EnsureSuccess();
            Finish(null, "unregistered");
        }
        catch (SipException exception)
        {
            Finish(exception, "unregistering failed");
            throw;
        }
    }

    private void BecomeKnown()
    {
        if (Interlocked.Exchange(ref _isKnown, 1) == 1) return;
        Connection.AddUser(_settings.Contacts[0].Uri.User ?? "");
        Connection.Registrations.TryAdd(this, true);
    }

    /// <summary>Notes the flow of a success: when it closes, the registrar cannot reach this side any more.</summary>
    private void Keep(RegisterAnswer answer)
    {
        if (answer is not { Hop: { } hop, Flow: { } flow }) return;
        _settings.ProxyFlow?.Keep(hop, flow);
        _settings.Outbound?.Kept.Keep(hop, flow);
        var isKept = _settings.Outbound is not null && FlowTimes.AreKept(answer.Response);
        if (!ReferenceEquals(flow, Volatile.Read(ref _watched)?.Flow))
        {
            StopWatching();
            if (flow.IsReliable || isKept) Volatile.Write(ref _watched, Connection.FlowUsers.Watch(flow, this));
        }

        if (isKept && flow.KeepAlive is null) Volatile.Write(ref _keepAlive, FlowKeepAlive.Start(flow, FlowTimes.TimerOf(answer.Response), Connection.Platform.Time, Connection.Platform.Random));
    }

    private void StopWatching()
    {
        Interlocked.Exchange(ref _watched, null)?.Dispose();
        Interlocked.Exchange(ref _keepAlive, null)?.Dispose();
    }

    private void Publish(SipRegistrationState state, string? cause = null, TimeSpan? retryIn = null)
    {
        var counted = Volatile.Read(ref _isEnded) == 1 ? null : state is SipRegistrationState.Inactive ? "lapsed" : state is SipRegistrationState.Retrying ? _counted : "active";
        Connection.Engine.Metrics.RegistrationChanged(Interlocked.Exchange(ref _counted, counted), counted);
        _flows.Events.TryWrite(new SipRegistrationEvent(state, State?.Granted ?? TimeSpan.Zero, State?.Bindings ?? [], cause, retryIn) { Flow = _settings.Outbound?.Number });
    }

    private void ForgetAccount()
    {
        Connection.Digest.Forget(_context.Credentials);
        Connection.Tokens.Forget(_context.Credentials);
    }

    private void OnConnectionClosed()
    {
        var error = _context.Period.CreateError().Concerning(SipMethod.Register.Name, _name);
        Finish(error, error.Message);
        Connection.Tasks.Own(_loop.StopAsync());
    }

    private void Finish(Exception? error, string cause)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 1) return;
        _isBound = false;
        StopWatching();
        if (_context.Credentials.Account != Connection.Settings.Account) ForgetAccount(); // nobody else has it
        if (Volatile.Read(ref _isKnown) == 1) Connection.RemoveUser(_settings.Contacts[0].Uri.User ?? "");
        Connection.Registrations.TryRemove(this, out _);
        if (Volatile.Read(ref _isKnown) == 1) Publish(SipRegistrationState.Inactive, cause);
        _flows.Ended(error);
    }
}
