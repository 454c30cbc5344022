using Microsoft.Extensions.Hosting;
using ModernSip;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Testing;

namespace QuickStart;

/// <summary>What an application does with the library: an ordinary background service that is given an <see cref="ISipClient"/>.</summary>
internal sealed class Alice(ISipClient sip, SipTestServer server, IHostApplicationLifetime application) : BackgroundService
{
    // A call is about a session description. This one offers a stream of audio at a port that nobody listens to.
    private static readonly SipContent Offer = SipContent.Sdp(
        "v=0\r\no=alice 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using (var connection = await sip.ConnectAsync(stoppingToken))
        {
            // REGISTER; the 401 is answered with the credentials of the options. Disposing the registration unregisters.
            await using var registration = await connection.RegisterAsync(new() { AddressOfRecord = server.UriOf("alice") }, stoppingToken);
            Console.WriteLine($"registered {registration.AddressOfRecord} for {registration.Granted}");

            await CallAsync(registration, stoppingToken);
            await SendAndReceiveAsync(connection, registration, stoppingToken);
        }

        Environment.ExitCode = 0;
        application.StopApplication();
    }

    private async Task CallAsync(SipRegistration registration, CancellationToken stoppingToken)
    {
        await using var call = registration.CreateInviteDialog(server.UriOf("echo"));

        // Every response, as it comes. Leaving the loop before the answer, or cancelling the token, would cancel the call.
        await foreach (var response in call.SendInviteAsync(Offer, stoppingToken))
        {
            Console.WriteLine($"call: {response.Status}");
            if (response.IsProvisional) continue;
            await call.SendAckAsync(response.EnsureSuccess(), cancellationToken: stoppingToken);
            break;
        }

        await call.SendByeAsync(stoppingToken);
        var outcome = await call.Completion;
        Console.WriteLine($"call: ended by {outcome.Cause}");
    }

    private async Task SendAndReceiveAsync(SipConnection connection, SipRegistration registration, CancellationToken stoppingToken)
    {
        var incoming = connection.IncomingAsync(stoppingToken); // from here on requests wait for us

        var response = await registration.SendAsync(SipRequest.Message(server.UriOf("echo"), "Hello, world"), stoppingToken).FinalAsync(stoppingToken);
        Console.WriteLine($"message sent: {response.EnsureSuccess().Status}");

        await foreach (var request in incoming)
        {
            Console.WriteLine($"message received: \"{request.Request.Content?.GetText()}\" from {request.Request.Headers.From?.Uri}");
            await request.RespondAsync(SipStatus.Ok, cancellationToken: stoppingToken);
            break;
        }
    }
}
