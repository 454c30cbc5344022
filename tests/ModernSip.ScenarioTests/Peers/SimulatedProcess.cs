using Microsoft.Extensions.DependencyInjection;
using ModernSip.Testing;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests.Peers;

/// <summary>A program on a simulated host: its services, with whatever clients the test adds.</summary>
internal sealed class SimulatedProcess : IAsyncDisposable
{
    private readonly ServiceProvider _provider;

    public SimulatedProcess(World world, SipSimulatedHost host, Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        services.AddSingleton(world.Simulation.Platform);
        services.AddSingleton(host.Udp);
        services.AddSingleton(host.Tcp);
        configure(services);
        _provider = services.BuildServiceProvider();
    }

    public IServiceProvider Services => _provider;

    public ISipClient Client => _provider.GetRequiredService<ISipClient>();

    public ISipClient Named(string name) => _provider.GetRequiredKeyedService<ISipClient>(name);

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}
