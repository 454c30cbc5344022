using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModernSip.Platform;
using ModernSip.Testing;
using ModernSip.Transport;

namespace ModernSip.ScenarioTests;

/// <summary>Whole stacks on one simulated network, on virtual time, repeatable from a seed.</summary>
public sealed class World
{
    private readonly List<ServiceProvider> _providers = [];

    public World(ulong seed = 1, SipNetworkConditions? conditions = null)
    {
        Simulation = new SipSimulation(seed);
        Network = new SipSimulatedNetwork(Simulation, conditions);
    }

    public SipSimulation Simulation { get; }

    public SipSimulatedNetwork Network { get; }

    /// <summary>The services of each stack, in the order of their making.</summary>
    public IReadOnlyList<IServiceProvider> Stacks => _providers;

    /// <summary>The simulated hosts, by address.</summary>
    public Dictionary<string, SipSimulatedHost> Hosts { get; } = [];

    /// <summary>The errors that the stacks logged; a run that has some fails.</summary>
    public FaultLog Faults { get; } = new();

    /// <summary>Virtual time since the beginning.</summary>
    public TimeSpan Now => Simulation.Time.Elapsed;

    public Task Pass(TimeSpan time) => Simulation.DelayAsync(time);

    public Task Pass(double seconds) => Simulation.DelayAsync(TimeSpan.FromSeconds(seconds));

    /// <summary>A stack of its own at an address of its own, and a client of it.</summary>
    public ISipClient CreateClient(string address, Action<SipClientOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        var host = Hosts[address] = Network.CreateHost(address);
        var collection = new ServiceCollection();
        collection.AddSingleton(Simulation.Platform);
        collection.AddSingleton<ILoggerFactory>(Faults);
        collection.AddSingleton<ISipTransport>(host.Udp);
        collection.AddSingleton<ISipTransport>(host.Tcp);
        collection.AddSipClient(options =>
        {
            options.LocalAddress = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:5060" : $"{address}:5060";
            configure?.Invoke(options);
        });
        services?.Invoke(collection);
        var provider = collection.BuildServiceProvider();
        _providers.Add(provider);
        return provider.GetRequiredService<ISipClient>();
    }

    /// <summary>A server at an address of its own. The test disposes it.</summary>
    public Task<SipTestServer> StartServerAsync(string address, Action<SipTestServerOptions>? configure = null)
    {
        var host = Network.CreateHost(address);
        var options = new SipTestServerOptions { LocalAddress = $"{address}:5060", Platform = Simulation.Platform, Transports = { host.Udp, host.Tcp } };
        configure?.Invoke(options);
        return SipTestServer.StartAsync(options);
    }

    /// <summary>Closes every stack.</summary>
    public async Task DisposeStacksAsync()
    {
        foreach (var provider in _providers) await provider.DisposeAsync();
    }

    /// <summary>Runs a test to its end, and then closes every stack.</summary>
    public void Run(Func<Task> test, TimeSpan? limit = null) =>
        Simulation.Run(
            async () =>
            {
                try
                {
                    await test();
                    Faults.Errors.Should().BeEmpty();
                }
                catch (Exception exception) when (Network.Captured.Count > 0)
                {
                    throw new InvalidOperationException($"{exception.Message}\n{Network.Explain()}", exception);
                }
                finally
                {
                    await DisposeStacksAsync();
                }
            },
            limit);

    /// <summary>Runs a simulation off the test's synchronization context: what applications do in it goes on inline, as the library's own work does.</summary>
    internal void RunInline(Func<Task> main, TimeSpan? limit = null) =>
        Simulation.Run(
            () =>
            {
                var ended = new TaskCompletionSource();
                Simulation.Continuations.Post(_ => _ = FinishAsync(), null);
                return ended.Task;

                async Task FinishAsync()
                {
                    try
                    {
                        await main();
                        ended.SetResult();
                    }
                    catch (Exception exception)
                    {
                        ended.SetException(exception);
                    }
                }
            },
            limit);
}
