using System.Diagnostics;
using static ModernSip.Sessions.Timers.SessionTimerActions;
using static ModernSip.Sessions.Timers.SessionTimerInput;
using static ModernSip.Sessions.Timers.SessionTimerState;

namespace ModernSip.Sessions.Timers;

/// <summary>Decides what the timer of a session does next (RFC 4028 §10).</summary>
internal static class SessionTimerMachine
{
    /// <summary>The step that <paramref name="input"/> leads to.</summary>
    public static (SessionTimerState State, SessionTimerActions Actions) Next(SessionTimerState state, SessionTimerInput input) => (state, input) switch
    {
        (not Ended, AgreedLocal) => (ToRefresh, StartRefresh),
        (not Ended, AgreedRemote) => (ToBeRefreshed, StartEnd),
        (not Ended, AgreedNone) => (Off, Stop),

        (ToRefresh, SessionTimerInput.Timer) => (InRefresh, Refresh | StartEnd),
        (ToBeRefreshed or InRefresh, SessionTimerInput.Timer) => (Ended, End),
        (InRefresh, Refused) => (ToRefresh, StartRetry),                   // there is time for another attempt
        (InRefresh, RefusedLate) => (InRefresh, StartEnd),
        (InRefresh, Unanswered) => (Ended, End),

        (Off, SessionTimerInput.Timer or Refused or RefusedLate or Unanswered) => (Off, None),              // has stopped
        (ToRefresh or ToBeRefreshed, Refused or RefusedLate or Unanswered) => (state, None), // of an attempt that another one overtook
        (Ended, _) => (Ended, None),

        _ => throw new UnreachableException(),
    };
}

internal enum SessionTimerState : byte
{
    Off,

    /// <summary>This side refreshes, later.</summary>
    ToRefresh,

    /// <summary>A refresh of this side is under way.</summary>
    InRefresh,

    /// <summary>The peer refreshes.</summary>
    ToBeRefreshed,

    Ended,
}

internal enum SessionTimerInput : byte
{
    /// <summary>A 2xx to INVITE or UPDATE, of whichever side, tells that this side refreshes.</summary>
    AgreedLocal,

    /// <summary>It tells that the peer does.</summary>
    AgreedRemote,

    /// <summary>It tells of no timer.</summary>
    AgreedNone,

    Timer,

    /// <summary>The refresh of this side was refused for now.</summary>
    Refused,

    /// <summary>It was refused for now, and there is no time for another attempt.</summary>
    RefusedLate,

    /// <summary>The refresh of this side got no answer, or one that says that the peer has no session.</summary>
    Unanswered,
}

[Flags]
internal enum SessionTimerActions : byte
{
    None = 0,
    StartRefresh = 1,
    StartEnd = 2,
    StartRetry = 4,
    Stop = 8,
    Refresh = 16,

    /// <summary>BYE: the session was not refreshed.</summary>
    End = 32,
}
