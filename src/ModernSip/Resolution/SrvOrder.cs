using ModernSip.Platform;

namespace ModernSip.Resolution;

/// <summary>The order in which the servers of a service are tried: by priority, and by chance and weight within one (RFC 2782).</summary>
internal static class SrvOrder
{
    /// <summary>Orders records.</summary>
    /// <param name="records">The records as they came.</param>
    /// <param name="random">Draws the lots.</param>
    /// <param name="preferred">A server that comes first among those of its priority; null for none.</param>
    public static IReadOnlyList<SipSrvRecord> Order(IEnumerable<SipSrvRecord> records, SipRandom random, string? preferred = null)
    {
        var ordered = new List<SipSrvRecord>();
        foreach (var group in records.GroupBy(static record => record.Priority).OrderBy(static group => group.Key))
        {
            // Those of weight 0 stand first, and so have a very small chance of their own.
            var left = group.OrderBy(static record => record.Weight > 0).ToList();
            if (preferred is not null && left.FindIndex(record => NameOf(record) == preferred) is var kept and >= 0) Move(kept);
            while (left.Count > 0) Move(Draw(left, random));

            void Move(int index)
            {
                ordered.Add(left[index]);
                left.RemoveAt(index);
            }
        }

        return ordered;
    }

    /// <summary>What a server is called where it is remembered.</summary>
    public static string NameOf(SipSrvRecord record) => $"{record.Target}:{record.Port}";

    private static int Draw(List<SipSrvRecord> records, SipRandom random)
    {
        var sum = records.Sum(static record => (long)record.Weight);
        if (sum == 0) return (int)(random.NextDouble() * records.Count); // no preference at all: even shares
        var lot = (long)(random.NextDouble() * (sum + 1));
        for (var i = 0; i < records.Count; i++)
        {
            lot -= records[i].Weight;
            if (lot <= 0) return i;
        }

        return records.Count - 1;
    }
}
