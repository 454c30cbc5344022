using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.AspNetCore.Endpoints;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts SIP over WebSockets on a path.</summary>
public static class SipEndpointRouteBuilderExtensions
{
    /// <summary>Accepts SIP over WebSockets (RFC 7118) on a path: "wss" where the request came over HTTPS, else "ws". Needs a client: AddSipClient.</summary>
    /// <remarks>
    /// What arrives goes to the SIP connections that are open; while there are none, 503 is answered. A request without the sub-protocol "sip" gets 400,
    /// and one that is no WebSocket 426. UseWebSockets need not be called. Browsers of other origins can connect like any client: authenticate SIP requests.
    /// </remarks>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The path, for example "/ws".</param>
    /// <returns>To add conventions to the endpoint, for example an authorization policy.</returns>
    public static IEndpointConventionBuilder MapSip(this IEndpointRouteBuilder endpoints, string pattern)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var endpoint = ActivatorUtilities.CreateInstance<WebSocketEndpoint>(endpoints.ServiceProvider);
        var pipeline = endpoints.CreateApplicationBuilder();
        pipeline.UseWebSockets();
        pipeline.Run(endpoint.HandleAsync);
        return endpoints.Map(pattern, pipeline.Build()).WithDisplayName($"SIP {pattern}");
    }
}
