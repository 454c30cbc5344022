using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ModernSip.AspNetCore.Handlers;
using ModernSip.Messages;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps handlers for SIP requests, as MapGet maps them for HTTP.</summary>
/// <remarks>
/// <para>A handler is any delegate. Its parameters are bound by their types: <see cref="ModernSip.SipIncomingRequest"/>, <see cref="ModernSip.SipIncomingInvite"/>,
/// <see cref="ModernSip.SipIncomingSubscribe"/>, <see cref="SipRequest"/>, <see cref="SipContent"/> (the body; null where there is none),
/// <see cref="SipUri"/> (the Request-URI; named <c>from</c> or <c>to</c>, the URI of that header field), <see cref="string"/> (the placeholder of the pattern that has
/// its name; else the body as text, empty where there is none), <see cref="ModernSip.SipConnection"/>, <see cref="CancellationToken"/> (fires when the peer
/// cancels or the application stops); everything else is a service, from a scope of the request's own.</para>
/// <para>What it returns is the answer, unless it has answered: an <see cref="int"/>, a <see cref="SipStatus"/> or a <see cref="SipResponse"/>, or nothing, which is
/// 200; each by itself or in a task. When the handler of an INVITE returns, the call is hung up; one that was not accepted is answered with the
/// status, 480 without one. When the handler of a SUBSCRIBE returns, its <see cref="ModernSip.SipNotifier"/> goes on; one that was not accepted is
/// answered with the status, 480 without one. An exception is logged and answered with 500.</para>
/// <para>Patterns name the Request-URI: <c>sip:sales@{host}</c>, <c>sip:{user}@example.com</c>, <c>sip:room-{number}@{host}</c>. Where several fit, the one with more
/// literal text is taken. Requests that no handler fits are answered with 404, 405, or 489; OPTIONS with what the client can do.</para>
/// </remarks>
public static class SipHandlerEndpointRouteBuilderExtensions
{
    /// <summary>Maps a handler for every MESSAGE (RFC 3428).</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="handler">The handler.</param>
    /// <exception cref="ArgumentException">A parameter cannot be bound, or what is returned is no answer.</exception>
    /// <exception cref="InvalidOperationException">AddSipHandlers was not called.</exception>
    public static IEndpointRouteBuilder MapSipMessage(this IEndpointRouteBuilder endpoints, Delegate handler) => Map(endpoints, SipMethod.Message, null, null, handler);

    /// <summary>Maps a handler for MESSAGEs to some (RFC 3428).</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">To whom, for example "sip:{user}@example.com".</param>
    /// <param name="handler">The handler.</param>
    /// <exception cref="ArgumentException">The pattern is none, a parameter cannot be bound, or what is returned is no answer.</exception>
    /// <exception cref="InvalidOperationException">AddSipHandlers was not called.</exception>
    public static IEndpointRouteBuilder MapSipMessage(this IEndpointRouteBuilder endpoints, string pattern, Delegate handler) => Map(endpoints, SipMethod.Message, null, Checked(pattern), handler);

    /// <summary>Maps a handler for every call. When it returns, the call is hung up: await its <c>Completion</c> to let it go on.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="handler">The handler.</param>
    /// <exception cref="ArgumentException">A parameter cannot be bound, or what is returned is no answer.</exception>
    /// <exception cref="InvalidOperationException">AddSipHandlers was not called.</exception>
    public static IEndpointRouteBuilder MapSipInvite(this IEndpointRouteBuilder endpoints, Delegate handler) => Map(endpoints, SipMethod.Invite, null, null, handler);

    /// <summary>Maps a handler for calls to some. When it returns, the call is hung up: await its <c>Completion</c> to let it go on.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">To whom, for example "sip:sales@{host}".</param>
    /// <param name="handler">The handler.</param>
    /// <exception cref="ArgumentException">The pattern is none, a parameter cannot be bound, or what is returned is no answer.</exception>
    /// <exception cref="InvalidOperationException">AddSipHandlers was not called.</exception>
    public static IEndpointRouteBuilder MapSipInvite(this IEndpointRouteBuilder endpoints, string pattern, Delegate handler) => Map(endpoints, SipMethod.Invite, null, Checked(pattern), handler);

    /// <summary>Maps a handler for SUBSCRIBEs to an event package (RFC 6665).</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="eventPackage">The package, for example "presence". Others are answered with 489.</param>
    /// <param name="handler">The handler: it accepts, and tells what there is to tell.</param>
    /// <exception cref="ArgumentException">A parameter cannot be bound, or what is returned is no answer.</exception>
    /// <exception cref="InvalidOperationException">AddSipHandlers was not called.</exception>
    public static IEndpointRouteBuilder MapSipSubscribe(this IEndpointRouteBuilder endpoints, string eventPackage, Delegate handler) => Map(endpoints, SipMethod.Subscribe, Checked(eventPackage), null, handler);

    /// <summary>Maps a handler for SUBSCRIBEs to an event package of some (RFC 6665).</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="eventPackage">The package, for example "presence". Others are answered with 489.</param>
    /// <param name="pattern">Whose events, for example "sip:{user}@example.com".</param>
    /// <param name="handler">The handler: it accepts, and tells what there is to tell.</param>
    /// <exception cref="ArgumentException">The pattern is none, a parameter cannot be bound, or what is returned is no answer.</exception>
    /// <exception cref="InvalidOperationException">AddSipHandlers was not called.</exception>
    public static IEndpointRouteBuilder MapSipSubscribe(this IEndpointRouteBuilder endpoints, string eventPackage, string pattern, Delegate handler) => Map(endpoints, SipMethod.Subscribe, Checked(eventPackage), Checked(pattern), handler);

    /// <summary>Maps a handler for requests of any method outside of dialogs: OPTIONS, PUBLISH, or one of your own, which the client's capabilities must name.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="method">The method.</param>
    /// <param name="pattern">To whom, for example "sip:{user}@example.com"; null for everybody.</param>
    /// <param name="handler">The handler.</param>
    /// <exception cref="ArgumentException">The pattern is none, a parameter cannot be bound, or what is returned is no answer.</exception>
    /// <exception cref="InvalidOperationException">AddSipHandlers was not called.</exception>
    public static IEndpointRouteBuilder MapSipRequest(this IEndpointRouteBuilder endpoints, SipMethod method, string? pattern, Delegate handler) => Map(endpoints, method, null, pattern, handler);

    private static string Checked(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return text;
    }

    private static IEndpointRouteBuilder Map(IEndpointRouteBuilder endpoints, SipMethod method, string? eventPackage, string? pattern, Delegate handler)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(handler);
        var table = endpoints.ServiceProvider.GetService<HandlerTable>() ?? throw new InvalidOperationException("Handlers of SIP requests need services: call builder.Services.AddSipHandlers().");
        var uris = pattern is null ? null : UriPattern.Parse(pattern);
        table.Add(new Handler(method, eventPackage, uris, HandlerDelegate.Create(handler, method, uris?.Names ?? [], endpoints.ServiceProvider)));
        return endpoints;
    }
}
