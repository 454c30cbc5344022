using ModernSip.Messages;
using ModernSip.Transport;

namespace ModernSip.Transactions.Engine;

/// <summary>What stands above the transactions of one shard. Called on the shard only.</summary>
internal interface ITransactionCore
{
    /// <summary>Whether a request belongs to a dialog that is up: it goes on when new ones are refused.</summary>
    bool IsInDialog(SipRequest request);

    /// <summary>A new request, neither ACK nor CANCEL, not a retransmission. The core answers it, now or later.</summary>
    void OnRequest(ServerTransaction transaction);

    /// <summary>An ACK that ends no failed INVITE: it acknowledges a 2xx (RFC 3261 §13.2.2.4), or nothing.</summary>
    void OnAck(SipRequest ack, SipFlow flow);

    /// <summary>A 2xx to an INVITE whose transaction is gone: its ACK was lost (RFC 3261 §13.2.2.4).</summary>
    void OnLateSuccess(SipResponse response, SipFlow flow);

    /// <summary>Sends a response whose connection is gone over a new one: to where the request came from, at the port of its sent-by (RFC 3261 §18.2.2), or not at all where that takes too long.</summary>
    void SendBack(SipResponse response, SipFlow closed, int port, TimeSpan? within);
}

/// <summary>Who sent a request. Called on the shard only.</summary>
internal interface IClientTransactionUser
{
    /// <summary>What the application was doing when it asked for the request: the parent of the transaction's own activity.</summary>
    System.Diagnostics.Activity? Activity => null;

    /// <summary>A response arrived: each provisional one, the final one, and every 2xx to an INVITE.</summary>
    void OnResponse(ClientTransaction transaction, SipResponse response, SipFlow flow);

    /// <summary>No final response will come.</summary>
    void OnFailed(ClientTransaction transaction, Errors.SipException error);

    /// <summary>The transaction is gone.</summary>
    void OnEnded(ClientTransaction transaction);
}

/// <summary>Who answers a request. Called on the shard only.</summary>
internal interface IServerTransactionUser
{
    /// <summary>The peer sent CANCEL before a final response was given (RFC 3261 §9.2). The user answers the INVITE with 487.</summary>
    void OnCancelled(ServerTransaction transaction, SipRequest cancel);

    /// <summary>The answer could not be sent, or a failure response was never acknowledged.</summary>
    void OnFailed(ServerTransaction transaction, Errors.SipException error);

    /// <summary>The transaction is gone.</summary>
    void OnEnded(ServerTransaction transaction);
}
