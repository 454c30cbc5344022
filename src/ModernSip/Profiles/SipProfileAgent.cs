using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModernSip.Errors;
using ModernSip.Platform;

namespace ModernSip.Profiles;

/// <summary>Keeps every enabled profile of a store registered, and lets profiles be created, changed, enabled, disabled and removed while it runs (C9).</summary>
/// <remarks>
/// A hosted service: it begins with the host, and unregisters within the time that the host gives for its end. Safe to use from any thread. A profile that cannot
/// be registered does not touch the others; a store that cannot be read leaves them as they are.
/// </remarks>
public sealed class SipProfileAgent : IHostedService, IAsyncDisposable
{
    private const int MostWaitingEvents = 1_024;

    private readonly ISipProfileStore _store;
    private readonly SipPlatform _platform;
    private readonly ILogger _logger;
    private readonly ProfileConnections _connections;
    private readonly Turns _turns;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopping;
    private readonly OwnedTasks _tasks = new();
    private readonly ConcurrentDictionary<Mailbox<SipProfileEvent>, bool> _readers = new();
    private readonly ConcurrentDictionary<string, ProfileRunner> _runners = new(StringComparer.Ordinal);
    private Dictionary<string, SipProfile> _profiles = new(StringComparer.Ordinal); // replaced as a whole, in turns
    private int _isStopped;

    /// <summary>Makes an agent. <c>AddSipProfiles</c> registers one.</summary>
    /// <param name="client">Opens the connections.</param>
    /// <param name="store">Keeps the profiles.</param>
    /// <param name="platform">Clock, chance and continuations.</param>
    /// <param name="logger">Is told the states.</param>
    public SipProfileAgent(ISipClient client, ISipProfileStore store, SipPlatform platform, ILogger<SipProfileAgent> logger)
    {
        ArgumentNullException.ThrowIfNull(platform);
        _store = store;
        _platform = platform;
        _logger = logger;
        _stopping = _stop.Token;
        _connections = new ProfileConnections(client, platform);
        _turns = new Turns(platform.Continuations);
    }

    /// <summary>How the profiles do, by name.</summary>
    public IReadOnlyList<SipProfileStatus> Profiles => [.. Volatile.Read(ref _profiles).Values.OrderBy(static profile => profile.Name, StringComparer.Ordinal).Select(StatusOf)];

    /// <summary>The profile to use where none is named: the enabled one that says so, else the only one that is enabled; null where that does not tell.</summary>
    public SipProfile? DefaultProfile
    {
        get
        {
            var enabled = Volatile.Read(ref _profiles).Values.Where(static profile => profile.IsEnabled).OrderBy(static profile => profile.Name, StringComparer.Ordinal).ToList();
            return (enabled.Find(static profile => profile.IsDefault) ?? (enabled.Count == 1 ? enabled[0] : null))?.Copy();
        }
    }

    /// <summary>The settings of a profile; null where there is none of that name.</summary>
    /// <param name="name">The name.</param>
    public SipProfile? Find(string name) => Volatile.Read(ref _profiles).GetValueOrDefault(name)?.Copy();

    /// <summary>The registration of a profile, for calls and requests through it; null where it is not registered at the moment.</summary>
    /// <param name="name">The profile's name; null for the default one.</param>
    public SipRegistration? FindRegistration(string? name = null) =>
        (name ?? DefaultProfile?.Name) is { } known && _runners.TryGetValue(known, out var runner) && runner.Registration is { IsActive: true } registration ? registration : null;

    /// <summary>What happens to the profiles from now on. Any number may read; who does not keep up misses what is beyond 1,024.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The stream; it ends with the agent.</returns>
    public IAsyncEnumerable<SipProfileEvent> EventsAsync(CancellationToken cancellationToken = default)
    {
        var reader = new Mailbox<SipProfileEvent>(_platform.Continuations, MostWaitingEvents);
        _readers.TryAdd(reader, true);
        if (_stopping.IsCancellationRequested) reader.Complete();
        return ReadAsync(reader, cancellationToken);
    }

    /// <summary>Creates a profile, or changes the one of that name. When the call returns it is in the store; registering follows.</summary>
    /// <param name="profile">The settings; they are copied.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">A setting is missing or wrong.</exception>
    /// <exception cref="SipProfileStoreException">The store cannot be written; the profile is as before.</exception>
    public Task SaveAsync(SipProfile profile, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ProfileReader.Read(profile);
        var saved = profile.Copy();
        return ChangeAsync(saved.Name, _ => saved, cancellationToken);
    }

    /// <summary>Enables a profile: it is kept registered from now on.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    /// <exception cref="SipProfileStoreException">The store cannot be written; the profile is as before.</exception>
    public Task EnableAsync(string name, CancellationToken cancellationToken = default) => SetEnabledAsync(name, true, cancellationToken);

    /// <summary>Disables a profile: it is unregistered.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    /// <exception cref="SipProfileStoreException">The store cannot be written; the profile is as before.</exception>
    public Task DisableAsync(string name, CancellationToken cancellationToken = default) => SetEnabledAsync(name, false, cancellationToken);

    /// <summary>Removes a profile, and unregisters it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>False where there is none of that name.</returns>
    /// <exception cref="SipProfileStoreException">The store cannot be written; the profile is as before.</exception>
    public async Task<bool> RemoveAsync(string name, CancellationToken cancellationToken = default)
    {
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        var isRemoved = await _store.RemoveAsync(name, cancellationToken).ConfigureAwait(false);
        var rest = new Dictionary<string, SipProfile>(_profiles, StringComparer.Ordinal);
        rest.Remove(name);
        Apply(rest);
        return isRemoved;
    }

    /// <summary>Tries a profile anew that was refused for good, or that waits for its next attempt.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public async Task RetryAsync(string name, CancellationToken cancellationToken = default)
    {
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        if (!_profiles.TryGetValue(name, out var profile)) throw Unknown(name);
        Restart(profile);
    }

    /// <summary>Begins to register what the store holds. A store that cannot be read is tried again later; the host starts all the same.</summary>
    /// <param name="cancellationToken">Stops the starting.</param>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!await TryReadAsync(cancellationToken).ConfigureAwait(false)) _tasks.Own(ReadUntilItWorksAsync());
        _tasks.Own(WatchAsync());
    }

    /// <summary>Unregisters every profile.</summary>
    /// <param name="cancellationToken">Ends the waiting for registrars that do not answer.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isStopped, 1) == 1) return;
        await _stop.CancelAsync(_platform.Continuations).ConfigureAwait(false);
        using (await _turns.TakeAsync(CancellationToken.None).ConfigureAwait(false))
        {
            await Task.WhenAll(_runners.Values.Select(runner => runner.StopAsync(cancellationToken))).ConfigureAwait(false);
            _runners.Clear();
        }

        await _tasks.WhenAllEndedAsync().ConfigureAwait(false);
        foreach (var (reader, _) in _readers) reader.Complete();
        await _connections.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Stops the agent, waiting for no registrar's answer, where the host has not done so.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);

    private static KeyNotFoundException Unknown(string name) => new($"There is no profile '{name}'.");

    private static bool IsStoreFailure(Exception exception) => exception is SipProfileStoreException or InvalidOperationException or IOException;

    private async IAsyncEnumerable<SipProfileEvent> ReadAsync(Mailbox<SipProfileEvent> reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var news in reader.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return news;
        }
        finally
        {
            _readers.TryRemove(reader, out _);
        }
    }

    private Task SetEnabledAsync(string name, bool isEnabled, CancellationToken cancellationToken) => ChangeAsync(
        name,
        profile =>
        {
            var changed = (profile ?? throw Unknown(name)).Copy();
            changed.IsEnabled = isEnabled;
            return changed;
        },
        cancellationToken);

    /// <summary>First the store, then what runs: whatever breaks in between, the store says how it is to be.</summary>
    private async Task ChangeAsync(string name, Func<SipProfile?, SipProfile> change, CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        var changed = change(_profiles.GetValueOrDefault(name));
        await _store.SaveAsync(changed, cancellationToken).ConfigureAwait(false);
        Apply(new Dictionary<string, SipProfile>(_profiles, StringComparer.Ordinal) { [name] = changed });
    }

    private async Task<bool> TryReadAsync(CancellationToken cancellationToken)
    {
        using var turn = await _turns.TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var read = await _store.ReadAllAsync(cancellationToken).ConfigureAwait(false);
            Apply(read.ToDictionary(static profile => profile.Name, StringComparer.Ordinal));
            return true;
        }
        catch (Exception exception) when (IsStoreFailure(exception))
        {
            _logger.StoreFailed(exception);
            Tell(new SipProfileEvent(SipProfileEventKind.StoreFailed, "", null, exception));
            return false;
        }
    }

    private async Task ReadUntilItWorksAsync()
    {
        try
        {
            for (var attempt = 0; !_stopping.IsCancellationRequested; attempt++)
            {
                await Task.Delay(Refreshing.RefreshRetry.Delay(attempt, null, TimeSpan.Zero, _platform.Random.NextDouble()), _platform.Time, _stopping).ConfigureAwait(false);
                if (await TryReadAsync(_stopping).ConfigureAwait(false)) return;
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                await _store.WaitForChangeAsync(_stopping).ConfigureAwait(false);
                if (!await TryReadAsync(_stopping).ConfigureAwait(false)) await ReadUntilItWorksAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    /// <summary>Makes what runs what was read.</summary>
    private void Apply(Dictionary<string, SipProfile> read)
    {
        var known = _profiles;
        Volatile.Write(ref _profiles, read);
        foreach (var (kind, profile) in ProfileChanges.Between(known, read))
        {
            var restarts = kind is not SipProfileEventKind.Changed || !profile.RegistersLike(known[profile.Name]);
            if (kind is SipProfileEventKind.Removed) _tasks.Own(EndAsync(profile.Name));
            else if (restarts) Restart(profile);
            Tell(new SipProfileEvent(kind, profile.Name, kind is SipProfileEventKind.Removed ? null : StatusOf(profile).State));
        }
    }

    private void Restart(SipProfile profile)
    {
        var former = EndAsync(profile.Name);
        _tasks.Own(former);
        if (!profile.IsEnabled || _stopping.IsCancellationRequested) return;
        _runners[profile.Name] = new ProfileRunner(profile, _connections, _platform, former, OnStateChanged);
    }

    private Task EndAsync(string name) => _runners.TryRemove(name, out var runner) ? runner.StopAsync(_stopping) : Task.CompletedTask;

    private void OnStateChanged(SipProfileStatus status)
    {
        if (status is { State: SipProfileState.Failed, LastError: { } error }) _logger.ProfileFailed(status.Name, error.Message);
        else _logger.StateChanged(status.Name, status.State);
        Tell(new SipProfileEvent(SipProfileEventKind.StateChanged, status.Name, status.State, status.LastError));
    }

    private SipProfileStatus StatusOf(SipProfile profile) =>
        _runners.TryGetValue(profile.Name, out var runner) ? runner.Status : new SipProfileStatus(profile.Name, profile.AddressOfRecord, SipProfileState.Disabled, _platform.Time.GetUtcNow(), null);

    private void Tell(SipProfileEvent news)
    {
        foreach (var (reader, _) in _readers) reader.TryWrite(news);
    }
}
