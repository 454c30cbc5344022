using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Stack;

namespace ModernSip.Registrations;

/// <summary>Registers, refreshes before the binding ends, and unregisters; one REGISTER at a time, one Call-ID for all (RFC 3261 §10.2).</summary>
internal sealed class RegistrationAgent(SendingContext context, RegistrationSettings settings) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1); // REGISTERs of one binding follow one another
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(context.Connection.Closed);
    private readonly string _callId = context.Connection.Platform.Random.NextToken(24);
    private readonly string _tag = context.Connection.Platform.Random.NextToken(16);
    private readonly string _name = settings.AddressOfRecord.Uri.ToString();
    private uint _sequence;
    private TimeSpan _requested = settings.Expires;
    private RegistrationState? _state;
    private long _registeredAt;
    private volatile bool _isBound;
    private Task _refreshing = Task.CompletedTask;

    /// <summary>The last answer of the registrar; null before the first.</summary>
    public RegistrationState? State => Volatile.Read(ref _state);

    /// <summary>Whether the binding holds: registered, and not run out since.</summary>
    public bool IsActive => _isBound && State is { } state && Time.GetElapsedTime(Volatile.Read(ref _registeredAt)) < state.Granted;

    /// <summary>The news, for one reader.</summary>
    public Mailbox<SipRegistrationEvent> Events { get; } = new(context.Connection.Platform.Continuations, 256);

    private TimeProvider Time => context.Connection.Platform.Time;

    private ConnectionContext Connection => context.Connection;

    /// <summary>Registers for the first time, and starts to refresh where that is wanted.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await RegisterAsync(_requested, cancellationToken).ConfigureAwait(false);
        Connection.AddUser(settings.Contact.Uri.User ?? "");
        Publish(SipRegistrationState.Active);
        if (settings.AutoRefresh) _refreshing = RefreshAsync();
    }

    /// <summary>Registers once more, now.</summary>
    public async Task RefreshNowAsync(CancellationToken cancellationToken)
    {
        await RegisterAsync(_requested, cancellationToken).ConfigureAwait(false);
        Publish(SipRegistrationState.Refreshed);
    }

    /// <summary>Removes the binding and stops refreshing.</summary>
    /// <exception cref="SipResponseException">The registrar refused.</exception>
    public async Task UnregisterAsync(CancellationToken cancellationToken)
    {
        await StopRefreshingAsync().ConfigureAwait(false);
        if (!_isBound) return;
        _isBound = false;
        try
        {
            var response = await SendAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            response.EnsureSuccess();
            Finish(null, "unregistered");
        }
        catch (SipException exception)
        {
            Finish(exception, "unregistering failed");
            throw;
        }
    }

    /// <summary>Stops refreshing and unregisters, unless it was asked not to.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopRefreshingAsync().ConfigureAwait(false);
        if (_isBound && settings.UnregisterOnDispose && !Connection.Closed.IsCancellationRequested)
        {
            try
            {
                await UnregisterAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (SipException)
            {
                // Told to the events by then; a disposal that throws would hide what its block was left for.
            }
        }

        Finish(null, "disposed");
        _stop.Dispose();
        _turn.Dispose();
    }

    private async Task StopRefreshingAsync()
    {
        if (!_stop.IsCancellationRequested) await _stop.CancelAsync().ConfigureAwait(false);
        await _refreshing.ConfigureAwait(false);
    }

    private async Task RefreshAsync()
    {
        try
        {
            while (true)
            {
                var delay = RegistrationRules.RefreshDelay(State!.Granted, Connection.Platform.Random.NextDouble());
                await Task.Delay(delay, Time, _stop.Token).ConfigureAwait(false);
                var response = await settings.Retry.ExecuteAsync(SendForRetryAsync, _stop.Token).ConfigureAwait(false);
                Accept(response.EnsureSuccess(), _requested);
                Publish(SipRegistrationState.Refreshed);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            if (Connection.Closed.IsCancellationRequested) Finish(new SipConnectionClosedException("The connection was closed."), "the connection was closed");
        }
        catch (SipException exception)
        {
            _isBound = false;
            Connection.Logger.RegistrationEnded(_name, exception.Message);
            Finish(new SipRefreshException(SipMethod.Register, exception), exception.Message);
        }
    }

    private async ValueTask<SipResponse> SendForRetryAsync(CancellationToken cancellationToken) =>
        await SendAdaptingAsync(_requested, cancellationToken).ConfigureAwait(false);

    private async Task RegisterAsync(TimeSpan expires, CancellationToken cancellationToken)
    {
        var response = await SendAdaptingAsync(expires, cancellationToken).ConfigureAwait(false);
        Accept(response.EnsureSuccess(), _requested);
    }

    /// <summary>Sends REGISTER; a 423 is repeated once with the time that the registrar wants at least (RFC 3261 §10.2.8).</summary>
    private async Task<SipResponse> SendAdaptingAsync(TimeSpan expires, CancellationToken cancellationToken)
    {
        var response = await SendAsync(expires, cancellationToken).ConfigureAwait(false);
        if (response.Status != SipStatus.IntervalTooBrief || !response.Headers.TryGet(SipHeaderNames.MinExpires, out var least) || least <= expires.TotalSeconds) return response;
        _requested = TimeSpan.FromSeconds(least);
        return await SendAsync(_requested, cancellationToken).ConfigureAwait(false);
    }

    private async Task<SipResponse> SendAsync(TimeSpan expires, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var user = new SequencedRequest(context, this);
            OutgoingRequest.Start(context, CreateRequest(expires), user);
            return await user.Responses.FinalAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private SipRequest CreateRequest(TimeSpan expires)
    {
        var request = new SipRequest(SipMethod.Register, settings.Registrar);
        var headers = request.Headers;
        headers.To = settings.AddressOfRecord;
        headers.From = settings.AddressOfRecord.WithTag(_tag);
        headers.CallId = _callId;
        headers.CSeq = new SipCSeq(++_sequence, SipMethod.Register);
        headers.Contact = settings.Contact;
        if (settings.SendExpires || expires == TimeSpan.Zero) headers.Expires = (uint)expires.TotalSeconds;
        foreach (var (name, value) in settings.Headers) headers.Add(name, value);
        return context.Prepare(request);
    }

    private void Accept(SipResponse response, TimeSpan requested)
    {
        var own = RegistrationRules.FindBinding(response, settings.Contact.Uri);
        var state = new RegistrationState(
            RegistrationRules.Granted(response, own, requested),
            response.Headers.GetAll(SipHeaderNames.Contact),
            own,
            response.Headers.GetAll(SipHeaderNames.ServiceRoute),
            response.Headers.GetAll(SipHeaderNames.PAssociatedUri),
            response);
        Volatile.Write(ref _registeredAt, Time.GetTimestamp());
        Volatile.Write(ref _state, state);
        _isBound = true;
        Connection.Logger.Registered(_name, state.Granted);
    }

    private void Publish(SipRegistrationState state, string? cause = null) =>
        Events.TryWrite(new SipRegistrationEvent(state, State?.Granted ?? TimeSpan.Zero, State?.Bindings ?? [], cause));

    private void Finish(Exception? error, string cause)
    {
        if (Events.IsCompleted) return;
        _isBound = false;
        Connection.RemoveUser(settings.Contact.Uri.User ?? "");
        Publish(SipRegistrationState.Inactive, cause);
        Events.Complete(error);
    }

    /// <summary>A challenged REGISTER takes the next number of the agent's own, so that later ones do not fall behind it.</summary>
    private sealed class SequencedRequest(SendingContext context, RegistrationAgent agent) : SimpleRequest(context)
    {
        public override uint NextSequence(uint current) => ++agent._sequence;
    }
}
