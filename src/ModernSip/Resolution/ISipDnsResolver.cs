using System.Net;

namespace ModernSip.Resolution;

/// <summary>Looks names up. An application can bring its own.</summary>
public interface ISipDnsResolver
{
    /// <summary>The addresses of a host, in the order they are to be tried.</summary>
    /// <param name="host">The name.</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    /// <returns>The addresses; empty when the name has none.</returns>
    /// <exception cref="Errors.SipResolutionException">The look-up failed.</exception>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAddressesAsync(string host, CancellationToken cancellationToken);
}
