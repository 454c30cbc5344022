using ModernSip.Transactions.Machines;
using static ModernSip.Transactions.Machines.NonInviteServerState;
using static ModernSip.Transactions.Machines.ServerInput;
using static ModernSip.Transactions.Machines.TransactionActions;

namespace ModernSip.Tests.Transactions.Machines;

public sealed class NonInviteServerMachineTests
{
    private const bool Unreliable = false, Reliable = true;

    private static readonly MachineTable<NonInviteServerState, ServerInput> Table = new()
    {
        { Trying, Request, Trying, None },
        { Trying, Ack, Trying, None },
        { Trying, SendProvisional, Trying, NotAllowed },
        { Trying, SendSuccess, Unreliable, Completed, Send | StopTrying | StopTimeout | StartLinger },
        { Trying, SendSuccess, Reliable, Terminated, Send | Terminate },
        { Trying, SendFailure, Unreliable, Completed, Send | StopTrying | StopTimeout | StartLinger },
        { Trying, SendFailure, Reliable, Terminated, Send | Terminate },
        { Trying, RetransmitTimer, Trying, None },
        { Trying, TimeoutTimer, Trying, None },
        { Trying, LingerTimer, Trying, None },
        { Trying, TryingTimer, Proceeding, SendTrying | StartTimeout },
        { Trying, TransportFailed, Trying, None },

        { Proceeding, Request, Proceeding, Resend },
        { Proceeding, Ack, Proceeding, None },
        { Proceeding, SendProvisional, Proceeding, NotAllowed },
        { Proceeding, SendSuccess, Unreliable, Completed, Send | StopTrying | StopTimeout | StartLinger },
        { Proceeding, SendSuccess, Reliable, Terminated, Send | Terminate },
        { Proceeding, SendFailure, Unreliable, Completed, Send | StopTrying | StopTimeout | StartLinger },
        { Proceeding, SendFailure, Reliable, Terminated, Send | Terminate },
        { Proceeding, RetransmitTimer, Proceeding, None },
        { Proceeding, TimeoutTimer, Terminated, Terminate },
        { Proceeding, LingerTimer, Proceeding, None },
        { Proceeding, TryingTimer, Proceeding, None },
        { Proceeding, TransportFailed, Terminated, FailTransport | Terminate },

        { Completed, Request, Completed, Resend },
        { Completed, Ack, Completed, None },
        { Completed, SendProvisional, Completed, NotAllowed },
        { Completed, SendSuccess, Completed, NotAllowed },
        { Completed, SendFailure, Completed, NotAllowed },
        { Completed, RetransmitTimer, Completed, None },
        { Completed, TimeoutTimer, Completed, None },
        { Completed, LingerTimer, Terminated, Terminate },
        { Completed, TryingTimer, Completed, None },
        { Completed, TransportFailed, Terminated, FailTransport | Terminate },

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
    public void Next_EveryStateAndInput_IsTheTables() => Table.ShouldDescribe(NonInviteServerMachine.Next);

    [Theory]
    [InlineData(Unreliable)]
    [InlineData(Reliable)]
    public void Start_AnyTransport_DeliversAndStartsTheWaitForThe100(bool reliable) =>
        NonInviteServerMachine.Start(reliable).Should().Be(new Step<NonInviteServerState>(Trying, Deliver | StartTrying));
}
