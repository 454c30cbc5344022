using ModernSip.Refreshing;
using static ModernSip.Refreshing.RefreshActions;
using static ModernSip.Refreshing.RefreshInput;
using static ModernSip.Refreshing.SipRefreshState;

namespace ModernSip.Tests.Refreshing;

public sealed class RefreshMachineTests
{
    /// <summary>A row for each state, a column for each input: Granted, Due, Retry, Hurry, RanOut, Refused, Stop.</summary>
    private static readonly Dictionary<SipRefreshState, RefreshStep[]> Table = new()
    {
        [Inactive] = [new(Active, Arm | TellActive), new(Inactive, None), new(Inactive, None), new(Lapsed, Repeat), new(Inactive, None), new(Ended, TellEnd), new(Ended, None)],
        [Active] = [new(Active, Arm | TellRefreshed), new(Repeating, Repeat | Arm), new(Active, None), new(Active, None), new(Lapsed, TellLapsed), new(Ended, TellEnd), new(Ended, None)],
        [Repeating] = [new(Active, Arm | TellRefreshed), new(Repeating, None), new(Repeating, TellRetrying), new(Repeating, Repeat), new(Lapsed, TellLapsed), new(Ended, TellEnd), new(Ended, None)],
        [Lapsed] = [new(Active, Arm | TellActive), new(Lapsed, None), new(Lapsed, TellRetrying), new(Lapsed, Repeat), new(Lapsed, None), new(Ended, TellEnd), new(Ended, None)],
        [Ended] = [new(Ended, None), new(Ended, None), new(Ended, None), new(Ended, None), new(Ended, None), new(Ended, None), new(Ended, None)],
    };

    [Fact]
    public void Next_EveryStateAndInput_IsTheTables()
    {
        var inputs = new[] { Granted, Due, RefreshInput.Retry, Hurry, RanOut, Refused, Stop };
        inputs.Should().BeEquivalentTo(Enum.GetValues<RefreshInput>());
        Table.Keys.Should().BeEquivalentTo(Enum.GetValues<SipRefreshState>());
        foreach (var (state, steps) in Table) inputs.Select(input => RefreshMachine.Next(state, input)).Should().Equal(steps, "of {0}", state);
    }
}
