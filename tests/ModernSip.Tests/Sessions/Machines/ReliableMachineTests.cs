using ModernSip.Sessions.Reliability;
using static ModernSip.Sessions.Reliability.ReliableActions;
using static ModernSip.Sessions.Reliability.ReliableState;

namespace ModernSip.Tests.Sessions.Machines;

/// <summary>RFC 3262 §3 and §4 as tables.</summary>
public sealed class ReliableMachineTests
{
    [Theory]
    [InlineData(0, 0, 1, 1)] // Idle, Send → out
    [InlineData(0, 1, 2, 1)]
    [InlineData(0, 2, 0, 32)] // a PRACK of nothing
    [InlineData(0, 3, 0, 32)]
    [InlineData(0, 4, 0, 0)]
    [InlineData(0, 5, 0, 0)]
    [InlineData(0, 6, 3, 256)]
    [InlineData(0, 7, 3, 256)]
    [InlineData(1, 0, 1, 2)] // one is out: the next waits
    [InlineData(1, 1, 1, 2)]
    [InlineData(1, 2, 0, 8 | 16 | 64)]
    [InlineData(1, 3, 1, 32)]
    [InlineData(1, 4, 1, 4)]
    [InlineData(1, 5, 3, 8 | 512)]
    [InlineData(1, 6, 3, 8 | 256)] // nothing in it that a 2xx would contradict
    [InlineData(1, 7, 3, 8 | 256)]
    [InlineData(2, 0, 2, 2)]
    [InlineData(2, 1, 2, 2)]
    [InlineData(2, 2, 0, 8 | 16 | 64)]
    [InlineData(2, 3, 2, 32)]
    [InlineData(2, 4, 2, 4)]
    [InlineData(2, 5, 3, 8 | 512)]
    [InlineData(2, 6, 2, 128)] // the 2xx waits for the description's PRACK
    [InlineData(2, 7, 3, 8 | 256)]
    [InlineData(3, 0, 3, 1024)]
    [InlineData(3, 1, 3, 1024)]
    [InlineData(3, 2, 3, 16)]
    [InlineData(3, 3, 3, 32)]
    [InlineData(3, 4, 3, 0)]
    [InlineData(3, 5, 3, 0)]
    [InlineData(3, 6, 3, 1024)]
    [InlineData(3, 7, 3, 1024)]
    public void Next_StateAndInput_StepsAsTheRfcSays(int state, int input, int next, int actions) =>
        ReliableMachine.Next((ReliableState)state, (ReliableInput)input).Should().Be(((ReliableState)next, (ReliableActions)actions));

    [Fact]
    public void Next_EveryStateAndInput_IsDecided()
    {
        foreach (var state in Enum.GetValues<ReliableState>())
        {
            foreach (var input in Enum.GetValues<ReliableInput>()) ReliableMachine.Next(state, input).State.Should().BeDefined();
        }
    }

    [Fact]
    public void Next_ResponseOut_NeverSendsASecond()
    {
        var (state, actions) = ReliableMachine.Next(Idle, ReliableInput.Send);
        actions.Should().Be(Send);
        ReliableMachine.Next(state, ReliableInput.SendDescription).Should().Be((Unacknowledged, Queue));
    }

    [Theory]
    [InlineData(0, 1, 1, "New")] // the first may be any number
    [InlineData(0, 4711, 4711, "New")]
    [InlineData(7, 8, 8, "New")]
    [InlineData(7, 7, 7, "Repeat")]
    [InlineData(7, 9, 7, "OutOfOrder")]
    [InlineData(7, 6, 7, "OutOfOrder")]
    [InlineData(7, 4_294_967_295, 7, "OutOfOrder")]
    public void Take_Number_MustBeTheNext(uint last, uint number, uint next, string verdict)
    {
        var (reception, result) = new ReliableReception(last).Take(number);
        reception.Last.Should().Be(next);
        result.ToString().Should().Be(verdict);
    }
}
