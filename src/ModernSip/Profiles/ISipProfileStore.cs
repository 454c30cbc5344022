using ModernSip.Errors;

namespace ModernSip.Profiles;

/// <summary>Where profiles are kept. Each call is one step: it has happened as a whole or not at all, whatever breaks in between.</summary>
/// <remarks>Implementations are safe to call from any thread. What they give and take are copies.</remarks>
public interface ISipProfileStore
{
    /// <summary>Reads all profiles.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SipProfileStoreException">The store cannot be read.</exception>
    Task<IReadOnlyList<SipProfile>> ReadAllAsync(CancellationToken cancellationToken);

    /// <summary>Creates a profile, or replaces the one of that name.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="SipProfileStoreException">The store cannot be written; it is as before.</exception>
    Task SaveAsync(SipProfile profile, CancellationToken cancellationToken);

    /// <summary>Removes a profile.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>False where there is none of that name.</returns>
    /// <exception cref="SipProfileStoreException">The store cannot be written; it is as before.</exception>
    Task<bool> RemoveAsync(string name, CancellationToken cancellationToken);

    /// <summary>Waits until somebody else has changed the content: a file was edited, another process wrote.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>A task that ends with the change; it never ends where nobody else can write, or nobody can tell.</returns>
    Task WaitForChangeAsync(CancellationToken cancellationToken);
}
