using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ModernSip;
using ModernSip.Errors;
using ModernSip.Messages;

namespace PlaceACall;

/// <summary>Registers where that is wanted, calls, holds the call for a while, and hangs up. Ctrl-C hangs up at once.</summary>
internal sealed class Caller(ISipClient sip, IOptions<CallOptions> call, IOptions<SipClientOptions> client, IHostApplicationLifetime application) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using var connection = await sip.ConnectAsync(stoppingToken);
            Environment.ExitCode = await RunAsync(connection, stoppingToken) ? 0 : 1;
        }
        catch (SipException exception)
        {
            // One root for all that can go wrong on the way: time-outs, refusals, transports, challenges that were not met.
            Console.Error.WriteLine(exception.Message);
        }
        finally
        {
            application.StopApplication();
        }
    }

    private async Task<bool> RunAsync(SipConnection connection, CancellationToken stoppingToken)
    {
        if (!call.Value.Register) return await CallAsync(connection.CreateInviteDialog(call.Value.To), connection, stoppingToken);
        await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = SipNameAddress.Parse(client.Value.From).Uri }, stoppingToken);
        Console.WriteLine($"registered {registration.AddressOfRecord} for {registration.Granted}");
        return await CallAsync(registration.CreateInviteDialog(call.Value.To), connection, stoppingToken);
    }

    private async Task<bool> CallAsync(SipInviteDialog dialog, SipConnection connection, CancellationToken stoppingToken)
    {
        await using var hangUp = dialog; // whichever way this method is left, the call does not stay up
        await foreach (var response in dialog.SendInviteAsync(Offer(connection), stoppingToken))
        {
            Console.WriteLine(response.Status);
            if (response.IsProvisional) continue;
            if (!response.IsSuccess) return false;
            await dialog.SendAckAsync(response, cancellationToken: stoppingToken);
            break;
        }

        // Until the peer hangs up, the time is over, or somebody stops the program.
        var hold = Task.Delay(TimeSpan.FromSeconds(call.Value.HoldSeconds), TimeProvider.System, stoppingToken);
        await Task.WhenAny(dialog.Completion, hold);
        await dialog.SendByeAsync(CancellationToken.None);
        Console.WriteLine($"ended by {(await dialog.Completion).Cause}");
        return true;
    }

    /// <summary>An offer of audio at a port where nobody listens: media is not SIP's business. Without --local its address is 0.0.0.0, which asks for silence.</summary>
    private static SipContent Offer(SipConnection connection)
    {
        var address = connection.LocalEndPoints[0].Address;
        var where = $"IN {(address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "IP6" : "IP4")} {address}";
        return SipContent.Sdp($"v=0\r\no=- 1 1 {where}\r\ns=-\r\nc={where}\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n");
    }
}
