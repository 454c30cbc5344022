using System.Diagnostics;
using static ModernSip.Transactions.Machines.NonInviteServerState;
using static ModernSip.Transactions.Machines.ServerInput;
using static ModernSip.Transactions.Machines.TransactionActions;

namespace ModernSip.Transactions.Machines;

/// <summary>Decides what a server transaction other than INVITE does next.</summary>
/// <remarks>
/// RFC 3261 §17.2.2 (figure 8). The linger is J, zero on a reliable transport, so there the final response ends the transaction at once.
/// RFC 4320 §4: a 100 is the only provisional response to such a request, and not before the client's timer E would have reached T2; no
/// 408 is sent, and nothing once the client has given up. These are questions of status and time, which a machine does not see: its
/// caller passes on only what may be sent, and asks for the 100 by <see cref="TryingTimer"/>. No timer of this machine limits how long
/// the user takes.
/// </remarks>
internal static class NonInviteServerMachine
{
    /// <summary>The first step, when the request arrives.</summary>
    public static Step<NonInviteServerState> Start(bool reliable) => new(Trying, Deliver);

    /// <summary>The step that <paramref name="input"/> leads to.</summary>
    public static Step<NonInviteServerState> Next(NonInviteServerState state, ServerInput input, bool reliable) => (state, input) switch
    {
        (Trying, Request) => new(Trying, None),                                        // absorbed: there is nothing to repeat
        (Trying, TryingTimer) => new(Proceeding, SendTrying),
        (Trying, TransportFailed) => new(Trying, None),                                // nothing was sent; the answer may find a way

        (Proceeding, Request) => new(Proceeding, Resend),
        (Proceeding, TryingTimer) => new(Proceeding, None),                            // the 100 is out
        (Proceeding, TransportFailed) => new(Terminated, FailTransport | Terminate),

        (Trying or Proceeding, SendProvisional) => new(Proceeding, Send | StopTrying),
        (Trying or Proceeding, SendSuccess or SendFailure) when reliable => new(Terminated, Send | Terminate),
        (Trying or Proceeding, SendSuccess or SendFailure) => new(Completed, Send | StopTrying | StartLinger),
        (Trying or Proceeding, LingerTimer) => new(state, None),                       // not started yet

        (Completed, Request) => new(Completed, Resend),
        (Completed, LingerTimer) => new(Terminated, Terminate),
        (Completed, TransportFailed) => new(Terminated, FailTransport | Terminate),
        (Completed, TryingTimer) => new(Completed, None),                              // has stopped

        (Completed or Terminated, SendProvisional or SendSuccess or SendFailure) => new(state, NotAllowed), // the answer was given

        (_, Ack) => new(state, None),                                                  // only an INVITE is acknowledged
        (_, RetransmitTimer or TimeoutTimer) => new(state, None),                      // this machine starts neither
        (Terminated, _) => new(Terminated, None),                                      // too late for anything

        _ => throw new UnreachableException(),
    };
}
