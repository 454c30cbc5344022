using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModernSip;
using ModernSip.Messages;

namespace SeveralClients;

/// <summary>The part that takes calls; today it is busy.</summary>
internal sealed class Phone([FromKeyedServices("phone")] ISipClient sip) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var connection = await sip.ConnectAsync(stoppingToken);
        var requests = connection.IncomingAsync(stoppingToken); // from here on requests wait for this part
        Console.WriteLine("phone: ready");
        await foreach (var incoming in requests)
        {
            Console.WriteLine($"phone: {incoming.Request.Method} from {incoming.Request.Headers.From?.Uri}");
            await incoming.RespondAsync(incoming is SipIncomingInvite ? SipStatus.BusyHere : SipStatus.Ok, cancellationToken: stoppingToken);
        }
    }
}
