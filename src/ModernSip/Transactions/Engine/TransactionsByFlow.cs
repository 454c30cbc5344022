using ModernSip.Transport;

namespace ModernSip.Transactions.Engine;

/// <summary>Which transactions depend on a connection, so that its end costs no more than they are. Datagrams have no end to be told of.</summary>
/// <typeparam name="T">The kind of transaction.</typeparam>
internal sealed class TransactionsByFlow<T>
    where T : Transaction
{
    private readonly Dictionary<SipFlow, HashSet<T>> _byFlow = [];

    /// <summary>How many connections have transactions.</summary>
    public int FlowCount => _byFlow.Count;

    public void Add(T transaction)
    {
        if (!transaction.IsReliable) return;
        if (!_byFlow.TryGetValue(transaction.Flow, out var transactions)) _byFlow.Add(transaction.Flow, transactions = []);
        transactions.Add(transaction);
    }

    public void Remove(T transaction)
    {
        if (!transaction.IsReliable || !_byFlow.TryGetValue(transaction.Flow, out var transactions)) return;
        transactions.Remove(transaction);
        if (transactions.Count == 0) _byFlow.Remove(transaction.Flow);
    }

    /// <summary>The transactions of a connection, in a list of their own: telling them may end them.</summary>
    public IReadOnlyList<T> Of(SipFlow flow) => _byFlow.TryGetValue(flow, out var transactions) ? [.. transactions] : [];
}
