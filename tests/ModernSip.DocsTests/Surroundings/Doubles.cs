using Microsoft.Extensions.Logging;
using ModernSip.DocsTests.Surroundings;
using AspNet = Microsoft.AspNetCore.Builder;
using Extensions = Microsoft.Extensions;

// Types that the blocks meet in place of those of the same name: what they write is read, and example.com is found on the loopback interface.
namespace DocBlocks;

internal static class Console
{
    public static void WriteLine(object? value = null) => Screen.Write($"{value}\n");

    public static void Write(object? value) => Screen.Write($"{value}");
}

internal sealed class ServiceCollection : Extensions.DependencyInjection.ServiceCollection
{
    public ServiceCollection() => TestDomain.Enter(this);
}

internal static class Host
{
    public static Extensions.Hosting.HostApplicationBuilder CreateApplicationBuilder(string[]? args = null)
    {
        var builder = Extensions.Hosting.Host.CreateApplicationBuilder(args);
        builder.Logging.ClearProviders();
        TestDomain.Enter(builder.Services);
        Extensions.DependencyInjection.ServiceCollectionHostedServiceExtensions.AddHostedService<Stopping>(builder.Services);
        return builder;
    }
}

internal static class WebApplication
{
    public static AspNet.WebApplicationBuilder CreateBuilder(string[]? args = null)
    {
        var builder = AspNet.WebApplication.CreateBuilder([.. args ?? [], "--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        TestDomain.Enter(builder.Services);
        Extensions.DependencyInjection.ServiceCollectionHostedServiceExtensions.AddHostedService<Stopping>(builder.Services);
        return builder;
    }
}
