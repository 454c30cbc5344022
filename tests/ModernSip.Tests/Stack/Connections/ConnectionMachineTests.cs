using ModernSip.Stack.Connections;

namespace ModernSip.Tests.Stack.Connections;

/// <summary>The states of a connection as a table: every state with every input.</summary>
public sealed class ConnectionMachineTests
{
    private static readonly (string Phase, string Input, string Next, string Actions)[] Table =
    [
        ("Opening", "Opened", "Active", "Announce"),
        ("Opening", "NetworkLost", "Opening", "None"),
        ("Opening", "Rebound", "Opening", "None"),
        ("Opening", "Suspend", "Opening", "Refuse"),
        ("Opening", "Resume", "Opening", "Refuse"),
        ("Opening", "Close", "Closed", "Announce, EndPeriod"),
        ("Active", "Opened", "Active", "None"),
        ("Active", "NetworkLost", "Inactive", "Announce, EndPeriod"),
        ("Active", "Rebound", "Active", "None"),
        ("Active", "Suspend", "Suspended", "Announce"),
        ("Active", "Resume", "Active", "None"),
        ("Active", "Close", "Closed", "Announce, EndPeriod"),
        ("Suspended", "Opened", "Suspended", "None"),
        ("Suspended", "NetworkLost", "Inactive", "Announce, EndPeriod"),
        ("Suspended", "Rebound", "Suspended", "None"),
        ("Suspended", "Suspend", "Suspended", "None"),
        ("Suspended", "Resume", "Active", "Announce"),
        ("Suspended", "Close", "Closed", "Announce, EndPeriod"),
        ("Inactive", "Opened", "Inactive", "None"),
        ("Inactive", "NetworkLost", "Inactive", "None"),
        ("Inactive", "Rebound", "Active", "Announce, BeginPeriod"),
        ("Inactive", "Suspend", "Inactive", "Refuse"),
        ("Inactive", "Resume", "Inactive", "Refuse"),
        ("Inactive", "Close", "Closed", "Announce"),
        ("Closed", "Opened", "Closed", "None"),
        ("Closed", "NetworkLost", "Closed", "None"),
        ("Closed", "Rebound", "Closed", "None"),
        ("Closed", "Suspend", "Closed", "Refuse"),
        ("Closed", "Resume", "Closed", "Refuse"),
        ("Closed", "Close", "Closed", "None"),
    ];

    public static TheoryData<string, string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string, string>();
            foreach (var (phase, input, next, actions) in Table) rows.Add(phase, input, next, actions);
            return rows;
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public void Next_Row_IsAsTheTableSays(string phase, string input, string next, string actions) =>
        ConnectionMachine.Next(Enum.Parse<ConnectionPhase>(phase), Enum.Parse<ConnectionInput>(input))
            .Should().Be((Enum.Parse<ConnectionPhase>(next), Enum.Parse<ConnectionActions>(actions)));

    [Fact]
    public void Table_HoldsEveryStateWithEveryInput() =>
        Table.Select(static row => (row.Phase, row.Input)).Should().BeEquivalentTo(
            from phase in Enum.GetNames<ConnectionPhase>() from input in Enum.GetNames<ConnectionInput>() select (phase, input));
}
