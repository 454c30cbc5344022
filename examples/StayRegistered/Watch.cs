using Microsoft.Extensions.Hosting;
using ModernSip.Profiles;

namespace StayRegistered;

/// <summary>Tells how the accounts do. The agent that keeps them registered is a hosted service of its own.</summary>
internal sealed class Watch(SipProfileAgent agent) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var news in agent.EventsAsync(stoppingToken))
        {
            if (news.Kind == SipProfileEventKind.StateChanged) Console.WriteLine($"{news.Name}: {news.State} {news.Error?.Message}");
        }
    }
}
