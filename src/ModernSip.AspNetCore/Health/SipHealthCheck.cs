using Microsoft.Extensions.Diagnostics.HealthChecks;
using ModernSip.Profiles;

namespace ModernSip.AspNetCore.Health;

/// <summary>Healthy while every enabled profile is registered; else says which is down, since when, and why.</summary>
internal sealed class SipHealthCheck(SipProfileAgent agent) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var profiles = agent.Profiles.Where(static profile => profile.State is not SipProfileState.Disabled).ToList();
        var down = profiles.Where(static profile => profile.State is not SipProfileState.Registered).ToList();
        var data = profiles.ToDictionary(static profile => profile.Name, static profile => (object)profile.State.ToString(), StringComparer.Ordinal);
        var result = down.Count == 0
            ? HealthCheckResult.Healthy($"{profiles.Count} registered.", data)
            : new HealthCheckResult(context.Registration.FailureStatus, string.Join(' ', down.Select(Describe)), down.Find(static profile => profile.LastError is not null)?.LastError, data);
        return Task.FromResult(result);
    }

    private static string Describe(SipProfileStatus profile) => $"{profile.Name} is {profile.State} since {profile.Since:u}{(profile.LastError is { } error ? $": {error.Message}" : ".")}";
}
