namespace ModernSip.Transactions.Engine;

/// <summary>One slot of a <see cref="TimerWheel"/>: its nodes in the order in which they were scheduled.</summary>
internal struct TimerSlot
{
    /// <summary>The node that was scheduled first; null when the slot is empty.</summary>
    public TimerNode? First { get; private set; }

    /// <summary>A tick not later than that of any node here; meaningless while the slot is empty.</summary>
    /// <remarks>Removing a node leaves it as it is: finding the true one would mean looking at every node.</remarks>
    public long Earliest { get; private set; }

    private TimerNode? Last { get; set; }

    /// <summary>Adds a node whose sequence number is set.</summary>
    public void Add(TimerNode node, long tick)
    {
        Earliest = First is null ? tick : Math.Min(Earliest, tick);

        // Nodes arrive in order, so this looks at one node. Only one that had been put nearer because its tick lies beyond the wheel can
        // find later ones in its place.
        var before = Last;
        while (before is not null && before.Sequence > node.Sequence) before = before.Previous;

        var after = before is null ? First : before.Next;
        node.Previous = before;
        node.Next = after;
        if (before is null) First = node; else before.Next = node;
        if (after is null) Last = node; else after.Previous = node;
    }

    /// <summary>Takes out a node of this slot.</summary>
    public void Remove(TimerNode node)
    {
        if (node.Previous is null) First = node.Next; else node.Previous.Next = node.Next;
        if (node.Next is null) Last = node.Previous; else node.Next.Previous = node.Previous;
        node.Previous = node.Next = null;
    }
}
