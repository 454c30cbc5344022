using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Refreshing;
using ModernSip.Subscriptions;

namespace ModernSip;

/// <summary>A subscription to somebody's events: its NOTIFYs as a stream, refreshed until it is disposed (RFC 6665 §4.1).</summary>
/// <remarks>
/// The stack answers each NOTIFY. The stream ends when the subscription is disposed, or when the notifier ended it for a reason after which nobody
/// may subscribe again; it throws when a refresh was refused, when no NOTIFY came, or when the connection was closed. Leaving the loop ends
/// the reading only: it may be entered again, and what came meanwhile is there, the newest 256.
/// As it is a stream and disposable too, the compiler wants to know which is meant by <c>ConfigureAwait</c>: read
/// <c>subscription.WithCancellation(token).ConfigureAwait(false)</c>.
/// </remarks>
public sealed class SipSubscription : IAsyncEnumerable<SipNotification>, IAsyncDisposable
{
    private readonly SubscriptionAgent _agent;

    internal SipSubscription(SubscriptionAgent agent) => _agent = agent;

    /// <summary>The event package, with its parameters.</summary>
    public SipTokenValue Event => _agent.Event;

    /// <summary>Where the subscription stands, as the last NOTIFY told.</summary>
    public SipSubscriptionState State => _agent.State;

    /// <summary>The last NOTIFY: its state, reason and retry-after can be read there; null before the first.</summary>
    public SipNotification? Last => _agent.Last;

    /// <summary>How the SUBSCRIBE is repeated; null before the first grant, and where the state was asked for only once.</summary>
    public SipRefresh? Refresh => _agent.Refresh;

    /// <summary>Reads the NOTIFYs, one reader at a time.</summary>
    /// <param name="cancellationToken">Stops the reading, not the subscription.</param>
    /// <exception cref="SipRefreshException">A refresh was refused; it carries the response.</exception>
    /// <exception cref="SipTimeoutException">The SUBSCRIBE was accepted, but no NOTIFY came within 64*T1.</exception>
    /// <exception cref="SipConnectionClosedException">The connection was closed.</exception>
    /// <exception cref="InvalidOperationException">The stream is being read already.</exception>
    public IAsyncEnumerator<SipNotification> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        _agent.Notifications.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

    /// <summary>Ends the subscription with the notifier and awaits its last NOTIFY, 64*T1 at most (RFC 6665 §4.1.2.3).</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public Task UnsubscribeAsync(CancellationToken cancellationToken = default) => _agent.UnsubscribeAsync(cancellationToken);

    /// <summary>Ends the subscription, see <see cref="UnsubscribeAsync"/>.</summary>
    public ValueTask DisposeAsync() => _agent.DisposeAsync();
}
