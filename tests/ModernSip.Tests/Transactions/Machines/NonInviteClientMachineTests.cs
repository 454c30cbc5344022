using ModernSip.Transactions.Machines;
using static ModernSip.Transactions.Machines.ClientInput;
using static ModernSip.Transactions.Machines.NonInviteClientState;
using static ModernSip.Transactions.Machines.TransactionActions;

namespace ModernSip.Tests.Transactions.Machines;

public sealed class NonInviteClientMachineTests
{
    private const bool Unreliable = false, Reliable = true;

    private static readonly MachineTable<NonInviteClientState, ClientInput> Table = new()
    {
        { Trying, Provisional, Proceeding, Deliver },
        { Trying, Success, Unreliable, Completed, Deliver | StopRetransmit | StopTimeout | StartLinger },
        { Trying, Success, Reliable, Terminated, Deliver | Terminate },
        { Trying, Failure, Unreliable, Completed, Deliver | StopRetransmit | StopTimeout | StartLinger },
        { Trying, Failure, Reliable, Terminated, Deliver | Terminate },
        { Trying, RetransmitTimer, Unreliable, Trying, Resend | StartRetransmit },
        { Trying, RetransmitTimer, Reliable, Trying, None },
        { Trying, TimeoutTimer, Terminated, FailTimeout | Terminate },
        { Trying, LingerTimer, Trying, None },
        { Trying, TransportFailed, Terminated, FailTransport | Terminate },

        { Proceeding, Provisional, Proceeding, Deliver },
        { Proceeding, Success, Unreliable, Completed, Deliver | StopRetransmit | StopTimeout | StartLinger },
        { Proceeding, Success, Reliable, Terminated, Deliver | Terminate },
        { Proceeding, Failure, Unreliable, Completed, Deliver | StopRetransmit | StopTimeout | StartLinger },
        { Proceeding, Failure, Reliable, Terminated, Deliver | Terminate },
        { Proceeding, RetransmitTimer, Unreliable, Proceeding, Resend | StartRetransmit },
        { Proceeding, RetransmitTimer, Reliable, Proceeding, None },
        { Proceeding, TimeoutTimer, Terminated, FailTimeout | Terminate },
        { Proceeding, LingerTimer, Proceeding, None },
        { Proceeding, TransportFailed, Terminated, FailTransport | Terminate },

        { Completed, Provisional, Completed, None },
        { Completed, Success, Completed, None },
        { Completed, Failure, Completed, None },
        { Completed, RetransmitTimer, Completed, None },
        { Completed, TimeoutTimer, Completed, None },
        { Completed, LingerTimer, Terminated, Terminate },
        { Completed, TransportFailed, Completed, None },

        { Terminated, Provisional, Terminated, None },
        { Terminated, Success, Terminated, None },
        { Terminated, Failure, Terminated, None },
        { Terminated, RetransmitTimer, Terminated, None },
        { Terminated, TimeoutTimer, Terminated, None },
        { Terminated, LingerTimer, Terminated, None },
        { Terminated, TransportFailed, Terminated, None },
    };

    [Fact]
    public void Next_EveryStateAndInput_IsTheTables() => Table.ShouldDescribe(NonInviteClientMachine.Next);

    [Fact]
    public void Start_Unreliable_SendsAndStartsTimersEAndF() =>
        NonInviteClientMachine.Start(Unreliable).Should().Be(new Step<NonInviteClientState>(Trying, Send | StartRetransmit | StartTimeout));

    [Fact]
    public void Start_Reliable_SendsAndStartsTimerFOnly() =>
        NonInviteClientMachine.Start(Reliable).Should().Be(new Step<NonInviteClientState>(Trying, Send | StartTimeout));
}
