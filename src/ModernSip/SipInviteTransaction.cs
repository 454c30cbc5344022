using ModernSip.Messages;
using ModernSip.Sessions;
using ModernSip.Stack;

namespace ModernSip;

/// <summary>An INVITE that is on its way: every provisional and final response as a stream, each fork's among them (RFC 3261 §13.2.2).</summary>
/// <remarks>
/// The stream ends at once after a failure, and 64*T1 after the first 2xx, when no further fork can answer. Leaving the loop before a final response
/// cancels the INVITE; leaving it after a 2xx keeps that session, and the stack ends those that other forks still grant. Where the INVITE held the
/// offer, a 2xx that the application does not acknowledge is acknowledged for it when it asks for more or leaves.
/// </remarks>
public sealed class SipInviteTransaction : IAsyncEnumerable<SipResponse>
{
    private readonly OutgoingCall _call;
    private readonly ResponseStream _responses;
    private readonly CancellationTokenRegistration _cancelling;

    internal SipInviteTransaction(SipRequest request, OutgoingCall call, ResponseStream responses, CancellationToken cancellationToken)
    {
        Request = request;
        _call = call;
        _responses = responses;
        _cancelling = cancellationToken.UnsafeRegister(static (state, token) => ((OutgoingCall)state!).CancelAndLeave(token), call);
    }

    /// <summary>The request, without what only the flow decides (Via, Contact), and in a dialog without its CSeq.</summary>
    public SipRequest Request { get; }

    /// <summary>Awaits the first final response, whatever it is. A 2xx is acknowledged by the stack where the INVITE held the offer.</summary>
    /// <param name="cancellationToken">Stops the waiting only; the token given to <c>SendInviteAsync</c> cancels the INVITE.</param>
    /// <exception cref="Errors.SipTimeoutException">No final response came in time.</exception>
    /// <exception cref="Errors.SipTransportException">The INVITE could not be sent.</exception>
    /// <exception cref="Errors.SipForbiddenException">A challenge was not met.</exception>
    public async Task<SipResponse> FinalAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var response = await _responses.FinalAsync(cancellationToken).ConfigureAwait(false);
            _call.FinalSeen();
            return response;
        }
        finally
        {
            if (!_call.IsUnderWay) await _cancelling.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Gives the INVITE up: CANCEL goes out as soon as a provisional response allows it. The stream goes on to the final response, usually 487.</summary>
    /// <param name="cancellationToken">Stops the waiting for the final response.</param>
    /// <returns>A task that ends when the INVITE has its final response. A 2xx that crossed the CANCEL is acknowledged and ended by the stack, and the stream has a 487 in its place.</returns>
    public Task CancelAsync(CancellationToken cancellationToken = default)
    {
        _call.Cancel();
        return _call.Answered.WaitAsync(cancellationToken);
    }

    /// <summary>Reads the responses.</summary>
    /// <param name="cancellationToken">Stops the reading, and as leaving does, cancels an INVITE that has no final response.</param>
    /// <exception cref="InvalidOperationException">The responses were enumerated before.</exception>
    public IAsyncEnumerator<SipResponse> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        _responses.ReadAsync(_call.MovedOn, Left, CancellationToken.None, cancellationToken);

    internal void Cancel() => _call.Cancel();

    private void Left()
    {
        _cancelling.Unregister();
        _call.Left();
    }
}
