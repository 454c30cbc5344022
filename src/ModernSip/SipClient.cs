using System.Net;
using ModernSip.Authentication;
using ModernSip.Stack;

namespace ModernSip;

/// <summary>A client: options and a share in the stack.</summary>
internal sealed class SipClient(string name, SipClientOptions options, SharedStack stack, ISipCredentialsProvider? provider) : ISipClient
{
    public Task<SipConnection> ConnectAsync(CancellationToken cancellationToken = default) => OpenAsync(LocalAddresses.Parse(options.LocalAddress), cancellationToken);

    public Task<SipConnection> ConnectAsync(string localAddress, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(localAddress);
        return OpenAsync(LocalAddresses.Parse(localAddress), cancellationToken);
    }

    private async Task<SipConnection> OpenAsync(IReadOnlyList<IPEndPoint> local, CancellationToken cancellationToken)
    {
        var context = await stack.OpenAsync(local, options.ToSettings(name), provider, cancellationToken).ConfigureAwait(false);
        return new SipConnection(context, stack);
    }
}
