using ModernSip.Errors;
using ModernSip.Platform;
using ModernSip.Refreshing;
using ModernSip.Registrations;

namespace ModernSip.Profiles;

/// <summary>Keeps one enabled profile registered, over lost connections and lost registrars, until it is stopped.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing that must be released.")]
internal sealed class ProfileRunner
{
    private readonly SipProfile _profile;
    private readonly ProfileConnections _connections;
    private readonly SipPlatform _platform;
    private readonly Action<SipProfileStatus> _changed;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopping;
    private readonly Task _running;
    private CancellationToken _unregistering;
    private SipRegistration? _registration;
    private SipProfileStatus _status;

    /// <param name="profile">The profile.</param>
    /// <param name="connections">Where connections come from.</param>
    /// <param name="platform">Clock, chance and continuations.</param>
    /// <param name="former">Ends when the profile's former settings are unregistered.</param>
    /// <param name="changed">Is told each state.</param>
    public ProfileRunner(SipProfile profile, ProfileConnections connections, SipPlatform platform, Task former, Action<SipProfileStatus> changed)
    {
        _profile = profile;
        _connections = connections;
        _platform = platform;
        _changed = changed;
        _stopping = _stop.Token;
        _status = new SipProfileStatus(profile.Name, profile.AddressOfRecord, SipProfileState.Registering, platform.Time.GetUtcNow(), null);
        _running = RunAsync(former);
    }

    public SipProfileStatus Status => Volatile.Read(ref _status);

    /// <summary>The registration; null where there is none at the moment.</summary>
    public SipRegistration? Registration => Volatile.Read(ref _registration);

    /// <summary>Unregisters and ends. An error on the way out is nobody's any more.</summary>
    /// <param name="cancellationToken">Ends the waiting for the registrar's answer.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _unregistering = cancellationToken;
        await _stop.CancelAsync(_platform.Continuations).ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync(Task former)
    {
        _connections.Enter();
        await new ContinuationHop(_platform.Continuations); // nothing of it runs in the caller's turn
        try
        {
            await former.WaitAsync(_stopping).ConfigureAwait(false);
            for (var attempt = 0; ; attempt++)
            {
                if (await RegisterAsync().ConfigureAwait(false)) attempt = 0;
                await Task.Delay(RefreshRetry.Delay(Math.Min(attempt, 10), null, TimeSpan.Zero, _platform.Random.NextDouble()) / 10, _platform.Time, _stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Asked for.
        }
        catch (SipRefreshException exception)
        {
            Set(SipProfileState.Failed, exception);
        }
        catch (ArgumentException exception)
        {
            Set(SipProfileState.Failed, exception);
        }
        finally
        {
            _connections.Leave();
        }
    }

    /// <summary>Registers, and stays so until the connection is lost. False where it could not even begin.</summary>
    /// <exception cref="SipRefreshException">The registrar refused for good.</exception>
    private async Task<bool> RegisterAsync()
    {
        var hasBegun = false;
        try
        {
            var options = ProfileReader.Read(_profile);
            var connection = await _connections.GetActiveAsync(_profile.LocalAddress, _stopping).ConfigureAwait(false);
            options.FirstRefreshFraction = _connections.FirstRefreshFraction;
            await Task.Delay(_connections.Spread, _platform.Time, _stopping).ConfigureAwait(false);
            var registration = await connection.RegisterAsync(options, _stopping).ConfigureAwait(false);
            await using var unregistering = registration.ConfigureAwait(false);
            hasBegun = true;
            Volatile.Write(ref _registration, registration);
            try
            {
                await FollowAsync(registration).ConfigureAwait(false);
            }
            finally
            {
                Volatile.Write(ref _registration, null);
                if (_stopping.IsCancellationRequested) await UnregisterAsync(registration).ConfigureAwait(false);
            }
        }
        catch (SipException exception) when (exception is not SipRefreshException)
        {
            Set(Status.State is SipProfileState.Registered ? SipProfileState.Lost : Status.State, exception); // the connection: it may come back
        }

        return hasBegun;
    }

    private async Task FollowAsync(SipRegistration registration)
    {
        await foreach (var news in registration.EventsAsync(_stopping).ConfigureAwait(false))
        {
            switch (news.State)
            {
                case SipRegistrationState.Active or SipRegistrationState.Refreshed:
                    Set(SipProfileState.Registered, null);
                    break;
                case SipRegistrationState.Inactive:
                    Set(SipProfileState.Lost, registration.Refresh.LastFailure ?? Status.LastError);
                    break;
                case SipRegistrationState.Retrying:
                    Set(registration.IsActive ? SipProfileState.Registered : Status.State is SipProfileState.Registering ? SipProfileState.Registering : SipProfileState.Lost, registration.Refresh.LastFailure);
                    break;
            }
        }
    }

    private async Task UnregisterAsync(SipRegistration registration)
    {
        try
        {
            await registration.UnregisterAsync(_unregistering).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SipException or OperationCanceledException)
        {
            // The binding ends by its own time then.
        }
    }

    private void Set(SipProfileState state, Exception? error)
    {
        var before = Status;
        var now = before with { State = state, LastError = error, Since = before.State == state ? before.Since : _platform.Time.GetUtcNow() };
        Volatile.Write(ref _status, now);
        if (before.State != state) _changed(now);
    }
}
