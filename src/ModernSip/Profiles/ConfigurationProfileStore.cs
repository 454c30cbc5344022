using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using ModernSip.Errors;

namespace ModernSip.Profiles;

/// <summary>Reads profiles from a section of the configuration, for example "Sip:Profiles", whose children are named like the profiles. Nothing is written.</summary>
internal sealed class ConfigurationProfileStore(IConfiguration section) : ISipProfileStore
{
    public Task<IReadOnlyList<SipProfile>> ReadAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<IReadOnlyList<SipProfile>>([.. section.GetChildren().Select(Read)]);
        }
        catch (InvalidOperationException exception)
        {
            throw new SipProfileStoreException($"The configuration of the profiles cannot be read: {exception.Message}", exception);
        }
    }

    public Task SaveAsync(SipProfile profile, CancellationToken cancellationToken) => throw ReadOnly();

    public Task<bool> RemoveAsync(string name, CancellationToken cancellationToken) => throw ReadOnly();

    public async Task WaitForChangeAsync(CancellationToken cancellationToken)
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watching = ChangeToken.OnChange(section.GetReloadToken, static task => task.TrySetResult(), changed);
        await changed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static SipProfile Read(IConfigurationSection entry)
    {
        var profile = new SipProfile();
        entry.Bind(profile);
        profile.Name = entry.Key;
        return profile;
    }

    private static SipProfileStoreException ReadOnly() => new("The profiles stand in the configuration: they are changed there.");
}
