using System.Diagnostics.CodeAnalysis;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Platform;
using ModernSip.Refreshing;
using ModernSip.Stack;

namespace ModernSip.Publications;

/// <summary>Publishes a state, refreshes and changes it under its entity tag, and removes it (RFC 3903 §4).</summary>
/// <remarks>One PUBLISH at a time: the loop that refreshes sends the changes, too.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "The loop is stopped by disposal.")]
internal sealed class PublicationAgent : IRefreshed, IAsyncDisposable
{
    private readonly SendingContext _context;
    private readonly PublicationSettings _settings;
    private readonly RefreshLoop _loop;
    private readonly Completion<bool> _disposed;
    private readonly CancellationTokenRegistration _closing;
    private TimeSpan _requested;
    private SipContent _content;
    private SipContent? _told; // what the compositor has
    private volatile string? _entityTag;
    private int _isDisposing;
    private int _isEnded;

    public PublicationAgent(SendingContext context, PublicationSettings settings, SipContent content)
    {
        _context = context;
        _settings = settings;
        _content = content;
        _requested = settings.Expires;
        _loop = new RefreshLoop(this, settings.Refresh, Connection.Platform);
        _disposed = new Completion<bool>(Connection.Platform.Continuations);
        Completion = new Completion<bool>(Connection.Platform.Continuations);
        Refresh = new SipRefresh(_loop);
        _closing = context.Period.Ended.UnsafeRegister(static state => ((PublicationAgent)state!).OnConnectionClosed(), this);
    }

    public SipRefresh Refresh { get; }

    /// <summary>Ends with the publication; fails with what ended it.</summary>
    public Completion<bool> Completion { get; }

    public string? EntityTag => _entityTag;

    private ConnectionContext Connection => _context.Connection;

    /// <summary>Publishes for the first time.</summary>
    /// <exception cref="SipException">It was not accepted.</exception>
    public async Task StartAsync(CancellationToken cancellationToken) => await _loop.SendNowAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Publishes another state in place of the last one (RFC 3903 §4.4).</summary>
    /// <exception cref="SipException">It was not accepted; the last state holds still.</exception>
    public async Task ModifyAsync(SipContent content, CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        Volatile.Write(ref _content, content);
        try
        {
            await _loop.SendNowAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _context.Period.ThrowIfEnded();
            throw Ended();
        }
        catch (SipException)
        {
            Interlocked.CompareExchange(ref _content, Volatile.Read(ref _told)!, content); // the last one that was accepted is what is refreshed; the first one was
            throw;
        }
    }

    /// <summary>Removes the state (RFC 3903 §4.5). However often it is called, it happens once, and every call awaits it.</summary>
    /// <exception cref="SipException">It was not removed; it ends by itself when its time is over.</exception>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isDisposing, 1) == 1)
        {
            await _disposed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            var wasActive = _loop.IsActive;
            await _loop.StopAsync().ConfigureAwait(false);
            if (wasActive && _entityTag is { } tag && !_context.Period.HasEnded) await SendRemovalAsync(tag, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Finish(null);
            await _closing.DisposeAsync().ConfigureAwait(false);
            _disposed.Set(true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await RemoveAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (SipException exception)
        {
            Connection.Logger.PublicationNotRemoved(_settings.Event.Token, exception.Message); // a disposal that throws would hide what its block was left for
        }
    }

    public async Task<RefreshGrant> SendAsync(CancellationToken cancellationToken)
    {
        var content = Volatile.Read(ref _content);
        var sentAt = Connection.Platform.Time.GetTimestamp();
        var response = await SendAsync(_entityTag, content, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == 412) response = await SendAsync(null, content, cancellationToken).ConfigureAwait(false); // the state is not known any more: all of it, anew (RFC 3903 §4.1)
        if (response.Status == SipStatus.IntervalTooBrief && response.Headers.TryGet(SipHeaderNames.MinExpires, out var least) && least > _requested.TotalSeconds)
        {
            _requested = TimeSpan.FromSeconds(least);
            response = await SendAsync(_entityTag, content, cancellationToken).ConfigureAwait(false);
        }

        response.EnsureSuccess();
        _entityTag = response.Headers.Get(SipHeaderNames.SipETag);
        Volatile.Write(ref _told, content);
        var granted = response.Headers.Expires is { } seconds && seconds < _requested.TotalSeconds ? TimeSpan.FromSeconds(seconds) : _requested;
        return new RefreshGrant(response, granted, sentAt);
    }

    public void OnGranted(RefreshGrant grant, bool isAnew)
    {
        // SipRefresh shows it.
    }

    public void OnRetrying(TimeSpan delay, string reason) => Connection.Logger.PublicationRetrying(_settings.Event.Token, reason, delay);

    public void OnLapsed() => _entityTag = null; // the compositor has let go of it: the next PUBLISH is a first one

    public void OnEnded(Exception error)
    {
        Connection.Logger.PublicationEnded(_settings.Event.Token, error.Message);
        Finish(new SipRefreshException(SipMethod.Publish, Refresh, error).Concerning(SipMethod.Publish.Name, _settings.Target));
    }

    private SipException Ended() => new SipConnectionClosedException("The publication has ended.").Concerning(SipMethod.Publish.Name, _settings.Target);

    private void ThrowIfEnded()
    {
        _context.Period.ThrowIfEnded();
        if (Volatile.Read(ref _isEnded) == 1 || Volatile.Read(ref _isDisposing) == 1) throw Ended();
    }

    /// <summary>Sends PUBLISH: under an entity tag, the body goes along only where it has changed (RFC 3903 §4.1, table 1).</summary>
    private async Task<SipResponse> SendAsync(string? tag, SipContent content, CancellationToken cancellationToken)
    {
        var request = CreateRequest(_requested);
        if (tag is not null) request.Headers.Set(SipHeaderNames.SipIfMatch, tag);
        if (tag is null || !ReferenceEquals(content, _told)) request.Content = content;
        return await FinalAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async Task SendRemovalAsync(string tag, CancellationToken cancellationToken)
    {
        var request = CreateRequest(TimeSpan.Zero);
        request.Headers.Set(SipHeaderNames.SipIfMatch, tag);
        var response = await FinalAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != 412) response.EnsureSuccess(); // 412: it was gone already
    }

    private SipRequest CreateRequest(TimeSpan expires)
    {
        var request = new SipRequest(SipMethod.Publish, _settings.Target);
        request.Headers.Set(SipHeaderNames.Event, _settings.Event);
        request.Headers.Expires = (uint)expires.TotalSeconds;
        foreach (var (name, value) in _settings.Headers) request.Headers.Add(name, value);
        return request;
    }

    private async Task<SipResponse> FinalAsync(SipRequest request, CancellationToken cancellationToken)
    {
        var user = new SimpleRequest(_context);
        OutgoingRequest.Start(_context, _context.Prepare(request), user);
        return await user.Responses.FinalAsync(cancellationToken).ConfigureAwait(false);
    }

    private void OnConnectionClosed()
    {
        Finish(_context.Period.CreateError().Concerning(SipMethod.Publish.Name, _settings.Target));
        Connection.Tasks.Own(_loop.StopAsync());
    }

    private void Finish(Exception? error)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 1) return;
        if (error is null) Completion.Set(true);
        else Completion.Fail(error);
    }
}
