using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using ModernSip;
using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Sdp;
using ModernSip.Sdp.Negotiation;

namespace AnswerCalls;

/// <summary>Takes calls until the program is stopped. Each call is a task of its own, and all have ended when this ends.</summary>
internal sealed class Answerer(ISipClient sip, IConfiguration configuration) : BackgroundService
{
    private readonly TimeSpan _longest = TimeSpan.FromSeconds(configuration.GetValue("HoldSeconds", 10));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var connection = await sip.ConnectAsync(stoppingToken);
        var calls = new List<Task>();
        var incoming = connection.IncomingAsync(stoppingToken);
        Console.WriteLine($"waiting at {connection.LocalEndPoints[0]}");
        try
        {
            await foreach (var request in incoming)
            {
                calls.RemoveAll(static call => call.IsCompleted);
                if (request is SipIncomingInvite invite) calls.Add(TakeAsync(invite, connection, stoppingToken));
                else await request.RespondAsync(SipStatus.Ok, cancellationToken: stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(calls);
        }
    }

    private async Task TakeAsync(SipIncomingInvite invite, SipConnection connection, CancellationToken stoppingToken)
    {
        try
        {
            var from = invite.Request.Headers.From?.Uri;
            if (Answer(invite.Request.Content, connection) is not { } answer)
            {
                await invite.RejectAsync(SipStatus.NotAcceptableHere, stoppingToken);
                return;
            }

            await invite.RespondAsync(SipStatus.Ringing, cancellationToken: stoppingToken);
            await using var call = await invite.AcceptAsync(answer, stoppingToken);
            Console.WriteLine($"{from} is here");
            await Task.WhenAny(call.Completion, Task.Delay(_longest, TimeProvider.System, stoppingToken));
            await call.SendByeAsync(CancellationToken.None);
            Console.WriteLine($"{from} is gone: {(await call.Completion).Cause}");
        }
        catch (SipException exception)
        {
            Console.WriteLine($"a call failed: {exception.Message}"); // the caller gave up, or never acknowledged
        }
    }

    /// <summary>G.711 at a port where nobody listens; null where the caller offers nothing of that.</summary>
    private static SipContent? Answer(SipContent? offer, SipConnection connection)
    {
        var address = connection.LocalEndPoints[0].Address;
        if (offer is null) return SipContent.Sdp(SdpSession.CreateAudioOffer(address, 9).ToString());
        if (!SdpSession.TryParse(offer.GetText(), out var offered, out _)) return null;
        var audio = new SdpMediaCapability("audio", 9, [SdpCodec.Pcmu, SdpCodec.Pcma]);
        var answer = SdpAnswerer.Answer(offered, new SdpCapabilities(new SdpOrigin(1, 1, address), new SdpConnection(address), [audio]));
        return answer.HasActiveMedia ? SipContent.Sdp(answer.ToString()) : null;
    }
}
