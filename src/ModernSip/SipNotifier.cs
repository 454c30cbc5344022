using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Subscriptions;

namespace ModernSip;

/// <summary>The notifier's side of a subscription: tells the subscriber until it is disposed, or the subscriber leaves (RFC 6665 §4.2).</summary>
/// <remarks>Safe to use from any thread. NOTIFYs follow one another, each after the answer to the last.</remarks>
public sealed class SipNotifier : IAsyncDisposable
{
    private readonly NotifierLeg _leg;

    internal SipNotifier(NotifierLeg leg, SipTokenValue subscribed)
    {
        _leg = leg;
        Event = subscribed;
    }

    /// <summary>The event package, with its parameters.</summary>
    public SipTokenValue Event { get; }

    /// <summary>Who is told.</summary>
    public SipNameAddress Subscriber => _leg.Subscriber;

    /// <summary>Where the subscription stands.</summary>
    public SipSubscriptionState State => _leg.State;

    /// <summary>How long the subscription holds unless it is refreshed.</summary>
    public TimeSpan Remaining => _leg.Remaining;

    /// <summary>Ends with the subscription, and says how it ended. It never fails.</summary>
    public Task<SipNotifierEnd> Completion => _leg.Ended.Task;

    /// <summary>Tells the subscriber a state; a pending subscription becomes active. The state is told again at each refresh.</summary>
    /// <param name="content">The body; null for none.</param>
    /// <param name="cancellationToken">Stops the waiting, not the NOTIFY.</param>
    /// <returns>The subscriber's response. One that is not 2xx mostly ends the subscription, see <see cref="Completion"/>.</returns>
    /// <exception cref="SipConnectionClosedException">The subscription has ended; or a newer state took this one's place, as the subscriber limits the rate (RFC 6446).</exception>
    /// <exception cref="SipTimeoutException">The subscriber did not answer; the subscription has ended.</exception>
    /// <exception cref="InvalidOperationException">256 NOTIFYs wait already.</exception>
    public Task<SipResponse> NotifyAsync(SipContent? content, CancellationToken cancellationToken = default) => _leg.NotifyAsync(content, isPending: false).WaitAsync(cancellationToken);

    /// <summary>Tells the subscriber something while it is not decided yet whether it may be told the state.</summary>
    /// <param name="content">The body; null for none.</param>
    /// <param name="cancellationToken">Stops the waiting, not the NOTIFY.</param>
    /// <exception cref="InvalidOperationException">The subscription is active already.</exception>
    /// <exception cref="SipConnectionClosedException">The subscription has ended.</exception>
    public Task<SipResponse> NotifyPendingAsync(SipContent? content = null, CancellationToken cancellationToken = default) => _leg.NotifyAsync(content, isPending: true).WaitAsync(cancellationToken);

    /// <summary>Ends the subscription with a last NOTIFY.</summary>
    /// <param name="reason">Why: "deactivated" and "timeout" ask the subscriber to come back at once, "probation" and "giveup" later, "rejected", "noresource" and "invariant" never (RFC 6665 §4.1.3).</param>
    /// <param name="retryAfter">When the subscriber may come back; null for nothing.</param>
    /// <param name="content">The last state; null for the one that was told last.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">The reason is no token.</exception>
    public async Task TerminateAsync(string reason = "noresource", TimeSpan? retryAfter = null, SipContent? content = null, CancellationToken cancellationToken = default)
    {
        _ = new SipTokenValue(reason); // refuses what is no token
        _leg.Terminate(reason, retryAfter, content);
        await _leg.Ended.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the subscription; the subscriber may come back at once ("deactivated").</summary>
    public async ValueTask DisposeAsync() => await TerminateAsync("deactivated").ConfigureAwait(false);
}
