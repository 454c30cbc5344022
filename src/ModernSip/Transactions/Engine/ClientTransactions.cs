using ModernSip.Errors;
using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Transport;

namespace ModernSip.Transactions.Engine;

/// <summary>The client transactions of a shard.</summary>
internal sealed class ClientTransactions(Shard shard)
{
    private readonly HashSet<ClientTransaction> _byKey = new(ClientKeyComparer.Instance);
    private readonly TransactionsByFlow<ClientTransaction> _byFlow = new();

    public int Count => _byKey.Count;

    /// <summary>How many of them are INVITEs.</summary>
    public int InviteCount { get; private set; }

    /// <summary>How many connections the transactions depend on.</summary>
    public int FlowCount => _byFlow.FlowCount;

    /// <summary>Enters a transaction; its owner starts it once it knows it, since starting may already fail.</summary>
    /// <param name="request">The request; its topmost Via is added here.</param>
    /// <param name="via">The Via value: a new one, or for a CANCEL that of its INVITE (RFC 3261 §9.1).</param>
    /// <param name="flow">Where it goes.</param>
    /// <param name="user">Is told what comes of it.</param>
    public ClientTransaction Prepare(SipRequest request, SipVia via, SipFlow flow, IClientTransactionUser user)
    {
        request.Headers.Prepend(SipHeaderNames.Via, via);
        var transaction = new ClientTransaction(shard, request, flow, user);
        _byKey.Add(transaction);
        _byFlow.Add(transaction);
        if (transaction.IsInvite) InviteCount++;
        return transaction;
    }

    public void Receive(SipResponse response, SipFlow flow)
    {
        var headers = response.Headers;
        var cseq = headers.CSeq!.Value; // checked by the parser
        var isKnown = _byKey.GetAlternateLookup<TransactionKey>().TryGetValue(TransactionKey.OfClient(headers.Via!, cseq.Method), out var transaction);
        // One Via, ours, or one more than the request had that passed through: anything else was not meant for us (RFC 3261 §8.1.3.3).
        if (headers.CountValues(SipHeaderNames.Via) != (isKnown ? transaction!.ViaCount : 1)) shard.Engine.Metrics.Dropped(flow.Protocol.ToMetricTag(), "via_count");
        else if (isKnown && !headers.Via!.HasSentByOf(transaction!.Request.Headers.Via!)) shard.Engine.Metrics.Dropped(flow.Protocol.ToMetricTag(), "foreign_sent_by"); // RFC 3261 §18.1.2
        else if (isKnown) transaction!.Receive(response, flow);
        else if (cseq.Method == SipMethod.Invite && response.IsSuccess) shard.Core.OnLateSuccess(response, flow);
        else shard.Engine.Metrics.Dropped(flow.Protocol.ToMetricTag(), "stray_response");
    }

    public void FlowClosed(SipFlow flow, SipException error)
    {
        foreach (var transaction in _byFlow.Of(flow)) transaction.FlowFailed(error);
    }

    /// <summary>A request was not delivered. One that has had a response before has a peer there: it goes on.</summary>
    public void Undelivered(UndeliveredRequest request, SipException error)
    {
        if (_byKey.GetAlternateLookup<TransactionKey>().TryGetValue(TransactionKey.OfClient(request.Branch, request.Method), out var transaction) && !transaction.IsProceeding) transaction.FlowFailed(error);
    }

    public void Remove(ClientTransaction transaction)
    {
        _byFlow.Remove(transaction);
        if (_byKey.RemoveAndTrim(transaction) && transaction.IsInvite) InviteCount--;
    }
}
