using Microsoft.Extensions.DependencyInjection.Extensions;
using ModernSip.AspNetCore.Profiles;
using ModernSip.Profiles;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Protects the passwords of SIP profiles.</summary>
public static class SipSecretProtectionExtensions
{
    /// <summary>Registers <see cref="ISipSecretProtector"/> over ASP.NET Core Data Protection, for stores that keep passwords.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddSipSecretProtection(this IServiceCollection services)
    {
        services.AddDataProtection();
        services.TryAddSingleton<ISipSecretProtector, DataProtectionProtector>();
        return services;
    }
}
