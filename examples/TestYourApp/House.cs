using Microsoft.Extensions.DependencyInjection;
using ModernSip;
using ModernSip.Messages;
using ModernSip.Testing;
using ModernSip.Transport;

namespace TestYourApp;

/// <summary>The world of a test: a door and phones on a simulated network, on virtual time.</summary>
public sealed class House : IDisposable
{
    private readonly SipSimulation _simulation = new(seed: 7);
    private readonly SipSimulatedNetwork _network;
    private readonly List<ServiceProvider> _providers = [];

    public House() => _network = new SipSimulatedNetwork(_simulation);

    public TimeSpan Now => _simulation.Time.Elapsed;

    public TimeProvider Time => _simulation.Time;

    /// <summary>What went over the wire, for the message of a test that fails.</summary>
    public string Ladder => _network.Explain().ToString();

    public ISipClient CreateClient(string address)
    {
        var host = _network.CreateHost(address);
        var provider = new ServiceCollection()
            .AddSingleton(_simulation.Platform)
            .AddSingleton<ISipTransport>(host.Udp)
            .AddSingleton<ISipTransport>(host.Tcp)
            .AddSipClient(options => options.LocalAddress = $"{address}:5060")
            .BuildServiceProvider();
        _providers.Add(provider);
        return provider.GetRequiredService<ISipClient>();
    }

    /// <summary>A phone that rings, and answers what it is told to after a while.</summary>
    public async Task<SipConnection> AddPhoneAsync(string address, TimeSpan pause, SipStatus answer)
    {
        var connection = await CreateClient(address).ConnectAsync();
        _ = AnswerAsync(connection.IncomingAsync());
        return connection;

        async Task AnswerAsync(IAsyncEnumerable<SipIncomingRequest> requests)
        {
            await foreach (var request in requests)
            {
                if (request is not SipIncomingInvite invite) continue;
                await invite.RespondAsync(SipStatus.Ringing);
                await _simulation.DelayAsync(pause);
                if (invite.Canceled.IsCancellationRequested) continue;
                if (answer.IsSuccess) await invite.AcceptAsync(invite.Request.Content);
                else await invite.RejectAsync(answer);
            }
        }
    }

    /// <summary>Runs a test; it is over in milliseconds, however long it takes.</summary>
    public void Run(Func<Task> test) => _simulation.Run(async () =>
    {
        await test();
        foreach (var provider in _providers) await provider.DisposeAsync();
    });

    public void Dispose()
    {
        _network.Dispose();
        _simulation.Dispose();
    }
}
