using ModernSip.Authentication;
using ModernSip.Errors;
using ModernSip.Stack;
using ModernSip.Stack.Connections;

namespace ModernSip;

/// <summary>A client: options and a share in the stack.</summary>
internal sealed class SipClient(string name, SipClientOptions options, SharedStack stack, ISipCredentialsProvider? provider) : ISipClient
{
    public Task<SipConnection> ConnectAsync(CancellationToken cancellationToken = default) => OpenAsync(Parse(options.LocalAddress, nameof(options.LocalAddress)), cancellationToken);

    public Task<SipConnection> ConnectAsync(string localAddress, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(localAddress);
        return OpenAsync(Parse(localAddress, nameof(localAddress)), cancellationToken);
    }

    private LocalPoint Parse(string? text, string parameter)
    {
        var interfaces = stack.Platform.Network?.GetInterfaces() ?? [];
        return LocalPoint.TryParse(text, interfaces, out var point)
            ? point
            : throw new ArgumentException($"'{text}' is neither an IP address nor an interface of this machine ({string.Join(", ", interfaces.Select(static one => one.Name))}), with or without a port.", parameter);
    }

    private async Task<SipConnection> OpenAsync(LocalPoint local, CancellationToken cancellationToken)
    {
        try
        {
            return new SipConnection(await stack.OpenAsync(local, options.ToSettings(name), provider, cancellationToken).ConfigureAwait(false), stack);
        }
        catch (SipException exception)
        {
            throw exception.Concerning(nameof(ConnectAsync), local);
        }
    }
}
