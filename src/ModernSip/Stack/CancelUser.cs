using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Transactions.Engine;
using ModernSip.Transport;

namespace ModernSip.Stack;

/// <summary>What becomes of a CANCEL matters to nobody: the INVITE's own final response tells (RFC 3261 §9.1).</summary>
internal sealed class CancelUser : IClientTransactionUser
{
    public static CancelUser Instance { get; } = new();

    public void OnResponse(ClientTransaction transaction, SipResponse response, SipFlow flow)
    {
        // See above.
    }

    public void OnFailed(ClientTransaction transaction, SipException error)
    {
        // See above.
    }

    public void OnEnded(ClientTransaction transaction)
    {
        // See above.
    }
}
