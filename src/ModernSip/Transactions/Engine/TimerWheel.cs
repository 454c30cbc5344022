using System.Numerics;

namespace ModernSip.Transactions.Engine;

/// <summary>The timers of one shard: a hierarchical timing wheel that counts in ticks of 1 ms and belongs to one thread at a time.</summary>
/// <remarks>
/// <para>Six levels of 64 slots; a slot of level n spans 64^n ticks. A node lies at the level of the highest base-64 digit in which its tick
/// differs from the wheel's, in the slot which that digit names. So the slots of a level lie ahead of the wheel, those of a lower level
/// before those of a higher one, and the first occupied slot of the lowest occupied level holds whatever comes next. When the wheel reaches
/// a slot above level 0, its nodes move down; each node moves at most five times.</para>
/// <para>The top level alone goes round. Its 64 slots make 2.2 years; a node due later waits in the last of them and is placed anew there.</para>
/// <para>Scheduling and cancelling cost the same however many timers wait, and neither allocates.</para>
/// </remarks>
/// <param name="startTick">The tick at which the wheel starts.</param>
internal sealed class TimerWheel(long startTick)
{
    private const int Levels = 6;
    private const int DigitBits = 6;
    private const int SlotsPerLevel = 1 << DigitBits;
    private const int TopShift = DigitBits * (Levels - 1);

    private readonly TimerSlot[] _slots = new TimerSlot[Levels * SlotsPerLevel];
    private readonly ulong[] _occupied = new ulong[Levels];
    private long _position = startTick;
    private long _sequence;
    private bool _advancing;

    /// <summary>How many nodes wait.</summary>
    public int Count { get; private set; }

    /// <summary>The tick at which <see cref="Advance"/> should next be called; null when nothing waits.</summary>
    /// <remarks>
    /// Never later than the earliest node's tick. It is earlier only where a node before that one was cancelled, or where the tick lies
    /// beyond the wheel: then that call fires nothing and brings the next answer nearer to the truth.
    /// </remarks>
    public long? NextDue => TryFindFirst(out var first, out _) ? _slots[first].Earliest : null;

    /// <summary>How often <see cref="Advance"/> has touched a node, to fire it or to move it down.</summary>
    internal long NodeVisits { get; private set; }

    /// <summary>Schedules a node; one that waits already is scheduled anew.</summary>
    /// <param name="node">The node, which must not wait on another wheel.</param>
    /// <param name="dueTick">When to fire. A tick that has passed stands for the present one: the node fires in the next <see cref="Advance"/>.</param>
    /// <exception cref="InvalidOperationException">The node waits on another wheel.</exception>
    public void Schedule(TimerNode node, long dueTick)
    {
        Cancel(node);

        // A node fires once in a tick, or one that schedules itself for the present would keep the wheel there for ever.
        var earliest = _advancing && node.FiredTick == _position ? _position + 1 : _position;
        node.DueTick = Math.Max(dueTick, earliest);
        node.Sequence = _sequence++;
        node.Wheel = this;
        Count++;
        Place(node);
    }

    /// <summary>Takes a node off the wheel; nothing happens when it does not wait.</summary>
    /// <param name="node">The node, which must not wait on another wheel.</param>
    /// <exception cref="InvalidOperationException">The node waits on another wheel.</exception>
    public void Cancel(TimerNode node)
    {
        if (node.Wheel is null) return;
        if (node.Wheel != this) throw new InvalidOperationException("The timer waits on another wheel.");

        ref var slot = ref _slots[node.SlotIndex];
        slot.Remove(node);
        if (slot.First is null) MarkEmpty(node.SlotIndex);
        node.Wheel = null;
        Count--;
    }

    /// <summary>Moves the wheel on and fires every node due by then, in the order of their ticks and, within a tick, of scheduling.</summary>
    /// <remarks>
    /// While a node runs, the wheel stands at that node's tick, so what it schedules takes its place among those still to come. When a node
    /// throws, the exception passes through, and the next call goes on with the node after it.
    /// </remarks>
    /// <param name="nowTick">The present tick. One that lies behind the wheel fires nothing.</param>
    /// <returns>How many nodes fired.</returns>
    /// <exception cref="InvalidOperationException">Called by a node that is just being fired.</exception>
    public int Advance(long nowTick)
    {
        if (_advancing) throw new InvalidOperationException("The wheel is advancing already.");

        var fired = 0;
        _advancing = true;
        try
        {
            while (TryFindFirst(out var first, out var firstTick) && firstTick <= nowTick)
            {
                _position = firstTick;
                if (first >= SlotsPerLevel)
                {
                    MoveDown(first);
                }
                else
                {
                    Fire(_slots[first].First!); // an occupied slot has a first node
                    fired++;
                }
            }

            _position = Math.Max(_position, nowTick);
        }
        finally
        {
            _advancing = false;
        }

        return fired;
    }

    private void Fire(TimerNode node)
    {
        NodeVisits++;
        Cancel(node);
        node.FiredTick = _position;
        node.OnTimer();
    }

    private void MoveDown(int index)
    {
        var node = _slots[index].First;
        _slots[index] = default;
        MarkEmpty(index);
        while (node is not null)
        {
            NodeVisits++;
            var next = node.Next;
            Place(node);
            node = next;
        }
    }

    private void Place(TimerNode node)
    {
        // Beyond the top level: wait at the start of its last slot.
        var block = _position >> TopShift;
        var tick = (node.DueTick >> TopShift) - block >= SlotsPerLevel ? (block + SlotsPerLevel - 1) << TopShift : node.DueTick;

        var highestDifference = BitOperations.Log2((ulong)(tick ^ _position) | 1);
        var level = Math.Min(highestDifference / DigitBits, Levels - 1);
        var digit = (int)(tick >> (level * DigitBits)) & (SlotsPerLevel - 1);
        node.SlotIndex = (level * SlotsPerLevel) + digit;
        _slots[node.SlotIndex].Add(node, tick);
        _occupied[level] |= 1UL << digit;
    }

    private void MarkEmpty(int index) => _occupied[index / SlotsPerLevel] &= ~(1UL << (index % SlotsPerLevel));

    private bool TryFindFirst(out int index, out long tick)
    {
        // The occupied slot that the wheel reaches first, and the tick at which it does.
        for (var level = 0; level < Levels; level++)
        {
            if (_occupied[level] == 0) continue;
            var block = _position >> (level * DigitBits);
            var ahead = BitOperations.TrailingZeroCount(BitOperations.RotateRight(_occupied[level], (int)block & (SlotsPerLevel - 1)));
            index = (level * SlotsPerLevel) + ((int)(block + ahead) & (SlotsPerLevel - 1));
            tick = (block + ahead) << (level * DigitBits);
            return true;
        }

        index = 0;
        tick = 0;
        return false;
    }
}
