namespace ModernSip.DocsTests.Surroundings;

/// <summary>A client for which the addresses and interfaces that the pages name are those of the loopback interface.</summary>
internal sealed class DocumentedClient(ISipClient client) : ISipClient
{
    public Task<SipConnection> ConnectAsync(CancellationToken cancellationToken = default) => client.ConnectAsync(cancellationToken);

    public Task<SipConnection> ConnectAsync(string localAddress, CancellationToken cancellationToken = default) =>
        client.ConnectAsync(localAddress is "wlan0" ? "lo" : "127.0.0.1", cancellationToken);
}
