using System.Net;
using System.Net.Sockets;

namespace ModernSip.Resolution;

/// <summary>Looks names up. The built-in one asks DNS servers and reads the hosts file; an application can bring its own.</summary>
/// <remarks>Called for every request to a name, so an implementation keeps answers as long as they hold. Safe to use from any thread.</remarks>
public interface ISipDnsResolver
{
    /// <summary>The addresses of a host: A or AAAA records.</summary>
    /// <param name="host">The name.</param>
    /// <param name="family">Which addresses: <see cref="AddressFamily.InterNetwork"/> or <see cref="AddressFamily.InterNetworkV6"/>.</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    /// <returns>The addresses, in the order they are to be tried; empty when the name has none.</returns>
    /// <exception cref="Errors.SipResolutionException">The look-up failed, so that nothing is known about the name.</exception>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAddressesAsync(string host, AddressFamily family, CancellationToken cancellationToken);

    /// <summary>The SRV records of a service. Without an implementation of its own: none.</summary>
    /// <param name="service">The service, for example "_sip._udp.example.com".</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    /// <returns>The records in any order; empty when the name has none.</returns>
    /// <exception cref="Errors.SipResolutionException">The look-up failed, so that nothing is known about the name.</exception>
    ValueTask<IReadOnlyList<SipSrvRecord>> ResolveSrvAsync(string service, CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<SipSrvRecord>>([]);

    /// <summary>The NAPTR records of a domain. Without an implementation of its own: none.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="cancellationToken">Stops the look-up.</param>
    /// <returns>The records in any order; empty when the name has none.</returns>
    /// <exception cref="Errors.SipResolutionException">The look-up failed, so that nothing is known about the name.</exception>
    ValueTask<IReadOnlyList<SipNaptrRecord>> ResolveNaptrAsync(string domain, CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<SipNaptrRecord>>([]);
}
