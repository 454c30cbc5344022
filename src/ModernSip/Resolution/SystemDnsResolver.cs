using System.Net;
using System.Net.Sockets;
using ModernSip.Errors;

namespace ModernSip.Resolution;

/// <summary>The operating system's resolver.</summary>
internal sealed class SystemDnsResolver : ISipDnsResolver
{
    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAddressesAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            throw new SipResolutionException($"'{host}' could not be resolved: {exception.SocketErrorCode}.", exception);
        }
    }
}
