using ModernSip.Messages;
using ModernSip.Stack;

namespace ModernSip;

/// <summary>A request that is on its way: its responses as a stream, or the final one alone.</summary>
/// <remarks>
/// The request was sent when this object was made; enumerating only reads, once. Provisional responses come first, then the final one, then the
/// stream ends. What goes wrong after sending is thrown by the stream and by <see cref="FinalAsync"/>.
/// </remarks>
public sealed class SipClientTransaction : IAsyncEnumerable<SipResponse>
{
    private readonly ResponseStream _responses;
    private readonly CancellationToken _cancellationToken;

    internal SipClientTransaction(SipRequest request, ResponseStream responses, CancellationToken cancellationToken)
    {
        Request = request;
        _responses = responses;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The request, without what only the flow decides (Via, Contact).</summary>
    public SipRequest Request { get; }

    /// <summary>Awaits the final response, whatever it is.</summary>
    /// <param name="cancellationToken">Stops the waiting, not the request (RFC 3261 §9: only an INVITE can be cancelled).</param>
    /// <exception cref="Errors.SipTimeoutException">No final response came within 64*T1.</exception>
    /// <exception cref="Errors.SipTransportException">The request could not be sent.</exception>
    /// <exception cref="Errors.SipForbiddenException">A challenge was not met.</exception>
    public async Task<SipResponse> FinalAsync(CancellationToken cancellationToken = default)
    {
        if (!cancellationToken.CanBeCanceled || cancellationToken == _cancellationToken) return await _responses.FinalAsync(_cancellationToken).ConfigureAwait(false);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _cancellationToken);
        return await _responses.FinalAsync(either.Token).ConfigureAwait(false);
    }

    /// <summary>Reads the responses.</summary>
    /// <param name="cancellationToken">Stops the reading, not the request.</param>
    /// <exception cref="InvalidOperationException">The responses were enumerated before.</exception>
    public IAsyncEnumerator<SipResponse> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        _responses.ReadAsync(null, null, _cancellationToken, cancellationToken);
}
