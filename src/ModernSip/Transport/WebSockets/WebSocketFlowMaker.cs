using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Net.WebSockets;
using ModernSip.Errors;
using ModernSip.Transport.Streams;
using ModernSip.Transport.Tls;

namespace ModernSip.Transport.WebSockets;

/// <summary>Opens WebSockets with the sub-protocol "sip" (RFC 7118 §4), over TLS where the credentials for it are given.</summary>
internal sealed class WebSocketFlowMaker(string path, TlsCredentials? tls, StreamContext context) : IFlowMaker
{
    /// <summary>The name of the sub-protocol.</summary>
    public const string SubProtocol = "sip";

    // The WebSocket's own pings hold the flow open, and find out when it has failed (RFC 7118 §6; RFC 5626 §4.4.1 for the limit).
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PongLimit = TimeSpan.FromSeconds(10);

    public SipTransportProtocol Protocol => tls is null ? SipTransportProtocol.Ws : SipTransportProtocol.Wss;

    public async Task<ConnectionFlow> OpenAsync(Socket socket, SipTransportTarget target, CancellationToken cancellationToken)
    {
        var (local, remote) = ((IPEndPoint)socket.LocalEndPoint!, (IPEndPoint)socket.RemoteEndPoint!); // set, since the socket is connected
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        var proof = PeerProof.NotAsked;
        if (tls is not null) (stream, proof) = await TlsClient.ShakeHandsAsync(stream, Protocol, target, tls, context, cancellationToken).ConfigureAwait(false);

        // The handshake is HTTP's, over the stream that is there already: no second connection, no proxy, no redirection.
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectCallback = (_, _) => ValueTask.FromResult(stream) };
        var invoker = new HttpMessageInvoker(handler);
        var client = new ClientWebSocket();
        try
        {
            client.Options.AddSubProtocol(SubProtocol);
            client.Options.KeepAliveInterval = PingInterval;
            client.Options.KeepAliveTimeout = PongLimit;
            await UpgradeAsync(client, invoker, target, cancellationToken).ConfigureAwait(false);
            return new WebSocketFlow(client, invoker, Protocol, local, remote, accepted: false, proof, context);
        }
        catch
        {
            client.Dispose();
            invoker.Dispose();
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ConnectionFlow Accept(Socket socket) => throw new NotSupportedException("WebSockets are accepted by a web server.");

    private async Task UpgradeAsync(ClientWebSocket client, HttpMessageInvoker invoker, SipTransportTarget target, CancellationToken cancellationToken)
    {
        var what = $"No {Protocol.ToViaToken()} connection to {target}";
        using var limit = new CancellationTokenSource(context.Options.HandshakeTimeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await client.ConnectAsync(Resource(target), invoker, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SipTransportException($"{what}: the WebSocket handshake took longer than {context.Options.HandshakeTimeout.TotalSeconds:0.###} s", exception);
        }
        catch (WebSocketException exception)
        {
            throw new SipTransportException($"{what}: the WebSocket handshake failed: {Printable.Of(exception.Message)}", exception);
        }

        if (client.SubProtocol != SubProtocol) throw new SipTransportException($"{what}: the server does not speak the sub-protocol 'sip'");
    }

    // Always "ws": TLS, where there is any, is under the stream already.
    private Uri Resource(SipTransportTarget target)
    {
        var host = target.HostName is { } name ? DomainNames.Plain(name) : target.EndPoint.Address.ToString();
        if (host.Contains(':', StringComparison.Ordinal)) host = $"[{host}]";
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"ws://{host}:{target.EndPoint.Port}{path}"));
    }
}
