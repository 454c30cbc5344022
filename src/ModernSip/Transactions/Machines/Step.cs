namespace ModernSip.Transactions.Machines;

/// <summary>What an input leads to.</summary>
/// <param name="State">The state the transaction is in from now on.</param>
/// <param name="Actions">What the engine does about it.</param>
internal readonly record struct Step<TState>(TState State, TransactionActions Actions)
    where TState : struct, Enum;
