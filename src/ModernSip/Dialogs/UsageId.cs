namespace ModernSip.Dialogs;

/// <summary>What names a subscription in a dialog that another usage made (RFC 5057): each side may subscribe to the same events of the other.</summary>
/// <param name="Dialog">The dialog.</param>
/// <param name="Event">The event; several REFERs in one dialog are told apart by their sequence numbers (RFC 3515 §2.4.6).</param>
/// <param name="IsNotifier">Whether this side notifies: SUBSCRIBE comes in then, else NOTIFY.</param>
internal readonly record struct UsageId(DialogId Dialog, EventId Event, bool IsNotifier);
