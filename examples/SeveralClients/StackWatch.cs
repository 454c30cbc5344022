using Microsoft.Extensions.Hosting;
using ModernSip;

namespace SeveralClients;

/// <summary>Shows what the stack answers by itself, because neither part can.</summary>
internal sealed class StackWatch(SipDiagnostics diagnostics) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var answer in diagnostics.AutomaticAnswersAsync(stoppingToken))
        {
            Console.WriteLine($"stack: {answer.Method} from {answer.RemoteEndPoint} was answered {answer.StatusCode}, because of: {answer.Reason}");
        }
    }
}
