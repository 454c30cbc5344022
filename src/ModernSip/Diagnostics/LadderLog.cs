using System.Collections.Concurrent;

namespace ModernSip.Diagnostics;

/// <summary>What one call left for its ladder. Bounded: of what comes beyond only the number is kept. From any thread.</summary>
internal sealed class LadderLog
{
    private const int MostEntries = 200;

    private readonly ConcurrentQueue<LadderEntry> _entries = new();
    private int _count;

    public void Add(LadderEntry entry)
    {
        if (Interlocked.Increment(ref _count) <= MostEntries) _entries.Enqueue(entry);
    }

    public SipLadder Draw(string callId)
    {
        LadderEntry[] entries = [.. _entries];
        if (entries.Length == 0) return SipLadder.Empty;
        var start = entries[0].At;
        var rows = new List<SipLadderRow>(entries.Length + 1);
        var seen = new Dictionary<(SipTapDirection?, string, int), int>();
        foreach (var entry in entries)
        {
            var times = entry.Peer is null ? 0 : seen[entry.Identity] = seen.GetValueOrDefault(entry.Identity) + 1;
            rows.Add(entry.ToRow(start, times));
        }

        if (Volatile.Read(ref _count) - MostEntries is > 0 and var more) rows.Add(new SipLadderRow(rows[^1].At, SipLadder.ThisSide, SipLadder.ThisSide, $"and {more} more that were not kept"));
        return new SipLadder(rows, start) { CallId = callId };
    }
}
