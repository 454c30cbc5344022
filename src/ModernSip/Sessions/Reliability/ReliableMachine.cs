using System.Diagnostics;
using static ModernSip.Sessions.Reliability.ReliableActions;
using static ModernSip.Sessions.Reliability.ReliableInput;
using static ModernSip.Sessions.Reliability.ReliableState;

namespace ModernSip.Sessions.Reliability;

/// <summary>Decides what happens to the reliable provisional responses of one INVITE, at the callee.</summary>
/// <remarks>
/// RFC 3262 §3. One response is out at a time: the RFC demands it for the first and advises it for the others, since they arrive in order then.
/// A response is repeated after T1, 2*T1, 4*T1 …, and 64*T1 without its PRACK refuse the INVITE. A final response ends the repeating; but a 2xx
/// waits for the PRACK of a session description, or the caller would not know which of the two it has.
/// </remarks>
internal static class ReliableMachine
{
    /// <summary>The step that <paramref name="input"/> leads to.</summary>
    public static (ReliableState State, ReliableActions Actions) Next(ReliableState state, ReliableInput input) => (state, input) switch
    {
        (Idle, ReliableInput.Send) => (Unacknowledged, ReliableActions.Send),
        (Idle, SendDescription) => (DescriptionUnacknowledged, ReliableActions.Send),
        (Idle, Prack or StrayPrack) => (Idle, Refuse),
        (Idle, RepeatTimer or LimitTimer) => (Idle, None),                              // have stopped
        (Idle, Success or Failure) => (Closed, Pass),

        (Unacknowledged or DescriptionUnacknowledged, ReliableInput.Send or SendDescription) => (state, Queue),
        (Unacknowledged or DescriptionUnacknowledged, Prack) => (Idle, Accept | Stop | Continue),
        (Unacknowledged or DescriptionUnacknowledged, StrayPrack) => (state, Refuse),
        (Unacknowledged or DescriptionUnacknowledged, RepeatTimer) => (state, Repeat),
        (Unacknowledged or DescriptionUnacknowledged, LimitTimer) => (Closed, Stop | GiveUp),
        (Unacknowledged, Success) => (Closed, Stop | Pass),
        (DescriptionUnacknowledged, Success) => (DescriptionUnacknowledged, Defer),
        (Unacknowledged or DescriptionUnacknowledged, Failure) => (Closed, Stop | Pass),

        (Closed, ReliableInput.Send or SendDescription or Success or Failure) => (Closed, NotAllowed),
        (Closed, Prack) => (Closed, Accept),                                            // on its way when the final response went out
        (Closed, StrayPrack) => (Closed, Refuse),
        (Closed, RepeatTimer or LimitTimer) => (Closed, None),                          // have stopped

        _ => throw new UnreachableException(),
    };
}
