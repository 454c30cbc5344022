using System.Diagnostics;
using static ModernSip.Transactions.Machines.InviteServerState;
using static ModernSip.Transactions.Machines.ServerInput;
using static ModernSip.Transactions.Machines.TransactionActions;

namespace ModernSip.Transactions.Machines;

/// <summary>Decides what an INVITE server transaction does next.</summary>
/// <remarks>
/// RFC 3261 §17.2.1 (figure 7); Accepted and timer L: RFC 6026 §7.1. The retransmission timer is G and repeats a final response of 300 or
/// above; a 2xx is repeated by its user, end to end (RFC 3261 §13.3.1.4). The timeout is H, the wait for the ACK. The linger is L in
/// Accepted and I in Confirmed; I is zero on a reliable transport, so there the ACK ends the transaction at once. A transport error is
/// told and changes nothing: were the transaction destroyed, a repeated INVITE would pass for a new one (RFC 6026).
/// </remarks>
internal static class InviteServerMachine
{
    /// <summary>The first step, when the INVITE arrives.</summary>
    public static Step<InviteServerState> Start(bool reliable) => new(Proceeding, StartTrying | Deliver);

    /// <summary>The step that <paramref name="input"/> leads to.</summary>
    public static Step<InviteServerState> Next(InviteServerState state, ServerInput input, bool reliable) => (state, input) switch
    {
        (Proceeding, Request) => new(Proceeding, Resend),
        (Proceeding, TryingTimer) => new(Proceeding, SendTrying),
        (Proceeding, SendProvisional) => new(Proceeding, Send | StopTrying),
        (Proceeding, SendSuccess) => new(Accepted, Send | StopTrying | StartLinger),
        (Proceeding, SendFailure) when reliable => new(Completed, Send | StopTrying | StartTimeout),
        (Proceeding, SendFailure) => new(Completed, Send | StopTrying | StartRetransmit | StartTimeout),
        (Proceeding, Ack) => new(Proceeding, None),                                    // acknowledges nothing
        (Proceeding, RetransmitTimer or TimeoutTimer or LingerTimer) => new(Proceeding, None), // not started yet

        (Accepted, Ack) => new(Accepted, Deliver),
        (Accepted, SendSuccess) => new(Accepted, Send),                                // the user repeats its 2xx until the ACK
        (Accepted, SendProvisional or SendFailure) => new(Accepted, NotAllowed),       // the answer was given
        (Accepted, LingerTimer) => new(Terminated, Terminate),
        (Accepted, Request) => new(Accepted, None),                                    // absorbed: the user's next 2xx answers it
        (Accepted, RetransmitTimer or TimeoutTimer) => new(Accepted, None),            // never started on this way
        (Accepted, TryingTimer) => new(Accepted, None),                                // has stopped

        (Completed, Request) => new(Completed, Resend),
        (Completed, RetransmitTimer) when !reliable => new(Completed, Resend | StartRetransmit),
        (Completed, RetransmitTimer) => new(Completed, None),                          // there is no timer G on a reliable transport
        (Completed, Ack) when reliable => new(Terminated, Terminate),
        (Completed, Ack) => new(Confirmed, StopRetransmit | StopTimeout | StartLinger),
        (Completed, TimeoutTimer) => new(Terminated, FailTimeout | Terminate),         // never acknowledged
        (Completed, SendProvisional or SendSuccess or SendFailure) => new(Completed, NotAllowed), // the answer was given
        (Completed, LingerTimer) => new(Completed, None),                              // not started yet
        (Completed, TryingTimer) => new(Completed, None),                              // has stopped

        (Proceeding or Accepted or Completed, TransportFailed) => new(state, FailTransport),

        (Confirmed, LingerTimer) => new(Terminated, Terminate),
        (Confirmed, SendProvisional or SendSuccess or SendFailure) => new(Confirmed, NotAllowed), // the answer was given
        (Confirmed, Request or Ack) => new(Confirmed, None),                           // repeats: what this state is for
        (Confirmed, RetransmitTimer or TimeoutTimer or TryingTimer) => new(Confirmed, None), // all have stopped
        (Confirmed, TransportFailed) => new(Confirmed, None),                          // the answer arrived: it was acknowledged

        (Terminated, SendProvisional or SendSuccess or SendFailure) => new(Terminated, NotAllowed),
        (Terminated, _) => new(Terminated, None),                                      // too late for anything

        _ => throw new UnreachableException(),
    };
}
