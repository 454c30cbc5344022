using System.Diagnostics;
using static ModernSip.Transactions.Machines.ClientInput;
using static ModernSip.Transactions.Machines.NonInviteClientState;
using static ModernSip.Transactions.Machines.TransactionActions;

namespace ModernSip.Transactions.Machines;

/// <summary>Decides what a client transaction other than INVITE does next.</summary>
/// <remarks>
/// RFC 3261 §17.1.2 (figure 6). The retransmission timer is E: it doubles up to T2 in Trying and is T2 in Proceeding. The timeout is F and
/// covers both states: a provisional response buys no time. The linger is K, zero on a reliable transport, so there the final response
/// ends the transaction at once.
/// </remarks>
internal static class NonInviteClientMachine
{
    /// <summary>The first step, when the user sends the request.</summary>
    public static Step<NonInviteClientState> Start(bool reliable) =>
        new(Trying, Send | StartTimeout | (reliable ? None : StartRetransmit));

    /// <summary>The step that <paramref name="input"/> leads to.</summary>
    public static Step<NonInviteClientState> Next(NonInviteClientState state, ClientInput input, bool reliable) => (state, input) switch
    {
        // Unlike an INVITE, the request goes on being retransmitted: only that makes the server repeat a lost final response.
        (Trying or Proceeding, RetransmitTimer) when !reliable => new(state, Resend | StartRetransmit),
        (Trying or Proceeding, RetransmitTimer) => new(state, None),                   // there is no timer E on a reliable transport

        (Trying or Proceeding, Provisional) => new(Proceeding, Deliver),
        (Trying or Proceeding, Success or Failure) when reliable => new(Terminated, Deliver | Terminate),
        (Trying or Proceeding, Success or Failure) => new(Completed, Deliver | StopRetransmit | StopTimeout | StartLinger),
        (Trying or Proceeding, TimeoutTimer) => new(Terminated, FailTimeout | Terminate),
        (Trying or Proceeding, TransportFailed) => new(Terminated, FailTransport | Terminate),
        (Trying or Proceeding, LingerTimer) => new(state, None),                       // not started yet

        (Completed, LingerTimer) => new(Terminated, Terminate),
        (Completed, Provisional or Success or Failure) => new(Completed, None),        // repeats: what this state is for
        (Completed, RetransmitTimer or TimeoutTimer) => new(Completed, None),          // both have stopped
        (Completed, TransportFailed) => new(Completed, None),                          // nothing is sent here

        (Terminated, _) => new(Terminated, None),                                      // too late for anything

        _ => throw new UnreachableException(),
    };
}
