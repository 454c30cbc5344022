using static ModernSip.Subscriptions.NotifierActions;
using static ModernSip.Subscriptions.NotifierInput;
using static ModernSip.Subscriptions.SipSubscriptionState;

namespace ModernSip.Subscriptions;

/// <summary>Decides what follows for one subscription at the notifier. Pure.</summary>
/// <remarks>RFC 6665 §4.2 and the figure of §4.2.2.</remarks>
internal static class NotifierMachine
{
    public static NotifierStep Next(SipSubscriptionState state, NotifierInput input) => (state, input) switch
    {
        (Terminated, Refreshed or Unsubscribed) => new(Terminated, Refuse),         // 481: nothing is subscribed any more
        (Terminated, _)                         => new(Terminated, None),
        (Waiting, AcceptedPending)              => new(Pending, Grant | Notify),
        (Waiting, AcceptedActive)               => new(Active, Grant | Notify),
        (Waiting, SubscriberGone or Terminating or RanOut) => new(Terminated, End),
        (Waiting, _)                            => new(Waiting, None),               // nothing is granted that could be told of
        (Pending, BecamePending)                => new(Pending, Notify),
        (Pending or Active, BecameActive)       => new(Active, Notify),
        (Active, BecamePending)                 => new(Active, NotAllowed),         // permission is taken back by ending it
        (_, Refreshed)                          => new(state, Grant | Notify),
        (_, Unsubscribed)                       => new(Terminated, Grant | NotifyLast | End),
        (_, RanOut or Terminating)              => new(Terminated, NotifyLast | End),
        (_, SubscriberGone)                     => new(Terminated, End),
        _                                       => new(state, None),
    };
}

/// <summary>What happens to a subscription.</summary>
internal enum NotifierInput
{
    /// <summary>The application accepts, and does not know yet whether it may tell.</summary>
    AcceptedPending,

    /// <summary>The application accepts.</summary>
    AcceptedActive,

    /// <summary>The application has something to tell while it does not know whether it may.</summary>
    BecamePending,

    /// <summary>The application has something to tell.</summary>
    BecameActive,

    /// <summary>SUBSCRIBE came once more.</summary>
    Refreshed,

    /// <summary>SUBSCRIBE came for no time.</summary>
    Unsubscribed,

    /// <summary>The granted time is over.</summary>
    RanOut,

    /// <summary>The application ends it.</summary>
    Terminating,

    /// <summary>The subscriber does not know of it any more, or cannot be reached.</summary>
    SubscriberGone,
}

/// <summary>What is to be done.</summary>
[Flags]
internal enum NotifierActions
{
    None = 0,

    /// <summary>Answer the SUBSCRIBE with 200 and the time that is granted.</summary>
    Grant = 1,

    /// <summary>Answer the SUBSCRIBE with 481.</summary>
    Refuse = 1 << 1,

    /// <summary>Send a NOTIFY.</summary>
    Notify = 1 << 2,

    /// <summary>Send the NOTIFY that says terminated.</summary>
    NotifyLast = 1 << 3,

    /// <summary>Leave the dialog.</summary>
    End = 1 << 4,

    /// <summary>The application asks for what is not allowed.</summary>
    NotAllowed = 1 << 5,
}

/// <summary>The state that follows, and what is to be done.</summary>
internal readonly record struct NotifierStep(SipSubscriptionState State, NotifierActions Actions);
