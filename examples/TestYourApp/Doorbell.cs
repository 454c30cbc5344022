using ModernSip;
using ModernSip.Errors;
using ModernSip.Messages;

namespace TestYourApp;

/// <summary>The application: somebody is at the door, and phones ring one after the other until one answers.</summary>
/// <param name="sip">The client; the tests give one of a simulated network.</param>
/// <param name="time">The clock; the tests give that of the simulation.</param>
public sealed class Doorbell(ISipClient sip, TimeProvider time)
{
    /// <summary>How long each phone rings.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly SipContent Offer = SipContent.Sdp("v=0\r\no=door 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n");

    /// <summary>Rings the phones in turn.</summary>
    /// <returns>Who answered; null where nobody did.</returns>
    public async Task<string?> RingAsync(IEnumerable<string> phones, CancellationToken cancellationToken = default)
    {
        await using var connection = await sip.ConnectAsync(cancellationToken);
        foreach (var phone in phones)
        {
            using var patience = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            await using var call = connection.CreateInviteDialog(phone); // disposed, it is hung up
            try
            {
                if ((await call.SendInviteAsync(Offer, either.Token).FinalAsync(either.Token)).IsSuccess) return phone;
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested)
            {
                // It rang long enough, and the stack has sent the CANCEL.
            }
            catch (SipException)
            {
                // That phone cannot be reached: the next one.
            }
        }

        return null;
    }
}
