using static ModernSip.Subscriptions.SipSubscriptionState;
using static ModernSip.Subscriptions.SubscriberActions;
using static ModernSip.Subscriptions.SubscriberInput;

namespace ModernSip.Subscriptions;

/// <summary>Decides what follows for one dialog of a subscription at the subscriber. Pure.</summary>
/// <remarks>
/// RFC 6665 §4.1.2.4 (timer N) and §4.1.3. Timer N runs for a subscription that no NOTIFY has confirmed yet. It does not run for a refresh: that was
/// confirmed before, its 2xx extends it, and what its end is §4.1.2.2 lists. Many notifiers send no NOTIFY for a refresh that changes nothing.
/// </remarks>
internal static class SubscriberMachine
{
    public static SubscriberStep Next(SipSubscriptionState state, SubscriberInput input) => (state, input) switch
    {
        (Terminated, NotifyPending or NotifyActive or NotifyTerminated) => new(Terminated, Refuse), // 481: nothing is subscribed any more
        (Terminated, _)              => new(Terminated, None),
        (_, NotifyPending)           => new(Pending, Deliver), // from Active too: a policy may have changed
        (_, NotifyActive)            => new(Active, Deliver),
        (_, NotifyTerminated)        => new(Terminated, Deliver | End),
        (Waiting, NothingCame)       => new(Terminated, End),
        (_, NothingCame)             => new(state, None),                    // a NOTIFY was there in time
        (_, Ended)                   => new(Terminated, End),
        _                            => throw new ArgumentOutOfRangeException(nameof(input)),
    };
}

/// <summary>What happens to a subscription.</summary>
internal enum SubscriberInput
{
    NotifyPending,
    NotifyActive,
    NotifyTerminated,

    /// <summary>Timer N: no NOTIFY within 64*T1 of the SUBSCRIBE.</summary>
    NothingCame,

    /// <summary>It ran out, its refresh was refused, or its owner lets go of it.</summary>
    Ended,
}

/// <summary>What is to be done.</summary>
[Flags]
internal enum SubscriberActions
{
    None = 0,

    /// <summary>Answer the NOTIFY with 200, and pass it on.</summary>
    Deliver = 1,

    /// <summary>Answer the NOTIFY with 481.</summary>
    Refuse = 1 << 1,

    /// <summary>Leave the dialog, and say why.</summary>
    End = 1 << 2,
}

/// <summary>The state that follows, and what is to be done.</summary>
internal readonly record struct SubscriberStep(SipSubscriptionState State, SubscriberActions Actions);
