using ModernSip.Errors;
using ModernSip.Messages;

namespace ModernSip.Subscriptions;

/// <summary>How a subscription ended at its notifier.</summary>
public enum SipNotifierEnding
{
    /// <summary>The application ended it.</summary>
    Terminated,

    /// <summary>The subscriber ended it.</summary>
    Unsubscribed,

    /// <summary>It was not refreshed in time.</summary>
    RanOut,

    /// <summary>The subscriber does not know of it any more (481 and the like), or cannot be reached.</summary>
    SubscriberGone,

    /// <summary>The connection was closed.</summary>
    ConnectionClosed,
}

/// <summary>How a subscription ended at its notifier, and by what.</summary>
/// <param name="Ending">How it ended.</param>
/// <param name="Response">The response to the NOTIFY that ended it; null where none did.</param>
/// <param name="Error">The error that ended it; null where none did.</param>
public sealed record SipNotifierEnd(SipNotifierEnding Ending, SipResponse? Response = null, SipException? Error = null);
