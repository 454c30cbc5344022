using ModernSip.Stack.Connections;

namespace ModernSip.Stack;

/// <summary>What ends with a period of a connection and is told so on its shard.</summary>
internal interface IPeriodMember
{
    /// <summary>Its neighbours in the <see cref="PeriodMembers"/> of its shard; that list's alone.</summary>
    (IPeriodMember? Previous, IPeriodMember? Next) Neighbours { get; set; }

    /// <summary>A period has ended, perhaps another one. On the shard.</summary>
    void OnPeriodEnded(ActivePeriod period);
}

/// <summary>The requests of a shard that are under way, in both directions. They are linked by themselves: the list costs nothing that outlives a flood of them, as registrations on a token do.</summary>
internal sealed class PeriodMembers
{
    private IPeriodMember? _first;

    public void Add(IPeriodMember member)
    {
        member.Neighbours = (null, _first);
        if (_first is { } next) next.Neighbours = (member, next.Neighbours.Next);
        _first = member;
    }

    /// <summary>Takes a member out; one that is not in is left alone.</summary>
    public void Remove(IPeriodMember member)
    {
        var (previous, next) = member.Neighbours;
        if (previous is null && !ReferenceEquals(_first, member)) return;
        if (previous is null) _first = next;
        else previous.Neighbours = (previous.Neighbours.Previous, next);
        if (next is not null) next.Neighbours = (previous, next.Neighbours.Next);
        member.Neighbours = default;
    }

    /// <summary>All of them as they are now: whoever goes through it may end some.</summary>
    public IReadOnlyList<IPeriodMember> ToList()
    {
        var members = new List<IPeriodMember>();
        for (var member = _first; member is not null; member = member.Neighbours.Next) members.Add(member);
        return members;
    }
}
