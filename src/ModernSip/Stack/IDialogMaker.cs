using ModernSip.Transactions.Engine;

namespace ModernSip.Stack;

/// <summary>Who awaits requests that make dialogs: a NOTIFY does where a SUBSCRIBE or a REFER asked for it (RFC 6665 §4.4.1). Called on the shard only.</summary>
internal interface IDialogMaker
{
    /// <summary>A NOTIFY with the tag of this side, from a peer that no dialog is known with.</summary>
    void OnNotify(ServerTransaction transaction);
}
