using ModernSip.Messages;
using ModernSip.Stack.Connections;
using ModernSip.Transactions.Engine;

namespace ModernSip.Stack;

/// <summary>Who owns a dialog and so gets what arrives in it (RFC 5057: a usage). Called on the shard only.</summary>
internal interface IDialogUser
{
    /// <summary>A request in the dialog, neither ACK nor CANCEL.</summary>
    void OnRequest(ServerTransaction transaction);

    /// <summary>An ACK in the dialog.</summary>
    void OnAck(SipRequest ack);

    /// <summary>A 2xx that the peer repeats because it saw no ACK.</summary>
    void OnLateSuccess(SipResponse response);

    /// <summary>A period of a connection ends, and with it what was made in it. Whoever has a token of its own need not hear of it here.</summary>
    void OnPeriodEnded(ActivePeriod period)
    {
    }

    /// <summary>Why an INVITE may not take the place of the dialog (RFC 3891 §3); null where it may.</summary>
    /// <param name="connection">The connection that the INVITE came to.</param>
    /// <param name="isEarlyOnly">Whether only an early dialog is meant.</param>
    SipStatus? RefuseReplacement(ConnectionContext connection, bool isEarlyOnly) => SipStatus.CallDoesNotExist;

    /// <summary>An INVITE has taken its place: the dialog is to be ended.</summary>
    void Replace()
    {
    }
}
