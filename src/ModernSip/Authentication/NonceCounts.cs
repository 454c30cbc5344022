using System.Collections.Concurrent;

namespace ModernSip.Authentication;

/// <summary>The highest count seen with each nonce, for nonces that somebody with the right password has used.</summary>
/// <remarks>
/// Thread-safe. Bounded: when it is full, the older half is dropped, and every nonce from before those that stay counts as stale. So dropping a
/// count never lets a replay pass.
/// </remarks>
internal sealed class NonceCounts(int limit)
{
    private readonly ConcurrentDictionary<long, Count> _counts = new();
    private long _floor;
    private int _size;
    private int _isTrimming;

    /// <summary>How many nonces are watched.</summary>
    public int Size => Volatile.Read(ref _size);

    /// <summary>Takes a count that is higher than all before it. False for a replay, and for a nonce that was dropped.</summary>
    /// <param name="number">Which nonce it is, in the order of their making.</param>
    /// <param name="count">The count of this request.</param>
    public bool TryAdvance(long number, uint count)
    {
        if (IsDropped(number)) return false;
        if (!_counts.TryGetValue(number, out var highest))
        {
            var fresh = new Count();
            highest = _counts.GetOrAdd(number, fresh);
            if (ReferenceEquals(highest, fresh) && Interlocked.Increment(ref _size) > limit) Trim();
        }

        // Asked again, after the count was found or made: a nonce that was dropped in between must not begin anew.
        return highest.TryAdvance(count) && !IsDropped(number);
    }

    private bool IsDropped(long number) => number <= Volatile.Read(ref _floor);

    private void Trim()
    {
        if (Interlocked.Exchange(ref _isTrimming, 1) != 0) return;
        var numbers = _counts.Select(static pair => pair.Key).Order().ToArray();

        // The one that makes the table overflow is mostly the newest; with a table of one, it must stay.
        Volatile.Write(ref _floor, Math.Max(numbers[(numbers.Length - 1) / 2], Volatile.Read(ref _floor)));
        foreach (var (number, _) in _counts)
        {
            if (IsDropped(number) && _counts.TryRemove(number, out _)) Interlocked.Decrement(ref _size);
        }

        Volatile.Write(ref _isTrimming, 0);
    }

    private sealed class Count
    {
        private long _highest;

        public bool TryAdvance(uint count)
        {
            for (var seen = Volatile.Read(ref _highest); count > seen;)
            {
                var before = Interlocked.CompareExchange(ref _highest, count, seen);
                if (before == seen) return true;
                seen = before;
            }

            return false;
        }
    }
}
