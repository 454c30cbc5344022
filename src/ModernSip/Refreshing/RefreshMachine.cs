using static ModernSip.Refreshing.RefreshActions;
using static ModernSip.Refreshing.RefreshInput;
using static ModernSip.Refreshing.SipRefreshState;

namespace ModernSip.Refreshing;

/// <summary>Decides what follows for something that is repeated before it expires, until it is stopped or refused. Pure.</summary>
/// <remarks>RFC 3261 §10.2.4 (REGISTER), RFC 6665 §4.1.2.2 (SUBSCRIBE), RFC 3903 §4.1 (PUBLISH); figure: <see cref="SipRefreshState"/>.</remarks>
internal static class RefreshMachine
{
    public static RefreshStep Next(SipRefreshState state, RefreshInput input) => (state, input) switch
    {
        (Ended, _)                              => new(Ended, None),
        (_, Stop)                               => new(Ended, None),                 // whoever stops it says how it ends
        (_, Refused)                            => new(Ended, TellEnd),
        (Inactive or Lapsed, Granted)           => new(Active, Arm | TellActive),
        (Active or Repeating, Granted)          => new(Active, Arm | TellRefreshed),
        (Active, Due)                           => new(Repeating, Repeat | Arm),
        (Active or Repeating, RanOut)           => new(Lapsed, TellLapsed),
        (Inactive, Hurry)                       => new(Lapsed, Repeat),              // begun without anybody who waits for it
        (Repeating or Lapsed, RefreshInput.Retry) => new(state, TellRetrying),
        (Repeating or Lapsed, Hurry)            => new(state, Repeat),               // what stood in the way may be gone: the waiting is not needed
        _                                       => new(state, None),                 // nothing is held that could be due or run out
    };
}

/// <summary>What happens to something that is repeated.</summary>
internal enum RefreshInput
{
    /// <summary>The peer accepted, for some time.</summary>
    Granted,

    /// <summary>It is time to repeat.</summary>
    Due,

    /// <summary>An attempt failed in passing, and another will be made.</summary>
    Retry,

    /// <summary>It need not be waited any longer with the next attempt.</summary>
    Hurry,

    /// <summary>The granted time is over.</summary>
    RanOut,

    /// <summary>The peer refused for good, or the attempts were given up.</summary>
    Refused,

    /// <summary>The owner stops it.</summary>
    Stop,
}

/// <summary>What is to be done.</summary>
[Flags]
internal enum RefreshActions
{
    None = 0,

    /// <summary>Set the timer for the next thing that is due: the repetition, or the end of the grant.</summary>
    Arm = 1,

    /// <summary>Begin to repeat, with the pipeline that retries.</summary>
    Repeat = 1 << 1,

    TellActive = 1 << 2,
    TellRefreshed = 1 << 3,
    TellRetrying = 1 << 4,
    TellLapsed = 1 << 5,
    TellEnd = 1 << 6,
}

/// <summary>The state that follows, and what is to be done.</summary>
internal readonly record struct RefreshStep(SipRefreshState State, RefreshActions Actions);
