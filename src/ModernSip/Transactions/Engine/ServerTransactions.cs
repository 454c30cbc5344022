using ModernSip.Messages;
using ModernSip.Messages.Headers;
using ModernSip.Messages.Parsing;
using ModernSip.Transport;

namespace ModernSip.Transactions.Engine;

/// <summary>The server transactions of a shard: which request is new, which is a repeat, a merged copy, an ACK or a CANCEL.</summary>
internal sealed class ServerTransactions(Shard shard)
{
    private readonly Dictionary<TransactionKey, ServerTransaction> _byKey = [];
    private readonly TransactionsByFlow<ServerTransaction> _byFlow = new();
    private readonly Dictionary<MergeKey, ServerTransaction> _outsideDialogs = [];

    public int Count => _byKey.Count;

    /// <summary>How many connections the transactions depend on.</summary>
    public int FlowCount => _byFlow.FlowCount;

    public void Receive(SipRequest request, SipFlow flow)
    {
        if (request.Method == SipMethod.Ack)
        {
            // The ACK to a failure belongs to its INVITE; that to a 2xx has a branch of its own and goes up (RFC 3261 §17.2.3).
            if (_byKey.TryGetValue(TransactionKey.OfServer(request, SipMethod.Invite), out var invite)) invite.Acknowledged(request, flow);
            else shard.Core.OnAck(request, flow);
            return;
        }

        var key = TransactionKey.OfServer(request, request.Method);
        if (_byKey.TryGetValue(key, out var known)) known.Repeated();
        else if (_byKey.Count >= shard.Engine.Limits.MaxServerTransactions) shard.Engine.RespondStateless(request, flow, SipStatus.ServiceUnavailable, "Retry-After", "10");
        else Begin(request, flow, key);
    }

    public void FlowClosed(SipFlow flow)
    {
        foreach (var transaction in _byFlow.Of(flow)) transaction.FlowFailed();
    }

    public void Remove(ServerTransaction transaction)
    {
        _byFlow.Remove(transaction);
        if (_byKey.Remove(transaction.Key)) shard.Engine.Metrics.ServerEnded(transaction.Method.Name);
        if (transaction.Merge is { } merge && _outsideDialogs.TryGetValue(merge, out var first) && ReferenceEquals(first, transaction)) _outsideDialogs.Remove(merge);
    }

    private void Begin(SipRequest request, SipFlow flow, TransactionKey key)
    {
        var transaction = new ServerTransaction(shard, request, flow, key) { Merge = MergeKey.Of(request) };
        _byKey.Add(transaction.Key, transaction);
        _byFlow.Add(transaction);
        shard.Engine.Metrics.ServerStarted(request.Method.Name);
        transaction.Start();
        if (request.Method == SipMethod.Cancel)
        {
            Cancel(transaction);
        }
        else if (transaction.Merge is { } merge && !_outsideDialogs.TryAdd(merge, transaction))
        {
            transaction.Respond(SipStatus.LoopDetected); // the same request by another way (RFC 3261 §8.2.2.2)
        }
        else
        {
            shard.Core.OnRequest(transaction);
        }
    }

    /// <summary>CANCEL is answered here and never goes up: 481 without its INVITE, else 200 with the INVITE's tag (RFC 3261 §9.2).</summary>
    private void Cancel(ServerTransaction cancel)
    {
        var request = cancel.Request; // the answer lets go of it
        if (!_byKey.TryGetValue(TransactionKey.OfServer(request, SipMethod.Invite), out var invite))
        {
            cancel.Respond(SipStatus.CallDoesNotExist);
            return;
        }

        var ok = request.CreateResponse(SipStatus.Ok);
        if (ok.Headers.To is { Tag: null } to) ok.Headers.To = to.WithTag(invite.LocalTag);
        cancel.Respond(ok);
        invite.Cancelled(request);
    }
}
