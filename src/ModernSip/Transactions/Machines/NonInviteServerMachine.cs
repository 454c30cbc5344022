using System.Diagnostics;
using static ModernSip.Transactions.Machines.NonInviteServerState;
using static ModernSip.Transactions.Machines.ServerInput;
using static ModernSip.Transactions.Machines.TransactionActions;

namespace ModernSip.Transactions.Machines;

/// <summary>Decides what a server transaction other than INVITE does next.</summary>
/// <remarks>
/// RFC 3261 §17.2.2 (figure 8). The linger is J, zero on a reliable transport, so there the final response ends the transaction at once.
/// RFC 4320 §4: a 100 is the only provisional response to such a request. It goes out when the client's timer E would have reached T2, over
/// any transport and not before; the user gives none. The timeout is the client's timer F: whoever has no answer by then sends none, and
/// above all no 408, for nobody listens to it any more.
/// </remarks>
internal static class NonInviteServerMachine
{
    /// <summary>The first step, when the request arrives.</summary>
    public static Step<NonInviteServerState> Start(bool reliable) => new(Trying, Deliver | StartTrying);

    /// <summary>The step that <paramref name="input"/> leads to.</summary>
    public static Step<NonInviteServerState> Next(NonInviteServerState state, ServerInput input, bool reliable) => (state, input) switch
    {
        (Trying, Request) => new(Trying, None),                                        // absorbed: there is nothing to repeat
        (Trying, TryingTimer) => new(Proceeding, SendTrying | StartTimeout),
        (Trying, TransportFailed) => new(Trying, None),                                // nothing was sent; the answer may find a way

        (Proceeding, Request) => new(Proceeding, Resend),
        (Proceeding, TryingTimer) => new(Proceeding, None),                            // the 100 is out
        (Proceeding, TimeoutTimer) => new(Terminated, Terminate),                      // the client has given up
        (Proceeding, TransportFailed) => new(Terminated, FailTransport | Terminate),

        (Trying or Proceeding, SendProvisional) => new(state, NotAllowed),
        (Trying or Proceeding, SendSuccess or SendFailure) when reliable => new(Terminated, Send | Terminate),
        (Trying or Proceeding, SendSuccess or SendFailure) => new(Completed, Send | StopTrying | StopTimeout | StartLinger),
        (Trying or Proceeding, LingerTimer) => new(state, None),                       // not started yet

        (Completed, Request) => new(Completed, Resend),
        (Completed, LingerTimer) => new(Terminated, Terminate),
        (Completed, TransportFailed) => new(Terminated, FailTransport | Terminate),
        (Completed, TryingTimer) => new(Completed, None),                              // has stopped

        (Completed or Terminated, SendProvisional or SendSuccess or SendFailure) => new(state, NotAllowed), // the answer was given

        (_, Ack) => new(state, None),                                                  // only an INVITE is acknowledged
        (Trying or Completed, TimeoutTimer) => new(state, None),                       // not started yet; has stopped
        (_, RetransmitTimer) => new(state, None),                                      // this machine starts none
        (Terminated, _) => new(Terminated, None),                                      // too late for anything

        _ => throw new UnreachableException(),
    };
}
