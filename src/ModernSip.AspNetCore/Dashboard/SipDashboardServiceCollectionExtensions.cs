using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using ModernSip;
using ModernSip.AspNetCore.Dashboard;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what the dashboard shows.</summary>
public static class SipDashboardServiceCollectionExtensions
{
    private const int KeptLadders = 100;

    /// <summary>Collects what <c>app.MapSipDashboard()</c> shows: counts, warnings and errors, and the ladders of the last 100 calls unless <see cref="SipStackOptions.KeptLadders"/> says how many.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddSipDashboard(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RecentErrors>();
        services.TryAddSingleton<TrafficCounts>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, RecentErrors>(static provider => provider.GetRequiredService<RecentErrors>()));
        services.PostConfigure<SipStackOptions>(static options =>
        {
            if (options.KeptLadders == 0) options.KeptLadders = KeptLadders;
        });
        return services;
    }
}
