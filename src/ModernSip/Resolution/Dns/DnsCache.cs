using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace ModernSip.Resolution.Dns;

/// <summary>The answers that still hold, negative ones among them. Bounded: a flood of names makes it forget, never grow.</summary>
internal sealed class DnsCache(TimeProvider time, int capacity = 4_096)
{
    private readonly ConcurrentDictionary<DnsQuestion, Entry> _entries = new();

    public int Count => _entries.Count;

    public bool TryGet(DnsQuestion question, [NotNullWhen(true)] out DnsAnswer? answer)
    {
        answer = null;
        if (!_entries.TryGetValue(question, out var entry)) return false;
        if (IsOver(entry))
        {
            _entries.TryRemove(new KeyValuePair<DnsQuestion, Entry>(question, entry));
            return false;
        }

        answer = entry.Answer;
        return true;
    }

    public void Add(DnsQuestion question, DnsAnswer answer)
    {
        if (answer.Lifetime <= TimeSpan.Zero) return; // for one use only (RFC 1035 §3.2.1)
        if (_entries.Count >= capacity) MakeRoom();
        _entries[question] = new Entry(answer, time.GetTimestamp());
    }

    private bool IsOver(Entry entry) => time.GetElapsedTime(entry.Added) >= entry.Answer.Lifetime;

    private void MakeRoom()
    {
        foreach (var entry in _entries)
        {
            if (IsOver(entry.Value)) _entries.TryRemove(entry);
        }

        if (_entries.Count >= capacity) _entries.Clear();
    }

    private sealed record Entry(DnsAnswer Answer, long Added);
}
