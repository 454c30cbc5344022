using Microsoft.Extensions.DependencyInjection.Extensions;
using ModernSip.AspNetCore;
using ModernSip.AspNetCore.Handlers;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what handlers of SIP requests need.</summary>
public static class SipHandlerServiceCollectionExtensions
{
    /// <summary>Opens a connection when the application starts and gives its requests to the handlers that <c>app.MapSipMessage</c>, <c>MapSipInvite</c> and their kin map. Needs <c>AddSipClient</c>.</summary>
    /// <remarks>When the application stops, the tokens of the handlers fire, and it waits for them; connections that Kestrel accepted stay open until then.</remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    public static IServiceCollection AddSipHandlers(this IServiceCollection services, Action<SipHandlerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<SipHandlerOptions>()
            .Configure(options => configure?.Invoke(options))
            .Validate(static options => options.MaxConcurrentRequests >= 1, $"{nameof(SipHandlerOptions.MaxConcurrentRequests)} must be 1 at least.")
            .ValidateOnStart();
        services.TryAddSingleton<HandlerTable>();
        services.TryAddSingleton<HandlersEnd>();
        services.AddHostedService<HandlerService>();
        return services;
    }
}
