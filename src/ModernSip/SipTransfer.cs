using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Transfers;

namespace ModernSip;

/// <summary>A REFER that was accepted: the peer calls somebody else, and tells how that goes (RFC 3515 §2.4.4).</summary>
/// <remarks>
/// The stream is what the peer tells: mostly 100 at once, then what the target answers, up to the final status. It ends without a final one where the
/// peer was asked not to tell, or does not know. It throws where the peer tells nothing within 64*T1, or nothing more for 3 minutes, or the connection was closed. Hanging up
/// the call that the REFER went out in does not end it (RFC 5057).
/// </remarks>
public sealed class SipTransfer : IAsyncEnumerable<SipTransferProgress>, IAsyncDisposable
{
    private readonly ReferAgent _agent;

    internal SipTransfer(ReferAgent agent, SipUri target, SipResponse response)
    {
        _agent = agent;
        Target = target;
        Response = response;
    }

    /// <summary>Whom the peer was asked to call; of an attended transfer with the Replaces header field.</summary>
    public SipUri Target { get; }

    /// <summary>The 2xx to the REFER.</summary>
    public SipResponse Response { get; }

    /// <summary>What was told last; null before the first.</summary>
    public SipTransferProgress? Last => _agent.Last;

    /// <summary>Awaits how it ends.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The final status; where the peer stopped telling before, the last one; null where it told nothing, as it was asked to.</returns>
    /// <exception cref="SipTimeoutException">The peer told nothing within 64*T1, or nothing more for 3 minutes.</exception>
    /// <exception cref="SipConnectionClosedException">The connection was closed.</exception>
    public Task<SipTransferProgress?> FinalAsync(CancellationToken cancellationToken = default) => _agent.Final.WaitAsync(cancellationToken);

    /// <summary>Reads what the peer tells, one reader at a time.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SipTimeoutException">The peer told nothing within 64*T1, or nothing more for 3 minutes.</exception>
    /// <exception cref="SipConnectionClosedException">The connection was closed.</exception>
    /// <exception cref="InvalidOperationException">The stream is being read already.</exception>
    public IAsyncEnumerator<SipTransferProgress> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        _agent.Progress.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

    /// <summary>Stops listening to what the peer tells; what it does, it goes on doing.</summary>
    public ValueTask DisposeAsync() => _agent.AbandonAsync();
}
