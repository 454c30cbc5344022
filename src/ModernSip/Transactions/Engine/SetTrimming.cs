namespace ModernSip.Transactions.Engine;

/// <summary>Sets that were once large and are no more: after a flood they give their memory back.</summary>
internal static class SetTrimming
{
    private const int WorthTrimming = 4_096;

    /// <summary>Removes an item, and shrinks the set where an eighth of it is left in use. Its cost is that of the removals before.</summary>
    public static bool RemoveAndTrim<T>(this HashSet<T> set, T item)
    {
        if (!set.Remove(item)) return false;
        if (set.Capacity > WorthTrimming && set.Count < set.Capacity / 8) set.TrimExcess(set.Count * 2);
        return true;
    }
}
