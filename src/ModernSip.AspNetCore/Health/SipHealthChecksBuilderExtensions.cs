using Microsoft.Extensions.Diagnostics.HealthChecks;
using ModernSip.AspNetCore.Health;
using ModernSip.Profiles;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the health of SIP profiles.</summary>
public static class SipHealthChecksBuilderExtensions
{
    /// <summary>Adds a check that is healthy while every enabled profile is registered, and otherwise says which is down, since when, and why.</summary>
    /// <param name="builder">The builder; the services need <c>AddSipProfiles</c>.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">What is reported when a profile is down; null for unhealthy.</param>
    /// <param name="tags">Tags of the check.</param>
    public static IHealthChecksBuilder AddSip(this IHealthChecksBuilder builder, string name = "sip", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(name, static services => new SipHealthCheck(services.GetRequiredService<SipProfileAgent>()), failureStatus, tags));
    }
}
