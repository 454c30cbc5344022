using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Stack;
using ModernSip.Subscriptions;

namespace ModernSip;

/// <summary>A SUBSCRIBE from a peer: accept it and tell, or reject it (RFC 6665 §4.2.1).</summary>
public sealed class SipIncomingSubscribe : SipIncomingRequest
{
    internal SipIncomingSubscribe(IncomingRequest incoming)
        : base(incoming)
    {
    }

    /// <summary>The event that is asked for; null where the request does not say: it can only be rejected then.</summary>
    public SipTokenValue? Event => Request.Headers.Get(SipHeaderNames.Event);

    /// <summary>How long the subscription shall hold; null where that is left to the notifier. Zero asks for the state once.</summary>
    public TimeSpan? RequestedExpires => Request.Headers.Expires is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Accepts: 200, and at once the first NOTIFY. From here on the stack answers refreshes, and ends the subscription when its time is over.</summary>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the waiting, not the answer.</param>
    /// <returns>What tells the subscriber.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">A final response was given already.</exception>
    /// <exception cref="SipConnectionClosedException">
    /// The connection is closed; or the request made no subscription: it was answered with 400 (Event or Contact missing), or with 481 as there is one to
    /// that event in the dialog already.
    /// </exception>
    public async Task<SipNotifier> AcceptAsync(SipNotifierOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SipNotifierOptions();
        RegistrationOptionsReader.CheckExpires(options.LongestExpiry, nameof(options));
        var settings = new NotifierSettings { LongestExpiry = options.LongestExpiry, StartsPending = options.StartsPending, Content = options.Content };
        var leg = await NotifierStarts.AcceptAsync(Incoming, Event, settings, cancellationToken).ConfigureAwait(false);
        return new SipNotifier(leg, Event!); // it was there to be accepted
    }
}
