using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Subscriptions;

/// <summary>What the Subscription-State of a NOTIFY says (RFC 6665 §4.1.3, §8.2.3). Pure.</summary>
internal sealed record NotifiedState(SipSubscriptionState State, string? Reason, TimeSpan? RetryAfter, TimeSpan? Expires)
{
    public SubscriberInput Input => State switch
    {
        SipSubscriptionState.Pending => SubscriberInput.NotifyPending,
        SipSubscriptionState.Terminated => SubscriberInput.NotifyTerminated,
        _ => SubscriberInput.NotifyActive,
    };

    /// <summary>Reads it.</summary>
    /// <returns>False where it is missing or not well-formed: the NOTIFY is no legal one.</returns>
    public static bool TryRead(SipRequest notify, [NotNullWhen(true)] out NotifiedState? state)
    {
        state = null;
        if (!notify.Headers.TryGet(SipHeaderNames.SubscriptionState, out var value)) return false;
        var parameters = value.Parameters;
        state = new NotifiedState(
            value.Is("terminated") ? SipSubscriptionState.Terminated : value.Is("pending") ? SipSubscriptionState.Pending : SipSubscriptionState.Active, // a state that is not known counts as active
            parameters["reason"],
            Seconds(parameters["retry-after"]),
            Seconds(parameters["expires"]));
        return true;
    }

    private static TimeSpan? Seconds(string? text) =>
        double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(Math.Min(seconds, uint.MaxValue)) : null;
}
