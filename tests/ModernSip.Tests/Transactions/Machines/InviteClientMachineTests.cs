using ModernSip.Transactions.Machines;
using static ModernSip.Transactions.Machines.ClientInput;
using static ModernSip.Transactions.Machines.InviteClientState;
using static ModernSip.Transactions.Machines.TransactionActions;

namespace ModernSip.Tests.Transactions.Machines;

public sealed class InviteClientMachineTests
{
    private const bool Unreliable = false, Reliable = true;

    private static readonly MachineTable<InviteClientState, ClientInput> Table = new()
    {
        { Calling, Provisional, Proceeding, Deliver | StopRetransmit | StartTimeout },
        { Calling, Success, Accepted, Deliver | StopRetransmit | StopTimeout | StartLinger },
        { Calling, Failure, Unreliable, Completed, SendAck | Deliver | StopRetransmit | StopTimeout | StartLinger },
        { Calling, Failure, Reliable, Terminated, SendAck | Deliver | Terminate },
        { Calling, RetransmitTimer, Unreliable, Calling, Resend | StartRetransmit },
        { Calling, RetransmitTimer, Reliable, Calling, None },
        { Calling, TimeoutTimer, Terminated, FailTimeout | Terminate },
        { Calling, LingerTimer, Calling, None },
        { Calling, TransportFailed, Terminated, FailTransport | Terminate },

        { Proceeding, Provisional, Proceeding, Deliver | StartTimeout },
        { Proceeding, Success, Accepted, Deliver | StopRetransmit | StopTimeout | StartLinger },
        { Proceeding, Failure, Unreliable, Completed, SendAck | Deliver | StopRetransmit | StopTimeout | StartLinger },
        { Proceeding, Failure, Reliable, Terminated, SendAck | Deliver | Terminate },
        { Proceeding, RetransmitTimer, Proceeding, None },
        { Proceeding, TimeoutTimer, Proceeding, FailTimeout },
        { Proceeding, LingerTimer, Proceeding, None },
        { Proceeding, TransportFailed, Terminated, FailTransport | Terminate },

        { Accepted, Provisional, Accepted, Deliver },
        { Accepted, Success, Accepted, Deliver },
        { Accepted, Failure, Accepted, None },
        { Accepted, RetransmitTimer, Accepted, None },
        { Accepted, TimeoutTimer, Accepted, None },
        { Accepted, LingerTimer, Terminated, Terminate },
        { Accepted, TransportFailed, Accepted, None },

        { Completed, Provisional, Completed, None },
        { Completed, Success, Completed, None },
        { Completed, Failure, Completed, SendAck },
        { Completed, RetransmitTimer, Completed, None },
        { Completed, TimeoutTimer, Completed, None },
        { Completed, LingerTimer, Terminated, Terminate },
        { Completed, TransportFailed, Terminated, Terminate },

        { Terminated, Provisional, Terminated, None },
        { Terminated, Success, Terminated, None },
        { Terminated, Failure, Terminated, None },
        { Terminated, RetransmitTimer, Terminated, None },
        { Terminated, TimeoutTimer, Terminated, None },
        { Terminated, LingerTimer, Terminated, None },
        { Terminated, TransportFailed, Terminated, None },
    };

    [Fact]
    public void Next_EveryStateAndInput_IsTheTables() => Table.ShouldDescribe(InviteClientMachine.Next);

    [Fact]
    public void Start_Unreliable_SendsAndStartsTimersAAndB() =>
        InviteClientMachine.Start(Unreliable).Should().Be(new Step<InviteClientState>(Calling, Send | StartRetransmit | StartTimeout));

    [Fact]
    public void Start_Reliable_SendsAndStartsTimerBOnly() =>
        InviteClientMachine.Start(Reliable).Should().Be(new Step<InviteClientState>(Calling, Send | StartTimeout));
}
