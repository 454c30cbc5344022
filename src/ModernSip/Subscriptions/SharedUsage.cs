using ModernSip.Dialogs;
using ModernSip.Stack;

namespace ModernSip.Subscriptions;

/// <summary>A subscription's place in a dialog that another usage made, under each of its names. Lives on the dialog's shard.</summary>
internal sealed class SharedUsage(ShardCore core, Dialog dialog, IDialogUser user, bool isNotifier)
{
    private readonly List<UsageId> _names = [];

    /// <summary>Enters it under a name.</summary>
    /// <returns>False when another subscription has that name.</returns>
    public bool TryAdd(EventId name)
    {
        var id = new UsageId(dialog.Id, name, isNotifier);
        if (!core.TryAdd(id, user)) return false;
        _names.Add(id);
        return true;
    }

    /// <summary>Enters what a REFER made: under its sequence number, and without one unless another REFER is under way (RFC 3515 §2.4.6).</summary>
    public void AddRefer(uint sequence)
    {
        TryAdd(EventId.ReferOf(sequence));
        TryAdd(EventId.Refer);
    }

    public void Remove()
    {
        foreach (var name in _names) core.Remove(name);
        _names.Clear();
    }
}
