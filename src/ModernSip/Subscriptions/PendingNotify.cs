using ModernSip.Messages;
using ModernSip.Platform;

namespace ModernSip.Subscriptions;

/// <summary>A NOTIFY that waits for its turn: they follow one another, as each may build on what the last one told.</summary>
/// <param name="State">What Subscription-State will say.</param>
/// <param name="Reason">Why it is terminated; null otherwise.</param>
/// <param name="RetryAfter">When the subscriber may come back; null for nothing.</param>
/// <param name="Content">The body.</param>
/// <param name="Done">Who awaits its answer; null for nobody.</param>
internal sealed record PendingNotify(SipSubscriptionState State, string? Reason, TimeSpan? RetryAfter, SipContent? Content, Completion<SipResponse>? Done);
