using System.Collections;
using ModernSip.Transactions.Machines;

namespace ModernSip.Tests.Transactions.Machines;

/// <summary>What a machine should do, a row for each state and input; a row without a reliability holds on both kinds of transport.</summary>
internal sealed class MachineTable<TState, TInput> : IEnumerable<MachineTable<TState, TInput>.Row>
    where TState : struct, Enum
    where TInput : struct, Enum
{
    private readonly List<Row> _rows = [];

    public void Add(TState state, TInput input, TState next, TransactionActions actions)
    {
        Add(state, input, reliable: false, next, actions);
        Add(state, input, reliable: true, next, actions);
    }

    public void Add(TState state, TInput input, bool reliable, TState next, TransactionActions actions) =>
        _rows.Add(new Row(state, input, reliable, new Step<TState>(next, actions)));

    public IEnumerator<Row> GetEnumerator() => _rows.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Compares the machine with the table over every state, every input and both kinds of transport.</summary>
    public void ShouldDescribe(Func<TState, TInput, bool, Step<TState>> machine)
    {
        var combinations =
            from state in Enum.GetValues<TState>()
            from input in Enum.GetValues<TInput>()
            from reliable in new[] { false, true }
            select (state, input, reliable);

        _rows.Select(row => (row.State, row.Input, row.Reliable)).Should().BeEquivalentTo(combinations,
            "the table has exactly one row for each combination");
        _rows.Select(row => row with { Step = machine(row.State, row.Input, row.Reliable) }).Should().Equal(_rows);
    }

    public sealed record Row(TState State, TInput Input, bool Reliable, Step<TState> Step);
}
