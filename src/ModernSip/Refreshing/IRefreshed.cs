using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.Refreshing;

/// <summary>What a <see cref="RefreshLoop"/> repeats. Called by the loop alone, one call after the other, where continuations run.</summary>
internal interface IRefreshed
{
    /// <summary>Sends the request, once, and adapts it where the answer says how. A later call comes only after this one has ended.</summary>
    /// <param name="cancellationToken">Fires when the loop is stopped: stops the waiting.</param>
    /// <exception cref="SipException">It was not accepted; <see cref="SipResponseException"/> where there is a response that says so.</exception>
    Task<RefreshGrant> SendAsync(CancellationToken cancellationToken);

    /// <summary>It holds.</summary>
    /// <param name="grant">The grant.</param>
    /// <param name="isAnew">Whether it did not hold before: it is the first, or the last one had run out.</param>
    void OnGranted(RefreshGrant grant, bool isAnew);

    /// <summary>A repetition failed and will be tried again.</summary>
    void OnRetrying(TimeSpan delay, string reason);

    /// <summary>The granted time is over.</summary>
    void OnLapsed();

    /// <summary>Whether what was granted is of no use any more: the way to this side has broken.</summary>
    bool IsOutOfReach => false;

    /// <summary>Whether others do meanwhile what this one is for.</summary>
    bool OthersServe => false;

    /// <summary>It has ended, and not because the loop was stopped.</summary>
    void OnEnded(Exception error);
}

/// <summary>What a peer granted.</summary>
/// <param name="Response">Its 2xx.</param>
/// <param name="Granted">How long it holds.</param>
/// <param name="SentAt">When the request was last sent: the peer's own time may have begun as early as that.</param>
internal sealed record RefreshGrant(SipResponse Response, TimeSpan Granted, long SentAt);
