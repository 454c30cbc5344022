using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModernSip.AspNetCore.Dashboard;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the dashboard.</summary>
public static class SipDashboardEndpointRouteBuilderExtensions
{
    /// <summary>Shows at a path what the stack does: connections, registrations, dialogs, rates, the last errors, and the ladder of any recent call. It shows only; nothing can be changed there.</summary>
    /// <remarks>
    /// Outside of the environment Development it asks for an authorised user: the application needs authentication and authorization, and the default policy or the
    /// one that is named. Who is allowed in sees who calls whom. The page needs no script and loads nothing from elsewhere; with script it follows what happens.
    /// </remarks>
    /// <param name="endpoints">The application; its services need <c>AddSipDashboard</c>.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="policy">The name of the authorization policy, asked for in Development too; null for the default policy, asked for outside of Development.</param>
    /// <returns>To add conventions to the endpoints.</returns>
    /// <exception cref="InvalidOperationException">AddSipDashboard was not called.</exception>
    public static IEndpointConventionBuilder MapSipDashboard(this IEndpointRouteBuilder endpoints, string pattern = "/sip", string? policy = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        var services = endpoints.ServiceProvider;
        if (services.GetService<TrafficCounts>() is null) throw new InvalidOperationException("The dashboard needs services: call builder.Services.AddSipDashboard().");
        var dashboard = ActivatorUtilities.CreateInstance<DashboardEndpoint>(services, pattern.TrimEnd('/'));
        var group = endpoints.MapGroup(pattern);
        group.MapGet("", (RequestDelegate)dashboard.ShowAsync);
        group.MapGet("/live", (RequestDelegate)dashboard.FollowAsync);
        group.MapGet("/dashboard.css", (RequestDelegate)dashboard.StyleAsync);
        group.MapGet("/dashboard.js", (RequestDelegate)dashboard.ScriptAsync);
        if (policy is not null) group.RequireAuthorization(policy);
        else if (!services.GetRequiredService<IHostEnvironment>().IsDevelopment()) group.RequireAuthorization();
        return group;
    }
}
