using System.Collections.Concurrent;

namespace ModernSip.Profiles;

/// <summary>Keeps profiles as long as the process lives.</summary>
public sealed class SipMemoryProfileStore : ISipProfileStore
{
    private readonly ConcurrentDictionary<string, SipProfile> _profiles = new(StringComparer.Ordinal);

    /// <summary>Makes a store.</summary>
    /// <param name="profiles">What is in it at first.</param>
    public SipMemoryProfileStore(params IEnumerable<SipProfile> profiles)
    {
        ArgumentNullException.ThrowIfNull(profiles);
        foreach (var profile in profiles) _profiles[profile.Name] = profile.Copy();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SipProfile>> ReadAllAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SipProfile>>([.. _profiles.Values.Select(static profile => profile.Copy())]);

    /// <inheritdoc/>
    public Task SaveAsync(SipProfile profile, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(profile);
        _profiles[profile.Name] = profile.Copy();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken) => Task.FromResult(_profiles.TryRemove(name, out _));

    /// <inheritdoc/>
    public Task WaitForChangeAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
}
