using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModernSip;
using ModernSip.Messages;

namespace SeveralClients;

/// <summary>The part that tells subscribers that somebody is there.</summary>
internal sealed class Presence([FromKeyedServices("presence")] ISipClient sip) : BackgroundService
{
    private static readonly SipContent Open = new(
        SipMediaType.Parse("application/pidf+xml"),
        """<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:desk@example.com"><tuple id="t1"><status><basic>open</basic></status></tuple></presence>"""u8.ToArray());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var connection = await sip.ConnectAsync(stoppingToken);
        var requests = connection.IncomingAsync(stoppingToken); // from here on requests wait for this part
        Console.WriteLine("presence: ready");
        await foreach (var incoming in requests)
        {
            Console.WriteLine($"presence: {incoming.Request.Method} from {incoming.Request.Headers.From?.Uri}");
            if (incoming is not SipIncomingSubscribe subscribe)
            {
                await incoming.RespondAsync(SipStatus.Ok, cancellationToken: stoppingToken);
                continue;
            }

            await subscribe.AcceptAsync(new() { Content = Open }, stoppingToken); // told at once, and again at each refresh
        }
    }
}
