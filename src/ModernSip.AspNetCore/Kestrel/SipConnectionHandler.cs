using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using ModernSip.Transport;

namespace ModernSip.AspNetCore.Kestrel;

/// <summary>Hands connections that Kestrel accepted to the stack, until they end.</summary>
internal sealed class SipConnectionHandler(SipConnectionAcceptor acceptor, IServiceProvider services) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (connection is not { LocalEndPoint: IPEndPoint local, RemoteEndPoint: IPEndPoint remote }) return; // a pipe or a Unix socket: no SIP peer has such an address
        var tls = connection.Features.Get<ITlsConnectionFeature>();
        var isTls = tls is not null || connection.Features.Get<ITlsHandshakeFeature>() is not null;
        var accepted = new SipAcceptedConnection(isTls ? SipTransportProtocol.Tls : SipTransportProtocol.Tcp, local, remote, tls?.ClientCertificate);
        var stream = new DuplexPipeStream(connection.Transport);
        using var closing = new ConnectionClosing(services);
        await using (stream.ConfigureAwait(false)) await acceptor.ServeAsync(accepted, stream, closing.Token).ConfigureAwait(false);
    }
}
