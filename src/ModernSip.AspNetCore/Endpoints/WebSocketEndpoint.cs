using System.Net;
using Microsoft.AspNetCore.Http;
using ModernSip.Transport;

namespace ModernSip.AspNetCore.Endpoints;

/// <summary>Makes WebSockets of requests and hands them to the stack, until they end.</summary>
internal sealed class WebSocketEndpoint(SipConnectionAcceptor acceptor, IServiceProvider services)
{
    private const string SubProtocol = "sip";

    private static readonly WebSocketAcceptContext Accepting = new()
    {
        SubProtocol = SubProtocol,
        KeepAliveInterval = TimeSpan.FromSeconds(30),
        KeepAliveTimeout = TimeSpan.FromSeconds(10), // as long as a pong may take in RFC 5626 §4.4.1
    };

    public async Task HandleAsync(HttpContext context)
    {
        var protocol = context.Request.IsHttps ? SipTransportProtocol.Wss : SipTransportProtocol.Ws;
        if (Refusal(context, protocol) is { } refusal)
        {
            if (refusal.Status == StatusCodes.Status426UpgradeRequired) context.Response.Headers.Upgrade = "websocket";
            context.Response.StatusCode = refusal.Status;
            await context.Response.WriteAsync(refusal.Reason, context.RequestAborted).ConfigureAwait(false);
            return;
        }

        var http = context.Connection;
        using var socket = await context.WebSockets.AcceptWebSocketAsync(Accepting).ConfigureAwait(false);
        var connection = new SipAcceptedConnection(
            protocol, new IPEndPoint(http.LocalIpAddress ?? IPAddress.Loopback, http.LocalPort), new IPEndPoint(http.RemoteIpAddress ?? IPAddress.Loopback, http.RemotePort), http.ClientCertificate);
        using var closing = new ConnectionClosing(services);
        if (!await acceptor.ServeAsync(connection, socket, closing.Token).ConfigureAwait(false)) context.Abort(); // the last SIP connection closed meanwhile, or there are too many
    }

    private (int Status, string Reason)? Refusal(HttpContext context, SipTransportProtocol protocol)
    {
        if (!context.WebSockets.IsWebSocketRequest) return (StatusCodes.Status426UpgradeRequired, "SIP is spoken here over WebSockets only (RFC 7118).");
        if (!context.WebSockets.WebSocketRequestedProtocols.Contains(SubProtocol, StringComparer.Ordinal)) return (StatusCodes.Status400BadRequest, "The sub-protocol 'sip' was not asked for (RFC 7118).");
        return acceptor.IsOpen(protocol) ? null : (StatusCodes.Status503ServiceUnavailable, "No SIP connection is open.");
    }
}
