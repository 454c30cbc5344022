using System.Diagnostics;
using static ModernSip.Transactions.Machines.ClientInput;
using static ModernSip.Transactions.Machines.InviteClientState;
using static ModernSip.Transactions.Machines.TransactionActions;

namespace ModernSip.Transactions.Machines;

/// <summary>Decides what an INVITE client transaction does next.</summary>
/// <remarks>
/// RFC 3261 §17.1.1 (figure 5); Accepted and timer M: RFC 6026 §7.2. The retransmission timer is A. The timeout is B in Calling, and in
/// Proceeding the counterpart of a proxy's timer C (RFC 3261 §16.6), without which a callee that rings for ever would hold the
/// transaction for ever. The linger is M in Accepted and D in Completed; D is zero on a reliable transport, so there a final response of
/// 300 or above ends the transaction at once. M is not zero anywhere: another fork's 2xx does not come from the same hop.
/// </remarks>
internal static class InviteClientMachine
{
    /// <summary>The first step, when the user sends the INVITE.</summary>
    public static Step<InviteClientState> Start(bool reliable) =>
        new(Calling, Send | StartTimeout | (reliable ? None : StartRetransmit));

    /// <summary>The step that <paramref name="input"/> leads to.</summary>
    public static Step<InviteClientState> Next(InviteClientState state, ClientInput input, bool reliable) => (state, input) switch
    {
        (Calling, RetransmitTimer) when !reliable => new(Calling, Resend | StartRetransmit),
        (Calling, RetransmitTimer) => new(Calling, None),                              // there is no timer A on a reliable transport

        // Each provisional gives the callee the full limit again, in place of timer B or of the limit that was running.
        (Calling, Provisional) => new(Proceeding, Deliver | StopRetransmit | StartTimeout),
        (Proceeding, Provisional) => new(Proceeding, Deliver | StartTimeout),
        (Proceeding, RetransmitTimer) => new(Proceeding, None),                        // timer A has stopped

        (Calling or Proceeding, Success) => new(Accepted, Deliver | StopRetransmit | StopTimeout | StartLinger),
        (Calling or Proceeding, Failure) when reliable => new(Terminated, SendAck | Deliver | Terminate),
        (Calling or Proceeding, Failure) => new(Completed, SendAck | Deliver | StopRetransmit | StopTimeout | StartLinger),
        (Calling, TimeoutTimer) => new(Terminated, FailTimeout | Terminate),
        (Proceeding, TimeoutTimer) => new(Proceeding, FailTimeout),                    // the user sends CANCEL and limits the wait for what it brings
        (Calling or Proceeding, TransportFailed) => new(Terminated, FailTransport | Terminate),
        (Calling or Proceeding, LingerTimer) => new(state, None),                      // not started yet

        // Acknowledging a 2xx is the user's work, so every one goes up: a repeat as well as another fork's. A fork that only now begins to ring may
        // wait for a PRACK (RFC 5407 appendix E).
        (Accepted, Success or Provisional) => new(Accepted, Deliver),
        (Accepted, LingerTimer) => new(Terminated, Terminate),
        (Accepted, Failure) => new(Accepted, None),                                    // overtaken by the 2xx
        (Accepted, RetransmitTimer or TimeoutTimer) => new(Accepted, None),            // both have stopped
        (Accepted, TransportFailed) => new(Accepted, None),                            // nothing is sent here; 2xx may come another way

        (Completed, Failure) => new(Completed, SendAck),
        (Completed, LingerTimer) => new(Terminated, Terminate),
        (Completed, TransportFailed) => new(Terminated, Terminate),                    // the user has its final response: nothing to tell
        (Completed, Provisional or Success) => new(Completed, None),                   // overtaken by the final response
        (Completed, RetransmitTimer or TimeoutTimer) => new(Completed, None),          // both have stopped

        (Terminated, _) => new(Terminated, None),                                      // too late for anything

        _ => throw new UnreachableException(),
    };
}
