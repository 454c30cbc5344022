using Microsoft.Extensions.Hosting;

namespace ModernSip.DocsTests.Surroundings;

/// <summary>Stops a host that a block runs, when the block is to stop.</summary>
internal sealed class Stopping(IHostApplicationLifetime application) : IHostedService
{
    private CancellationTokenRegistration _registration;

    /// <summary>Tells that the block that runs is to stop.</summary>
    public static CancellationToken Token { get; set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _registration = Token.Register(application.StopApplication);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await _registration.DisposeAsync();
}
