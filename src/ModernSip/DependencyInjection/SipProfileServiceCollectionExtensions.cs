using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModernSip;
using ModernSip.Platform;
using ModernSip.Profiles;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the agent that keeps profiles registered.</summary>
public static class SipProfileServiceCollectionExtensions
{
    /// <summary>Keeps the profiles of a configuration section registered, for example "Sip:Profiles", whose children are named like the profiles. A change of the file is followed.</summary>
    /// <param name="services">The services; they need a SIP client, see <c>AddSipClient</c>.</param>
    /// <param name="section">The section.</param>
    public static IServiceCollection AddSipProfiles(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddSipProfiles(_ => new ConfigurationProfileStore(section));
    }

    /// <summary>Keeps the profiles of a store registered.</summary>
    /// <param name="services">The services; they need a SIP client, see <c>AddSipClient</c>.</param>
    /// <param name="createStore">Makes the store; null for one in memory, or for the one that is registered already.</param>
    public static IServiceCollection AddSipProfiles(this IServiceCollection services, Func<IServiceProvider, ISipProfileStore>? createStore = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<ISipProfileStore>(createStore ?? (static _ => new SipMemoryProfileStore()));
        services.TryAddSingleton(static provider => new SipProfileAgent(
            provider.GetRequiredService<ISipClient>(),
            provider.GetRequiredService<ISipProfileStore>(),
            provider.GetRequiredService<SipPlatform>(),
            provider.GetService<ILogger<SipProfileAgent>>() ?? NullLogger<SipProfileAgent>.Instance));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, SipProfileAgent>(static provider => provider.GetRequiredService<SipProfileAgent>()));
        return services;
    }
}
