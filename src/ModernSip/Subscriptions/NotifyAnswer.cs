using ModernSip.Messages;
using ModernSip.Messages.Headers;

namespace ModernSip.Subscriptions;

/// <summary>What the answer to a NOTIFY says of the subscription (RFC 6665 §4.2.2, RFC 5057 §5.1). Pure.</summary>
internal static class NotifyAnswer
{
    /// <summary>Whether the subscription is gone: 481 and the like, and what else is no success and asks for no patience.</summary>
    public static bool EndsSubscription(SipResponse response) =>
        !response.IsSuccess && (IsAlwaysFinal(response.StatusCode) || !response.Headers.Contains(SipHeaderNames.RetryAfter.Name));

    private static bool IsAlwaysFinal(int status) => status is 404 or 405 or 410 or 416 or (>= 480 and <= 485) or 489 or 501 or 604;
}
