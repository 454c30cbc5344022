namespace ModernSip.Transactions.Engine;

/// <summary>Sets and tables that were once large and are no more: after a flood they give their memory back.</summary>
internal static class SetTrimming
{
    private const int WorthTrimming = 4_096;

    /// <summary>Removes an item, and shrinks the set where an eighth of it is left in use. Its cost is that of the removals before.</summary>
    public static bool RemoveAndTrim<T>(this HashSet<T> set, T item)
    {
        if (!set.Remove(item)) return false;
        if (IsWorthTrimming(set.Capacity, set.Count)) set.TrimExcess(set.Count * 2);
        return true;
    }

    /// <summary>The same for a table.</summary>
    public static bool RemoveAndTrim<TKey, TValue>(this Dictionary<TKey, TValue> table, TKey key)
        where TKey : notnull
    {
        if (!table.Remove(key)) return false;
        if (IsWorthTrimming(table.Capacity, table.Count)) table.TrimExcess(table.Count * 2);
        return true;
    }

    private static bool IsWorthTrimming(int capacity, int count) => capacity > WorthTrimming && count < capacity / 8;
}
