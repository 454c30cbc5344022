using ModernSip.Transactions.Machines;
using static ModernSip.Transactions.Machines.InviteServerState;
using static ModernSip.Transactions.Machines.ServerInput;
using static ModernSip.Transactions.Machines.TransactionActions;

namespace ModernSip.Tests.Transactions.Machines;

public sealed class InviteServerMachineTests
{
    private const bool Unreliable = false, Reliable = true;

    private static readonly MachineTable<InviteServerState, ServerInput> Table = new()
    {
        { Proceeding, Request, Proceeding, Resend },
        { Proceeding, Ack, Proceeding, None },
        { Proceeding, SendProvisional, Proceeding, Send | StopTrying },
        { Proceeding, SendSuccess, Accepted, Send | StopTrying | StartLinger },
        { Proceeding, SendFailure, Unreliable, Completed, Send | StopTrying | StartRetransmit | StartTimeout },
        { Proceeding, SendFailure, Reliable, Completed, Send | StopTrying | StartTimeout },
        { Proceeding, RetransmitTimer, Proceeding, None },
        { Proceeding, TimeoutTimer, Proceeding, None },
        { Proceeding, LingerTimer, Proceeding, None },
        { Proceeding, TryingTimer, Proceeding, SendTrying },
        { Proceeding, TransportFailed, Proceeding, FailTransport },

        { Accepted, Request, Accepted, None },
        { Accepted, Ack, Accepted, Deliver },
        { Accepted, SendProvisional, Accepted, NotAllowed },
        { Accepted, SendSuccess, Accepted, Send },
        { Accepted, SendFailure, Accepted, NotAllowed },
        { Accepted, RetransmitTimer, Accepted, None },
        { Accepted, TimeoutTimer, Accepted, None },
        { Accepted, LingerTimer, Terminated, Terminate },
        { Accepted, TryingTimer, Accepted, None },
        { Accepted, TransportFailed, Accepted, FailTransport },

        { Completed, Request, Completed, Resend },
        { Completed, Ack, Unreliable, Confirmed, StopRetransmit | StopTimeout | StartLinger },
        { Completed, Ack, Reliable, Terminated, Terminate },
        { Completed, SendProvisional, Completed, NotAllowed },
        { Completed, SendSuccess, Completed, NotAllowed },
        { Completed, SendFailure, Completed, NotAllowed },
        { Completed, RetransmitTimer, Unreliable, Completed, Resend | StartRetransmit },
        { Completed, RetransmitTimer, Reliable, Completed, None },
        { Completed, TimeoutTimer, Terminated, FailTimeout | Terminate },
        { Completed, LingerTimer, Completed, None },
        { Completed, TryingTimer, Completed, None },
        { Completed, TransportFailed, Completed, FailTransport },

        { Confirmed, Request, Confirmed, None },
        { Confirmed, Ack, Confirmed, None },
        { Confirmed, SendProvisional, Confirmed, NotAllowed },
        { Confirmed, SendSuccess, Confirmed, NotAllowed },
        { Confirmed, SendFailure, Confirmed, NotAllowed },
        { Confirmed, RetransmitTimer, Confirmed, None },
        { Confirmed, TimeoutTimer, Confirmed, None },
        { Confirmed, LingerTimer, Terminated, Terminate },
        { Confirmed, TryingTimer, Confirmed, None },
        { Confirmed, TransportFailed, Confirmed, None },

        { Terminated, Request, Terminated, None },
        { Terminated, Ack, Terminated, None },
        { Terminated, SendProvisional, Terminated, NotAllowed },
        { Terminated, SendSuccess, Terminated, NotAllowed },
        { Terminated, SendFailure, Terminated, NotAllowed },
        { Terminated, RetransmitTimer, Terminated, None },
        { Terminated, TimeoutTimer, Terminated, None },
        { Terminated, LingerTimer, Terminated, None },
        { Terminated, TryingTimer, Terminated, None },
        { Terminated, TransportFailed, Terminated, None },
    };

    [Fact]
    public void Next_EveryStateAndInput_IsTheTables() => Table.ShouldDescribe(InviteServerMachine.Next);

    [Theory]
    [InlineData(Unreliable)]
    [InlineData(Reliable)]
    public void Start_AnyTransport_DeliversAndStartsTheTimerOfThe100(bool reliable) =>
        InviteServerMachine.Start(reliable).Should().Be(new Step<InviteServerState>(Proceeding, StartTrying | Deliver));
}
